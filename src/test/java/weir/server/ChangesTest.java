package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.RawAnswer;
import weir.RawConnection;
import weir.config.Configuration;
import weir.config.Settings;
import weir.observe.Journal;

/** Changes by command outlive the process that they were made in, and reloads, when a file is there for them. */
class ChangesTest {
    private static final String BASE = """
            server.workers = 1
            server.memory = 16m
            listen.web = 127.0.0.1:0
            route.site = /* -> app
            route.place = /place -> 127.0.0.1:5
            log.access = off
            admin = 127.0.0.1:0
            admin.token = 0123456789abcdef
            """;
    private static final String POOL = "pool.app = 127.0.0.1:1, 127.0.0.1:2 weight=3\n";
    private static final String KEEP = "admin.changes = changes.d/kept.properties\ninclude = changes.d/*.properties\n";
    private static final String HEADER = "# Written by weir: what was changed by command. All of it is written anew with each change.\n";

    @TempDir
    private Path directory;

    private final StringWriter journal = new StringWriter();
    private ProxyServer server;
    private Path kept;

    @BeforeEach
    void start() throws IOException {
        kept = Files.createDirectory(directory.resolve("changes.d")).resolve("kept.properties");
        write(POOL + KEEP);
        restart();
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(journal.toString()).doesNotContain("internal error");
    }

    private void write(String more) throws IOException {
        Files.writeString(directory.resolve("f"), BASE + more);
    }

    private Settings settings() {
        Configuration read = Configuration.read(directory.resolve("f"), List.of(), name -> null);
        return read.settings().orElseThrow(() -> new AssertionError(read.problems().render()));
    }

    private void restart() throws IOException {
        if (server != null) {
            server.close();
        }
        server = new ProxyServer(settings(), new Journal(journal));
        server.start();
    }

    private String ask(int status, String method, String target) {
        try (RawConnection connection = RawConnection.to(server.address("admin"))) {
            RawAnswer answer = RawAnswer.read(connection.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n"), false);
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            return answer.body();
        }
    }

    private String change(int status, String method, String rest) {
        return ask(status, method, "/pools/app/servers" + rest);
    }

    /** Name, weight and state of each. */
    private List<String> servers() {
        return Stream.of(ask(200, "GET", "/pools/app").split("\\{\"name\":\"", -1)).skip(2)
                .map(each -> each.replaceFirst("(?s)([^\"]+)\",\"state\":\"([a-z]+)\".*\"weight\":([0-9]+),.*", "$1 $3 $2")).toList();
    }

    private String kept() throws IOException {
        String text = Files.readString(kept);
        assertThat(text).startsWith(HEADER);
        return text.substring(HEADER.length());
    }

    @Test
    void areBackAfterARestart() throws IOException {
        change(201, "POST", "?server=127.0.0.1:3%20weight=2%20backup%20zone=x");
        assertThat(kept()).isEqualTo("pool.app.changes = 127.0.0.1:3 weight=2 backup zone=x\n");
        change(200, "POST", "/127.0.0.1:2/weight?weight=9");
        change(200, "POST", "/127.0.0.1:2/drain?timeout=0s");
        change(200, "DELETE", "/127.0.0.1:1");
        change(200, "POST", "/127.0.0.1:3/disable");
        assertThat(kept()).isEqualTo("pool.app.changes = 127.0.0.1:3 weight=2 backup zone=x disabled, 127.0.0.1:2 weight=9 disabled, 127.0.0.1:1 removed\n");
        assertThat(kept.getParent()).as("nothing is left beside it").isDirectoryNotContaining(file -> !file.equals(kept));
        restart();
        List<String> expected = List.of("127.0.0.1:2 9 disabled", "127.0.0.1:3 2 disabled");
        assertThat(servers()).isEqualTo(expected);
        change(200, "POST", "/127.0.0.1:3/enable");
        assertThat(kept()).as("what was there before the restart stays").isEqualTo(
                "pool.app.changes = 127.0.0.1:3 weight=2 backup zone=x, 127.0.0.1:2 weight=9 disabled, 127.0.0.1:1 removed\n");
        change(200, "POST", "/127.0.0.1:2/enable");
        change(201, "POST", "?server=127.0.0.1:1");
        change(200, "DELETE", "/127.0.0.1:3");
        assertThat(kept()).isEqualTo("pool.app.changes = 127.0.0.1:2 weight=9, 127.0.0.1:1 weight=1\n");
        restart();
        assertThat(servers()).containsExactly("127.0.0.1:1 1 enabled", "127.0.0.1:2 9 enabled");
        change(200, "POST", "/127.0.0.1:2/weight?weight=3");
        assertThat(kept()).as("what changes nothing is forgotten").isEqualTo("pool.app.changes = 127.0.0.1:2 weight=3\n");
    }

    @Test
    void stayWithAReload() throws IOException {
        change(201, "POST", "?server=127.0.0.1:3");
        change(200, "POST", "/127.0.0.1:2/weight?weight=9");
        change(200, "POST", "/127.0.0.1:1/disable");
        List<String> changed = List.of("127.0.0.1:1 1 disabled", "127.0.0.1:2 9 enabled", "127.0.0.1:3 1 enabled");
        server.reload(settings());
        assertThat(servers()).isEqualTo(changed);
        server.reload(settings());
        assertThat(servers()).as("and again").isEqualTo(changed);
        write("pool.app = 127.0.0.1:1, 127.0.0.1:2 weight=3, 127.0.0.1:4\npool.app.retry = 3\n" + KEEP);
        server.reload(settings());
        assertThat(servers()).as("the configuration has one more").containsExactly("127.0.0.1:1 1 disabled", "127.0.0.1:2 9 enabled", "127.0.0.1:4 1 enabled", "127.0.0.1:3 1 enabled");
        Files.writeString(kept, "pool.app.changes = 127.0.0.1:2 disabled\n");
        server.reload(settings());
        assertThat(servers()).as("the file tells what holds").containsExactly("127.0.0.1:1 1 enabled", "127.0.0.1:2 3 disabled", "127.0.0.1:4 1 enabled");
    }

    @Test
    void withoutAFileTheyHoldWhileTheServersAreTheSame() throws IOException {
        write(POOL);
        restart();
        change(201, "POST", "?server=127.0.0.1:3");
        change(200, "DELETE", "/127.0.0.1:2");
        change(200, "POST", "/127.0.0.1:1/weight?weight=7");
        change(200, "POST", "/127.0.0.1:1/disable");
        List<String> changed = List.of("127.0.0.1:1 7 disabled", "127.0.0.1:3 1 enabled");
        write(POOL + "pool.app.retry = 3\n");
        server.reload(settings());
        assertThat(servers()).as("another option").isEqualTo(changed);
        write("pool.app = 127.0.0.1:1, 127.0.0.1:2, 127.0.0.1:4\n");
        server.reload(settings());
        assertThat(servers()).as("a server that is disabled is never enabled by the way").containsExactly("127.0.0.1:1 1 disabled", "127.0.0.1:2 1 enabled", "127.0.0.1:4 1 enabled");
        assertThat(kept).doesNotExist();
    }

    @Test
    void thatCannotBeWrittenHoldAllTheSame() throws IOException {
        Files.delete(kept.getParent());
        String told = change(200, "POST", "/127.0.0.1:1/disable");
        assertThat(told).contains("\"problems\":\"the change holds, but not written to " + kept + ": no such directory\\n\"", "\"state\":\"disabled\"");
        assertThat(journal.toString()).contains(" error admin: pool app: the change holds, but not written to " + kept + ": no such directory\n");
        Files.createDirectory(kept.getParent());
        change(200, "POST", "/127.0.0.1:2/disable");
        assertThat(kept()).isEqualTo("pool.app.changes = 127.0.0.1:1 disabled, 127.0.0.1:2 disabled\n");
    }

    @Test
    void ofAPoolWithoutAKeyEndWithTheProcess() throws IOException {
        assertThat(ask(200, "POST", "/pools/127.0.0.1:5/servers/127.0.0.1:5/disable")).contains("the pool stands in a route and has no name for a line of its own");
        assertThat(kept).doesNotExist();
    }

    @Test
    void goWithTheirPool() throws IOException {
        change(200, "POST", "/127.0.0.1:1/disable");
        Files.delete(kept);
        Files.writeString(directory.resolve("f"), BASE.replace("-> app", "-> other") + "pool.other = 127.0.0.1:1\n" + KEEP);
        server.reload(settings());
        ask(200, "POST", "/pools/other/servers/127.0.0.1:1/weight?weight=2");
        assertThat(kept()).isEqualTo("pool.other.changes = 127.0.0.1:1 weight=2\n");
    }
}
