package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.RawConnection;

/** Commands for a weir that runs in a process of its own, as an operator gives them. */
class AdminCommandTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        out.reset();
        err.reset();
        return Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), environment::get);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8).replace(directory.toString(), "DIR");
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8).replace(directory.toString(), "DIR");
    }

    private Path file(String text) {
        try {
            return Files.writeString(directory.resolve("f"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final String UNIX = "listen.web = 127.0.0.1:0\npool.app = 127.0.0.1:1, 127.0.0.1:2 weight=3\nroute.x = /* -> app\nlog.access = off\nadmin = unix:a.sock\n";

    // ---- the life of a process

    @Test
    void asksReloadsAndStops() {
        String file = file(UNIX).toString();
        try (WeirProcess weir = WeirProcess.start("run", file)) {
            weir.awaitErr("admin on unix:" + directory.resolve("a.sock"));
            assertThat(run("status", file)).as(err()).isZero();
            assertThat(out()).matches("(?s)weir +\\S.*, JVM " + java.util.regex.Pattern.quote(Runtime.version().toString()) + ", pid [0-9]+\n"
                    + "state +serving since 20\\S+Z \\(0:00:[0-9]{2}\\), 0 connections\nweb +127\\.0\\.0\\.1:[0-9]+, 0 connections\n"
                    + "admin +unix:DIR/a\\.sock, 1 connection\nreload +none yet\n");
            assertThat(run("status", "--json", "--admin", "unix:" + directory.resolve("a.sock"))).isZero();
            assertThat(out()).startsWith("{\"version\":").contains("\"reload\":null").endsWith("}\n");

            assertThat(run("reload", file)).isZero();
            assertThat(out()).isEqualTo("reloaded DIR/f\n");
            weir.awaitErr(" info reloaded " + file);

            file(UNIX + "route.y = /y -> nowhere\n");
            assertThat(run("reload", file)).isEqualTo(1);
            assertThat(out()).isEmpty();
            assertThat(err()).startsWith("DIR/f:6:").contains("error: no pool.nowhere; ", "route.y = /y -> nowhere\n")
                    .endsWith("weir: reload: DIR/f has errors; the running configuration stays\n");
            weir.awaitErr(" error reload: " + file + " has errors; the running configuration stays");
            assertThat(run("status", file)).isZero();
            assertThat(out()).contains(", refused: DIR/f has errors\n");

            file(UNIX + "server.helpers = 9\n");
            assertThat(run("reload", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: reload: server.helpers cannot change in a reload: restart for that; the running configuration stays\n");

            assertThat(run("stop", file)).as(err()).isZero();
            assertThat(out()).isEqualTo("draining: 0 connections\n");
            assertThat(weir.exitCode()).isZero();
            assertThat(weir.err()).contains("info draining: 0 connections").endsWith("info drained");
            assertThat(directory.resolve("a.sock")).doesNotExist();
        }
    }

    @Test
    void listsAndPurgesCachesWithADisk() {
        String file = file(UNIX + "cache.hot = 1m\ncache.hot.disk = " + directory.resolve("disk") + " 16m\nroute.x.cache = hot\ncache.cold = 1m\n").toString();
        try (WeirProcess weir = WeirProcess.start("run", file)) {
            weir.awaitErr("admin on unix:");
            assertThat(run("caches", "--config", file)).as(err()).isZero();
            assertThat(out().lines()).satisfiesExactlyInAnyOrder(
                    head -> assertThat(head).isEqualTo("CACHE  RESPONSES  BYTES  OF       HITS  MISSES  OTHERS  ON DISK  BYTES  OF"),
                    hot -> assertThat(hot).matches("hot +0 +0 +1048576 +0 +0 +0 +0 +\\d+ +16777216"),
                    cold -> assertThat(cold).matches("cold +0 +0 +1048576 +0 +0 +0"));
            assertThat(run("purge", "hot", "http://a.example/x", "--config", file)).as(err()).isZero();
            assertThat(out()).isEqualTo("cache hot: 0 stored responses purged, 0 on the disk\n");
            assertThat(run("purge", "hot", "all", "--config", file)).as(err()).isZero();
            assertThat(out()).isEqualTo("cache hot: 0 stored responses purged, and by and by what is on the disk\n");
        }
        assertThat(directory.resolve("disk")).isDirectory();
    }

    @Test
    void listsAndPurgesCaches() {
        String file = file(UNIX + "cache.hot = 1m\nroute.x.cache = hot\n").toString();
        try (WeirProcess weir = WeirProcess.start("run", file)) {
            weir.awaitErr("admin on unix:");
            assertThat(run("caches", "--config", file)).as(err()).isZero();
            assertThat(out()).isEqualTo("CACHE  RESPONSES  BYTES  OF       HITS  MISSES  OTHERS\nhot    0          0      1048576  0     0       0\n");
            assertThat(run("purge", "hot", "http://a.example/x?y=z&u", "--config", file)).as(err()).isZero();
            assertThat(out()).isEqualTo("cache hot: 0 stored responses purged\n");
            assertThat(run("purge", "hot", "https://a.example/x*", "--soft", "--config", file)).as(err()).isZero();
            assertThat(out()).isEqualTo("cache hot: 0 stored responses made stale\n");
            assertThat(run("purge", "hot", "tag=a", "--config", file)).as(err()).isZero();
            assertThat(run("purge", "hot", "all", "--config", file)).as(err()).isZero();
            weir.awaitErr(" info admin: cache hot: 0 purged");
            assertThat(run("purge", "cold", "all", "--config", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: there is no cache cold; there is hot\n");
            assertThat(run("purge", "hot", "/x", "--config", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: '/x' is no URL of a cache; write http://host/path or https://host/path\n");
            assertThat(run("purge", "hot", "http://a.example*", "--config", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: 'http://a.example' has no path; write http://a.example/ for all of that host\n");
            assertThat(run("purge", "hot", "tag=a b", "--config", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: 'a b' is no tag; a tag has no blank and no comma\n");
            assertThat(run("status", "--soft", file)).isEqualTo(2);
        }
    }

    @Test
    void stopCutsNothingWhenItIsAskedForTwice() {
        String file = file(UNIX.replace("-> app", "-> respond 200 \"x\"").replaceFirst("pool.*\n", "") + "server.drain-delay = 1h\n").toString();
        try (WeirProcess weir = WeirProcess.start("run", file); RawConnection client = weir.connect("listen.web")) {
            assertThat(run("stop", file)).isZero();
            assertThat(run("stop", file)).isZero();
            assertThat(out()).startsWith("draining already: ");
            assertThat(run("reload", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: draining: nothing is reloaded any more\n");
            assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readHead()).startsWith("HTTP/1.1 200 ").contains("Connection: close\r\n");
            assertThat(weir.isAlive()).isTrue();
        }
    }

    @Test
    void changesPools() {
        String file = file(UNIX).toString();
        try (WeirProcess weir = WeirProcess.start("run", file)) {
            weir.awaitErr("admin on ");
            assertThat(run("servers", "--config", file)).isZero();
            assertThat(out()).isEqualTo("""
                    POOL  SERVER       STATE    HEALTH  WEIGHT  REQUESTS  CONNECTIONS
                    app   127.0.0.1:1  enabled  up      1       0         0
                    app   127.0.0.1:2  enabled  up      3       0         0
                    """);
            assertThat(run("add", "app", "[::1]:3", "weight=2", "--config", file)).isZero();
            assertThat(out()).isEqualTo("pool app: [::1]:3 enabled, weight 2\n");
            assertThat(run("weight", "app", "[::1]:3", "7", "--config=" + file)).isZero();
            assertThat(out()).isEqualTo("pool app: [::1]:3 enabled, weight 7\n");
            assertThat(run("disable", "app", "[::1]:3", "--config", file)).isZero();
            assertThat(out()).isEqualTo("pool app: [::1]:3 disabled, weight 7\n");
            assertThat(run("enable", "app", "[::1]:3", "--config", file)).isZero();
            assertThat(run("remove", "app", "127.0.0.1:1", "--config", file)).isZero();
            assertThat(out()).isEqualTo("pool app: 127.0.0.1:1 removed, 0 requests running\n");
            assertThat(run("drain", "app", "127.0.0.1:2", "--timeout", "5s", "--config", file)).isZero();
            assertThat(out()).isEqualTo("pool app: 127.0.0.1:2 drained\n");
            assertThat(run("servers", "app", "--config", file)).isZero();
            assertThat(out()).isEqualTo("""
                    POOL  SERVER       STATE     HEALTH  WEIGHT  REQUESTS  CONNECTIONS
                    app   127.0.0.1:2  draining  up      3       0         0
                    app   [::1]:3      enabled   up      7       0         0
                    """);
            assertThat(run("remove", "app", "127.0.0.1:1", "--config", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: there is no server 127.0.0.1:1 in pool app; there are 127.0.0.1:2, [::1]:3\n");
            assertThat(run("add", "app", "b:1", "weight=0", "--config", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: server: '0' is less than 1; write 1 to 1000\n");
            assertThat(run("remove", "ap/p?", "x", "--json", "--config", file)).isEqualTo(1);
            assertThat(out()).isEqualTo("{\"error\":\"there is no pool ap/p?; there is app\"}\n");
            assertThat(err()).isEmpty();
        }
    }

    @Test
    void drainThatDoesNotEndInTimeIsAFailure() throws Exception {
        try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String file = file(UNIX.replaceFirst("pool.app = .*", "pool.app = 127.0.0.1:" + slow.getLocalPort())).toString();
            try (WeirProcess weir = WeirProcess.start("run", file); RawConnection client = weir.connect("listen.web")) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                try (Socket origin = slow.accept()) {
                    assertThat(origin.getInputStream().read()).isEqualTo('G');
                    assertThat(run("drain", "app", "127.0.0.1:" + slow.getLocalPort(), "--timeout", "1ms", "--config", file)).isEqualTo(1);
                    assertThat(out()).isEqualTo("pool app: 127.0.0.1:" + slow.getLocalPort() + " still runs 1 request and gets no new ones\n");
                }
            }
        }
    }

    @Test
    void byTcpItNeedsTheToken() {
        Path secret = directory.resolve("secret");
        String file = file(UNIX.replace("admin = unix:a.sock", "admin = 127.0.0.1:0\nadmin.token = ${file:secret}")).toString();
        try {
            Files.writeString(secret, TOKEN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (WeirProcess weir = WeirProcess.start("run", file)) {
            int port = weir.address("admin").getPort();
            String admin = "http://127.0.0.1:" + port;
            assertThat(run("status", file, "--set", "admin=127.0.0.1:" + port)).as(err()).isZero();
            assertThat(run("status", "--admin", admin)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: no token for " + admin + "; set WEIR_ADMIN_TOKEN\n");
            environment.put("WEIR_ADMIN_TOKEN", "another-0123456789");
            assertThat(run("status", "--admin", admin)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: wrong token for " + admin + "; write the one of admin.token into WEIR_ADMIN_TOKEN\n");
            environment.put("WEIR_ADMIN_TOKEN", TOKEN);
            assertThat(run("status", "--admin", admin)).isZero();
            assertThat(run("status", "--admin", "localhost:" + port)).isZero();
            environment.put("WEIR_ADMIN_TOKEN", TOKEN + "\r\nX: y");
            assertThat(run("status", "--admin", admin)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: WEIR_ADMIN_TOKEN holds a blank, or what is not ASCII: it is no token\n");
            environment.put("WEIR_ADMIN_TOKEN", TOKEN);
            Files.delete(secret);
            assertThat(run("status", file, "--set", "admin=127.0.0.1:" + port)).as("the file's token cannot be read: the environment's").isZero();
            environment.clear();
            assertThat(run("status", file, "--set", "admin=127.0.0.1:" + port)).isEqualTo(1);
            assertThat(err()).contains("cannot take the secret from 'secret'").endsWith("weir: no token for " + admin + "; make admin.token readable for you, or set WEIR_ADMIN_TOKEN\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void twoProcessesDoNotShareASocket() {
        String file = file(UNIX).toString();
        try (WeirProcess weir = WeirProcess.start("run", file)) {
            weir.awaitErr("admin on ");
            try (WeirProcess second = WeirProcess.start("run", file)) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.err()).endsWith("error admin: cannot listen on unix:" + directory.resolve("a.sock") + ": another weir has it; stop that one, or choose another path");
            }
            assertThat(run("status", file)).isZero();
            weir.signal("KILL");
            weir.exitCode();
            assertThat(directory.resolve("a.sock")).exists();
            assertThat(run("status", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: nothing listens on unix:DIR/a.sock; is weir running?\n");
        }
        try (WeirProcess next = WeirProcess.start("run", file)) {
            next.awaitErr("admin on ");
            assertThat(run("status", file)).isZero();
        }
    }

    // ---- nobody there, or somebody else

    @Test
    void saysWhatToDoWhenNobodyIsThere() throws Exception {
        assertThat(run("status", file("listen.web = :0").toString())).isEqualTo(1);
        assertThat(err()).isEqualTo("weir: DIR/f has no key admin; write admin = unix:/run/weir/admin.sock and start weir with it, or name where it listens by --admin\n");
        assertThat(run("status", file("admin = unix:none.sock").toString())).isEqualTo(1);
        assertThat(err()).isEqualTo("weir: nothing listens on unix:DIR/none.sock: there is no such file; is weir running, and does its configuration say admin = unix:DIR/none.sock?\n");
        assertThat(run("status", file("admin = x").toString())).isEqualTo(1);
        assertThat(err()).startsWith("DIR/f:1:10: error: no port in 'x'").endsWith("weir: where it listens is not known; name it by --admin unix:/path or --admin http://host:port\n");
        assertThat(run("status", directory.resolve("none").toString())).isEqualTo(1);
        assertThat(err()).startsWith("DIR/none: error: cannot read it: no such file");
        environment.put("WEIR_ADMIN_TOKEN", TOKEN);
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThat(run("status", "--admin", "http://127.0.0.1:" + port)).isEqualTo(1);
        assertThat(err()).isEqualTo("weir: nothing listens on http://127.0.0.1:" + port + "; is weir running?\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<!--", "LONG"})
    void whatIsNoWeirIsSaidToBeNone(String wire) throws Exception {
        Path path = directory.resolve("o.sock");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
            Thread server = new Thread(() -> {
                try (var channel = other.accept()) {
                    var request = java.nio.ByteBuffer.allocate(4096);
                    channel.read(request);
                    channel.write(java.nio.ByteBuffer.wrap((wire.equals("LONG") ? "x".repeat(40_000) : wire).getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    // the client may leave first
                }
            });
            server.start();
            assertThat(run("status", "--admin", "unix:" + path)).isEqualTo(1);
            assertThat(err()).matches("weir: .*(no weir|broke off|without an answer).*\n");
            server.join(10_000);
        }
    }

    @Test
    void waitsOnlySoLong() throws Exception {
        Path path = directory.resolve("o.sock");
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(path));
            AdminClient client = new AdminClient(UnixDomainSocketAddress.of(path), "localhost", "");
            assertThatThrownBy(() -> client.ask("GET", "/status", 50_000_000)).hasMessageStartingWith("no answer within");
        }
    }

    // ---- usage

    @ParameterizedTest(name = "weir {0}")
    @CsvSource(delimiter = '|', value = {
        "status a b | 'b' is one word too many: weir status [FILE]",
        "servers a b | 'b' is one word too many: weir servers [POOL]",
        "add app | write weir add POOL SERVER [weight=N]",
        "weight app a:1 | write weir weight POOL SERVER N",
        "status --frob | unknown option --frob",
        "status --admin | --admin needs a value",
        "status --admin x | --admin x is no address; write unix:/path or http://host:port",
        "status --admin unix: | --admin unix: is no address; write unix:/path or http://host:port",
        "status --admin https://a:1 | --admin https://a:1 is no address; write unix:/path or http://host:port",
        "status --admin a:99999 | --admin a:99999 is no address; write unix:/path or http://host:port",
        "status f --admin unix:/x | --admin takes the place of a file",
        "status f --config g | a file and --config: name one of them",
        "status --timeout 1s | --timeout belongs to weir drain",
        "drain app a:1 --timeout 1 | --timeout: no unit after '1'; write 250ms, 5s, 10m, 2h, 1d",
        "--set a=b status | write the command first: weir status …"})
    void isAMatterOfUsage(String line, String told) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err()).isEqualTo("weir: " + told + "\nweir: see weir --help\n");
        assertThat(out()).isEmpty();
    }

    @Test
    void helpIsThereForThemToo() {
        for (String line : List.of("status --help", "add -h", "weight --help")) {
            assertThat(run(line.split(" ", -1))).isZero();
            assertThat(out()).contains("weir status [FILE]", "weir add POOL SERVER", "--admin ADDRESS", "WEIR_ADMIN_TOKEN");
        }
    }

    // ---- JSON

    @Test
    void readsJson() {
        assertThat(JsonText.read(" {\"a\\n\\u00e9\\ud83d\\ude00\\/\" : [1,-2.5e1,true,false,null,{},[]] , \"b\":\"\" } "))
                .hasToString("{a\né😀/=[1, -25.0, true, false, null, {}, []], b=}");
        for (String bad : List.of("", "{", "{\"a\"}", "[1,]", "[1 2]", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"", "nul", "01", "1.", "{} {}", "\"\n\"", "[".repeat(100))) {
            assertThatThrownBy(() -> JsonText.read(bad)).as(bad).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("no JSON");
        }
    }
}
