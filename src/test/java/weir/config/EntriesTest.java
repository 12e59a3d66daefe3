package weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntriesTest {
    @TempDir
    Path directory;

    private final Problems problems = new Problems();

    private Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Entries load(String... sets) {
        return Entries.load(directory.resolve("main"), List.of(sets), Samples.environment(), problems);
    }

    private String told() {
        return problems.render().replace(directory + "/", "");
    }

    @Test
    void givesValuesAndDefaults() {
        Entries entries = Samples.load(Samples.EXAMPLE, problems);
        assertThat(entries.names("listen")).containsExactly("web");
        assertThat(entries.names("route")).containsExactly("api", "site", "old", "hello", "dev");
        assertThat(entries.names("cache")).isEmpty();
        assertThat(entries.get(Keys.SERVER_WORKERS)).isEmpty();
        assertThat(entries.get(Keys.SERVER_CONNECTIONS)).contains(20_000);
        assertThat(entries.get(Keys.LISTEN_HEAD_MAX, "web")).isEqualTo(32L << 10);
        assertThat(entries.get(Keys.POOL_TIMEOUT, "app").response()).isEqualTo(Duration.ofSeconds(30));
        assertThat(entries.find(Keys.LISTEN, "web").orElseThrow().orElseThrow()).hasToString("[:80, [::1]:8080]");
        assertThat(entries.find(Keys.LISTEN_VIA, "web")).contains("weir");
        assertThat(entries.find(Keys.ROUTE_ADD_PREFIX, "api")).isEmpty();
        assertThat(entries.find(Keys.POOL, "app").orElseThrow()).extracting(server -> server.server().address() + " " + server.server().weight())
                .containsExactly("10.0.0.11:8080 3", "10.0.0.12:8080 1", "app_3.internal:80 1");
        assertThat(entries.find(Keys.POOL, "app").orElseThrow().get(2).place()).hasToString("f:12:30");
        assertThat(entries.get(Keys.ROUTE_UPGRADE, "api")).isEmpty();
        assertThat(entries.get(Keys.ROUTE_UPGRADE, "site")).contains(List.of("websocket"));
        assertThat(entries.fields(Keys.ROUTE_REQUEST_SET, "api")).extracting(v -> v.field().text() + ": " + v.parsed().orElseThrow())
                .containsExactly("X-Cost: 5$");
        assertThat(entries.fields(Keys.ROUTE_RESPONSE_ADD, "api")).extracting(v -> v.parsed().orElseThrow())
                .containsExactly("public, max-age=60");
        assertThat(entries.fields(Keys.ROUTE_RESPONSE_ADD, "site")).isEmpty();
    }

    @Test
    void takesTheDefaultForWhatIsWrong() {
        Entries entries = Samples.load(Samples.THINGS + "listen.web.idle = 5sec\nlisten.b = nonsense", problems);
        assertThat(entries.get(Keys.LISTEN_IDLE, "web")).isEqualTo(Duration.ofSeconds(60));
        assertThat(entries.names("listen")).containsExactly("web", "b");
        assertThat(entries.find(Keys.LISTEN, "b")).isEmpty();
        assertThat(entries.value(Keys.LISTEN, "b").map(Value::place)).map(Place::toString).contains("f:5:12");
        assertThat(problems.errorCount()).isEqualTo(2);
    }

    @Test
    void letsTheCommandLineWin() throws IOException {
        write("main", Samples.THINGS + "server.helpers = wrong, and ${UNSET}\npool.app.retry = 3");
        Entries entries = load("server.helpers=9", "pool.app.retry = 1", "server.workers=${PORT:-3}x", "server.workers=2", "nonsense", "include=x");
        assertThat(entries.get(Keys.SERVER_HELPERS)).isEqualTo(9);
        assertThat(entries.get(Keys.POOL_RETRY, "app").triesMax()).isEqualTo(1);
        assertThat(told()).isEqualTo("""
                --set:3:16: error: '8080x' is no number; write 1 to 256
                    server.workers=${PORT:-3}x
                                   ^
                --set:4:1: error: 'server.workers' is set twice, first at --set:3:1; keep one of them
                    server.workers=2
                    ^
                --set:5:1: error: no '=' in this line; write key = value, or # before a comment
                    nonsense
                    ^
                --set:6:1: error: 'include' cannot be given with --set; write it into the file
                    include=x
                    ^
                """);
    }

    @Test
    void includesFilesBesideTheOneThatSaysSo() throws IOException {
        write("main", "include = conf.d/*.conf\ninclude = \"with blank/x\"\nserver.helpers = 2");
        write("conf.d/b.conf", "pool.b = b:1\ninclude = more/${PORT}");
        write("conf.d/a.conf", "pool.a = a:1");
        write("conf.d/.hidden.conf", "nonsense");
        write("conf.d/c.txt", "nonsense");
        write("conf.d/dir.conf/x", "nonsense");
        write("conf.d/more/8080", "pool.c = c:1");
        write("with blank/x", "pool.d = d:1");
        Entries entries = load();
        assertThat(told()).isEmpty();
        assertThat(entries.names("pool")).containsExactly("a", "b", "c", "d");
    }

    @Test
    void saysWhatIsWrongWithIncludes() throws IOException {
        write("main", """
                include = none/*.conf
                include = none
                include = a
                include = a
                include = dir
                include = x y
                include =
                include = ${UNSET}
                include = loop
                server.helpers = x
                """);
        write("a", "server.workers = 0");
        write("loop", "include = loop2");
        write("loop2", "include = lo*");
        write("dir/x", "");
        load();
        assertThat(told()).isEqualTo("""
                main:1:11: warning: no file matches 'none/*.conf'
                    include = none/*.conf
                              ^
                main:2:11: error: cannot read 'none': no such file; name a readable file
                    include = none
                              ^
                main:4:11: error: 'a' is included twice, first at main:3:11; include each file once
                    include = a
                              ^
                main:5:11: error: cannot read 'dir': not a regular file; name a readable file
                    include = dir
                              ^
                main:6:11: error: more than one file to include; write include = conf.d/*.properties, a line for each pattern
                    include = x y
                              ^
                main:7:10: error: no file to include; write include = conf.d/*.properties, a line for each pattern
                    include =
                             ^
                main:8:11: error: 'UNSET' is not set in the environment; set it, or write ${UNSET:-default}
                    include = ${UNSET}
                              ^
                main:10:18: error: 'x' is no number; write 1 to 64
                    server.helpers = x
                                     ^
                a:1:18: error: '0' is less than 1; write 1 to 256
                    server.workers = 0
                                     ^
                loop2:1:11: error: an include loop: 'loop' is being read already; include each file once
                    include = lo*
                              ^
                loop2:1:11: error: an include loop: 'loop2' is being read already; include each file once
                    include = lo*
                              ^
                """);
    }

    @Test
    void boundsIncludes() throws IOException {
        for (int i = 0; i < 12; i++) write(i == 0 ? "main" : "f" + i, "include = f" + (i + 1));
        load();
        assertThat(problems.list()).extracting(Problem::what).containsExactly("includes are nested deeper than 8");
        assertThat(problems.list().get(0).place().file()).endsWith("/f8");

        Problems many = new Problems();
        for (int i = 0; i <= IncludePattern.FILES_MAX; i++) write("many/" + i, "");
        write("main", "include = many/*");
        Entries.load(directory.resolve("main"), List.of(), Samples.environment(), many);
        assertThat(many.list()).extracting(Problem::what).containsExactly("more than 1000 files");
    }

    @Test
    void saysWhyTheFileCannotBeRead() throws IOException {
        load();
        assertThat(told()).isEqualTo("main: error: cannot read it: no such file; name a readable file\n");
        Files.createDirectory(directory.resolve("main"));
        Problems dir = new Problems();
        Entries.load(directory.resolve("main"), List.of(), Samples.environment(), dir);
        assertThat(dir.list()).extracting(Problem::what).containsExactly("cannot read it: Is a directory");
        Files.delete(directory.resolve("main"));
        Files.write(directory.resolve("main"), new byte[Loader.FILE_BYTES_MAX + 1]);
        Problems large = new Problems();
        Entries.load(directory.resolve("main"), List.of(), Samples.environment(), large);
        assertThat(large.list()).extracting(Problem::what).containsExactly("cannot read it: more than 4 MiB");
    }

    @Test
    void keepsSecretsToItself() throws IOException {
        write("secret", "s3cr3t, \"x\" $$ é\n");
        write("lines", "a\nb\n");
        write("main", Samples.THINGS + """
                route.site.request.set.Authorization = Bearer ${file:secret}
                route.site.request.set.Quoted = "${file:secret}"
                route.said = /said -> respond 200 ${file:secret}
                listen.web.idle = ${file:secret}
                listen.web.via = ${file:secret}
                listen.web.trusted-proxies = ${file:secret}
                listen.web.backlog = 1${file:secret}
                pool.app.balance = ${file:secret}
                pool.app.timeout = ${file:secret} 1s
                pool.b = ${file:secret}
                pool.c = a ${file:secret}
                route.a = /${file:secret} -> ${file:secret}
                route.b = ${file:secret}/ -> redirect ${file:secret} ${file:secret}
                route.c = ${file:secret} / -> app ${file:secret}
                route.c.host = ${file:secret}
                route.d = ${file:secret}
                log.access = ${file:secret}
                metrics = ${file:secret}
                server.helpers = ${file:lines}
                """);
        Entries entries = load();
        assertThat(entries.fields(Keys.ROUTE_REQUEST_SET, "site")).extracting(v -> v.parsed().orElseThrow())
                .containsExactly("Bearer s3cr3t, \"x\" $$ é", "s3cr3t, \"x\" $$ é");
        assertThat(entries.find(Keys.ROUTE, "said").map(RouteSyntax::target))
                .contains(new TargetSyntax.Respond(200, "s3cr3t, \"x\" $$ é"));
        assertThat(problems.errorCount()).isGreaterThan(15);
        assertThat(told()).contains("'(secret)' is no time", "it holds more than one line").doesNotContain("s3cr3t");
        assertThat(Shown.text(Shown.of(entries))).contains("Bearer (secret)").doesNotContain("s3cr3t");
        assertThat(entries.all().toString()).doesNotContain("s3cr3t");
    }

    @Test
    void putsTheEnvironmentIn() {
        Entries entries = Samples.load(Samples.THINGS + """
                pool.b = ${SERVERS}, c:${PORT}
                listen.web.via = ${UNSET:-a$$b}
                route.site.request.set.A = "${QUOTE}"
                route.site.request.set.B = ${QUOTE} $${PORT} ${EMPTY:-x}
                route.site.request.set.C = a${EMPTY}b
                """, problems);
        assertThat(problems.render()).isEmpty();
        assertThat(entries.find(Keys.POOL, "b").orElseThrow()).extracting(server -> server.server().address())
                .containsExactly("a:1", "b:2", "c:8080");
        assertThat(entries.find(Keys.LISTEN_VIA, "web")).contains("a$b");
        assertThat(entries.fields(Keys.ROUTE_REQUEST_SET, "site")).extracting(v -> v.parsed().orElseThrow())
                .containsExactly("say \"hi", "say \"hi ${PORT} x", "ab");
    }

    @Test
    void boundsWhatIsPutIn() {
        Entries.ofText("f", "listen.web.via = " + "${BIG}".repeat(10), List.of(), name -> "x".repeat(60_000), problems);
        assertThat(problems.list()).extracting(Problem::what).contains("this value is longer than 65536 characters once ${…} is put in");
    }

    @Test
    void showsWhereEachValueComesFrom() throws IOException {
        write("main", "pool.b = b:1\nserver.helpers = 2\nlisten.web = ${LISTEN_ALL}\nroute.r = /* -> b\nroute.r.request.set.X-A = 1, 2\npool.b.retry = 1");
        List<Shown> shown = Shown.of(load("pool.b.retry=3"));
        assertThat(told()).isEmpty();
        assertThat(shown).extracting(s -> (s.key() + " = " + s.value() + " # " + s.from()).replace(directory + "/", "")).contains(
                "server.workers = auto # default", "server.helpers = 2 # main:2", "listen.web = :80 # main:3", "listen.web.idle = 60s # default",
                "pool.b.retry = 3 # --set:1 (over main:6)", "route.r.request.set.X-A = 1, 2 # main:5", "log.access = stdout combined # default");
        assertThat(shown).noneMatch(line -> line.key().contains("NAME") || line.key().contains("FIELD") || line.key().equals("include"));
        assertThat(Shown.text(shown)).contains("server.helpers            = 2   ");
    }

    @Test
    void knowsWhichEntriesAreThere() {
        Entries entries = Samples.load("", problems);
        assertThat(entries.all()).isEmpty();
        assertThat(entries.names("route")).isEmpty();
        assertThat(entries.value(Keys.METRICS)).isEqualTo(Optional.empty());
    }
}
