package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that end by themselves; {@link ProcessTest} has the others. */
class MainTest {
    private static final String TIME = "[-0-9T:.]+Z ";

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("PORT", "8080")::get);
    }

    private String out() {
        return text(out);
    }

    private String err() {
        return text(err);
    }

    private String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8).replace(directory + "/", "");
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("f"), text).toString();
    }

    @Test
    void aCommandThatIsNotUnderstoodIsAMatterOfUsage() {
        assertThat(run("frobnicate")).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err()).isEqualTo("weir: unknown command 'frobnicate'; there are run, demo, check, show, explain, route, cert, health, status, reload, stop, servers, add, remove, drain, disable, enable, weight, caches, purge\nweir: see weir --help\n");
    }

    @Test
    void aKeyIsExplainedAsInTheManual() {
        assertThat(run("explain", "cache.hot.max-ttl")).isZero();
        assertThat(out()).isEqualTo("""
                cache.NAME.max-ttl
                    Time: 0s to 10y.
                    Default: 1y.

                    The longest time that a stored response is fresh. One that says more is
                    held to be fresh for so long only.
                """);
        assertThat(err()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"route.NAME, route.NAME", "route.x, route.NAME", "include, include", "log.access.ring, log.access.ring", "route.a.request.set.X-A, route.NAME.request.set.FIELD"})
    void oneKey(String key, String pattern) {
        assertThat(run("explain", key)).isZero();
        assertThat(out().lines().filter(line -> !line.isEmpty() && !line.startsWith(" "))).containsExactly(pattern);
    }

    @ParameterizedTest(name = "{0}: {1} and more")
    @CsvSource({"cache, cache.NAME.disk", "retry, pool.NAME.retry.body", "all, include", "route.NAME.cache, route.NAME.cache"})
    void partsOfKeys(String part, String pattern) {
        assertThat(run("explain", part)).isZero();
        assertThat(out()).contains(pattern + "\n    ");
        assertThat(out().lines()).allMatch(line -> line.length() <= 78);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "cach| weir: there is no key 'cach'; did you mean 'cache'?",
        "pool.app.retri| weir: there is no key 'pool.app.retri'; did you mean 'pool.app.retry'?",
        "frobnicate| weir: there is no key 'frobnicate'; weir.properties(5) lists the keys, weir explain all prints them",
    })
    void whatIsNoKey(String key, String message) {
        assertThat(run("explain", key)).isEqualTo(1);
        assertThat(err()).isEqualTo(message + "\n");
        assertThat(out()).isEmpty();
    }

    @Test
    void explainNeedsOneKey() {
        assertThat(run("explain")).isEqualTo(2);
        assertThat(err()).isEqualTo("weir: name a key or a part of one: weir explain pool.NAME.retry, weir explain retry\nweir: see weir --help\n");
    }

    @Test
    void helpNamesEveryCommandAndOption() {
        assertThat(run("--help")).isZero();
        assertThat(out()).contains("weir run [FILE]", "weir demo", "weir check [FILE]", "weir show [FILE]", "weir explain KEY", "weir route FILE METHOD URL [-H 'Name: value']", "weir cert FILE [KEY | CONFIG]", "weir health [FILE]", "--url", "--tls", "--key", "--password-file", "--from", "--to", "--set", "--version",
                "TERM", "HUP", "USR1", "0 ok, 1 faults found, 2 usage");
        assertThat(out().lines()).allMatch(line -> line.length() <= 100);
        assertThat(err()).isEmpty();
        assertThat(run()).isZero();
    }

    @Test
    void versionSaysWhichJvmItIs() {
        assertThat(run("--version")).isZero();
        assertThat(out()).startsWith("weir ").endsWith("JVM " + Runtime.version() + "\n");
    }

    @Test
    void checkFindsNothing() throws IOException {
        assertThat(run("check", file("listen.web = :${PORT}\nroute.x = /* -> a:1"))).isZero();
        assertThat(out()).isEqualTo("f: ok\n");
        assertThat(err()).isEmpty();
    }

    @Test
    void checkSaysAllThatIsWrong() throws IOException {
        assertThat(run("check", file("listen.web = :${PROT}\nroute.x = /* -> ap\npool.app = a:1 weight=0"))).isEqualTo(1);
        assertThat(out()).isEqualTo("f: has errors, see above\n");
        assertThat(err()).isEqualTo("""
                f:1:15: error: 'PROT' is not set in the environment; set it, or write ${PROT:-default}
                    listen.web = :${PROT}
                                  ^
                f:2:17: error: no pool.ap; write pool.ap = host:port, or name a pool that there is
                    route.x = /* -> ap
                                    ^
                    did you mean 'app'?
                f:3:23: error: '0' is less than 1; write 1 to 1000
                    pool.app = a:1 weight=0
                                          ^
                f:3:1: warning: no route uses pool.app; remove it, or write a route to it
                    pool.app = a:1 weight=0
                    ^
                """.replaceFirst("(?s)(f:3:23.*?)(f:3:1:.*)", "$2$1"));                 // in the order of columns
    }

    @Test
    void aWarningIsNoFault() throws IOException {
        assertThat(run("check", file("listen.web = :0\nroute.x = /* -> a:1\npool.app = a:1"))).isZero();
        assertThat(err()).startsWith("f:3:1: warning: ");
    }

    @Test
    void aFileThatIsNotThereIsAFault() {
        for (String command : new String[] {"check", "show", "run"}) {
            assertThat(run(command, directory.resolve("none").toString())).isEqualTo(1);
            assertThat(err()).isEqualTo("none: error: cannot read it: no such file; name a readable file\n");
            err.reset();
        }
    }

    @Test
    void showSaysWhereEachValueComesFrom() throws IOException {
        assertThat(run("show", file("listen.web = :8080\nroute.x = /* -> a:1\nserver.helpers = 2"), "--set", "server.helpers=3",
                "--set", "listen.web.via=me")).isZero();
        assertThat(out().lines().map(line -> line.replaceAll(" +", " "))).contains("listen.web = :8080 # f:1", "listen.web.idle = 60s # default",
                "server.helpers = 3 # --set:1 (over f:3)", "listen.web.via = me # --set:2", "route.x = /* -> a:1 # f:2");
        assertThat(err()).isEmpty();
    }

    @Test
    void showStillShowsWhatIsWrong() throws IOException {
        assertThat(run("show", file("listen.web = x\nroute.x = /* -> a:1"))).isEqualTo(1);
        assertThat(out()).contains("listen.web  ").contains("= x ");
        assertThat(err()).startsWith("f:1:15: error: no port in 'x'");
    }

    @Test
    void fromAndToAreCheckedLikeAFile() {
        assertThat(run("check", "--from", ":8080", "--to", "a:1", "--to", "b:2")).isZero();
        assertThat(out()).isEqualTo("command line: ok\n");
        assertThat(err()).isEmpty();
        assertThat(run("show", "--from", ":8080", "--to", "a:1", "--to", "b:2 weight=2")).isZero();
        assertThat(out().lines().map(line -> line.replaceAll(" +", " "))).contains("listen.main = :8080 # command line:1",
                "pool.main = a:1, b:2 weight=2 # command line:2", "route.main = /* -> main # command line:3");
    }

    @Test
    void aWrongAddressInPlaceIsShown() {
        for (String command : new String[] {"check", "run"}) {
            assertThat(run(command, "--from", "8080", "--to", "localhost:99999", "--to", "http://b:1/")).isEqualTo(1);
            assertThat(err()).isEqualTo("""
                    command line:1:15: error: '8080' is no address; write :80, 127.0.0.1:80, [::1]:80 or host:80
                        listen.main = 8080
                                      ^
                        did you mean ':8080'?
                    command line:2:23: error: '99999' is no port; write a number, 1 to 65535
                        pool.main = localhost:99999, http://b:1/
                                              ^
                    command line:2:40: error: a path behind the address of a server; write the address alone; route.NAME.add-prefix puts a path before the request's
                        pool.main = localhost:99999, http://b:1/
                                                               ^
                        did you mean 'http://b:1'?
                    """);
            err.reset();
        }
    }

    @Test
    void aSetThatIsWrongIsShown() {
        assertThat(run("check", "--from", ":8080", "--to", "a:1", "--set", "pool.main.retry=11")).isEqualTo(1);
        assertThat(err()).startsWith("--set:1:17: error: '11' is more than 10; write 1 to 10\n    pool.main.retry=11\n");
        err.reset();
        assertThat(run("demo", "--set", "server.wrokers=1")).isEqualTo(1);
        assertThat(err()).containsOnlyOnce("unknown key 'server.wrokers'");
    }

    @Test
    void aPortInUseIsOneLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(run("run", "--from", address, "--to", "a:1")).isEqualTo(1);
            assertThat(err()).matches(TIME + "error listen\\.main: cannot listen on " + address
                    + ": the port is in use; stop the other program or choose another port \\(or take over from a weir: run --beside\\)\n");
            err.reset();
            assertThat(run("run", file("metrics = " + address))).isEqualTo(1);
            assertThat(err()).matches(TIME + "error metrics: cannot listen on " + address + ": the port is in use.*\n");
        }
    }

    @Test
    void anAddressOfAnotherHostIsOneLine() {
        assertThat(run("run", "--from", "192.0.2.1:0", "--to", "a:1")).isEqualTo(1);
        assertThat(err()).matches(TIME + "error listen\\.main: cannot listen on 192\\.0\\.2\\.1:0: this host has no such address\n");
    }

    @Test
    void aLogThatCannotBeOpenedIsOneLine() {
        assertThat(run("run", "--from", "127.0.0.1:0", "--to", "a:1", "--set", "log.access=" + directory + "/none/x.log combined")).isEqualTo(1);
        assertThat(err()).matches(TIME + "error log\\.access: cannot open none/x\\.log: no such file or directory\n");
    }
}
