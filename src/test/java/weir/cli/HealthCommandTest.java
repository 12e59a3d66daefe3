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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.RawConnection;
import weir.RawOrigin;

/** One line and an exit code, for the health check of a container. */
class HealthCommandTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private PrintStream stream(ByteArrayOutputStream bytes) {
        bytes.reset();
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private int run(String... args) {
        return Main.run(args, stream(out), stream(err), Map.of("METRICS", "127.0.0.1")::get);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8).replace(directory + "/", "");
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("f"), text).toString();
    }

    private static String url(RawOrigin server) {
        return "http://127.0.0.1:" + server.port() + "/ready";
    }

    /** From the start to the end of a process: the file names the address, whatever its routes are. */
    @Test
    void followsTheLifeOfAProcess() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        int port = freePort();
        try (RawOrigin origin = RawOrigin.running(connection -> {
            connection.readHead();
            asked.countDown();
            told.await();
            connection.send(OK_HI).readAll();
        })) {
            String file = file("listen.web = 127.0.0.1:0\nroute.x = /* -> 127.0.0.1:" + origin.port() + "\nmetrics = ${METRICS:-127.0.0.1}:" + port + "/figures\n");
            assertThat(run("health", file)).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: nothing listens on http://127.0.0.1:" + port + "/ready; is weir running, with this address for its metrics?\n");
            try (WeirProcess weir = WeirProcess.start("run", file); RawConnection client = weir.connect("listen.web")) {
                weir.awaitErr("metrics on ");
                assertThat(run("health", file)).as(err()).isZero();
                assertThat(out()).isEqualTo("ready\n");
                assertThat(run("health", "--url", "http://localhost:" + port)).as(err()).isZero();
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
                weir.signal("TERM").awaitErr("draining: ");
                Await.until("it drains", () -> run("health", file) == 1);
                assertThat(err()).isEqualTo("weir: http://127.0.0.1:" + port + "/ready answers with 503: draining\n");
                told.countDown();
                assertThat(weir.exitCode()).isZero();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"'HTTP/1.1 204 No Content\r\n\r\n', 0, healthy", "'HTTP/1.0 200 OK\r\n\r\nup\nand more', 0, up",
        "'HTTP/1.1 404 Not Found\r\n\r\nno\u001b[31m such', 1, weir: URL answers with 404: no", "'HTTP/1.1 302 Found\r\n\r\n', 1, weir: URL answers with 302",
        "'220 smtp\r\n\r\n', 1, weir: what answers on URL speaks no HTTP", "'HTTP/1.1 99x\r\n\r\n', 1, weir: what answers on URL speaks no HTTP"})
    void saysWhatItWasAnswered(String wire, int code, String line) {
        try (RawOrigin server = RawOrigin.answering(wire)) {
            assertThat(run("health", "--url=" + url(server))).isEqualTo(code);
            assertThat((code == 0 ? out() : err()).replace(url(server), "URL")).isEqualTo(line + "\n");
            assertThat(code == 0 ? err() : out()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({"'', the connection was closed without an answer", "'HTTP/1.1 200 OK\r\n', the answer broke off"})
    void anEndWithoutAnAnswerIsNoHealth(String wire, String why) {
        try (RawOrigin server = RawOrigin.running(connection -> {
            connection.readHead();
            connection.send(wire).close();
        })) {
            assertThat(run("health", "--url", url(server))).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: " + url(server) + ": " + why + "\n");
        }
    }

    @Test
    void doesNotWaitForEver() throws UsageException {
        CountDownLatch told = new CountDownLatch(1);
        try (RawOrigin server = RawOrigin.running(connection -> {
            connection.send("HTTP/1.1 200 OK\r\n");
            told.await();
        })) {
            HealthCommand command = new HealthCommand(stream(out), stream(err), name -> null, 50_000_000);
            assertThat(command.run(new HealthArguments(null, List.of(), url(server)))).isEqualTo(1);
            assertThat(err()).isEqualTo("weir: " + url(server) + " has not answered within 0 s\n");
            told.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a/ready", "127.0.0.1:9900", "http://", "http://:80/", "http://a:0/", "http://a:65536/", "http://a:x/", "http://a b/", "http://u@a/"})
    void anAddressThatIsNoneIsAMatterOfUsage(String url) {
        assertThat(run("health", "--url", url)).isEqualTo(2);
        assertThat(err()).isEqualTo("weir: --url " + url + " is no address here; write http://127.0.0.1:9900/ready\nweir: see weir --help\n");
    }

    @Test
    void aNameThatNobodyKnowsIsToo() {
        assertThat(run("health", "--url", "http://no-such-name.invalid/")).isEqualTo(2);
        assertThat(err()).startsWith("weir: --url: 'no-such-name.invalid' does not resolve\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"--url, --url needs a value", "--set, --set needs a value", "--json, unknown option --json", "a b, 'b' is one word too many: weir health [FILE]",
        "--url http://a/ f, --url takes the place of a file", "--url http://a/ --set a=b, --url takes the place of a file"})
    void aCommandLineThatIsWrong(String words, String message) {
        assertThat(run(("health " + words).split(" ", -1))).isEqualTo(2);
        assertThat(err()).isEqualTo("weir: " + message + "\nweir: see weir --help\n");
    }

    @Test
    void helpIsForThisCommandToo() {
        assertThat(run("health", "--help")).isZero();
        assertThat(out()).contains("weir health [FILE]", "--url URL");
        assertThat(run("--tls", "health")).isEqualTo(2);
        assertThat(err()).startsWith("weir: write the command first: weir health …\n");
    }

    @Test
    void aFileThatSaysNothingOfIt() throws IOException {
        assertThat(run("health", file("listen.web = :0\n"))).isEqualTo(1);
        assertThat(err()).isEqualTo("weir: f has no key metrics; write metrics = 127.0.0.1:9900 and start weir with it, or name what to ask by --url\n");
        assertThat(run("health", file("metrics = 127.0.0.1:0\n"))).isEqualTo(1);
        assertThat(err()).isEqualTo("weir: the port of the metrics is any free one in f; write one there, or name it by --url\n");
        assertThat(run("health", file("metrics = :x\nserver.wrokers = 1\n"))).isEqualTo(1);
        assertThat(err()).startsWith("f:1:12: error: 'x' is no port").doesNotContain("wrokers")
                .endsWith("weir: where the metrics are is not known; name it by --url http://127.0.0.1:9900/ready\n");
        assertThat(run("health", directory.resolve("none").toString())).isEqualTo(1);
        assertThat(err()).startsWith("none: error: cannot read it: no such file");
    }

    @Test
    void whatListensEverywhereIsAskedHere() throws IOException {
        int port = freePort();
        assertThat(run("health", file("metrics = :" + port))).isEqualTo(1);
        assertThat(err()).contains("nothing listens on http://127.0.0.1:" + port + "/ready");
        assertThat(run("health", file("metrics = [::1]:" + port))).isEqualTo(1);
        assertThat(err()).contains("http://[0:0:0:0:0:0:0:1]:" + port + "/ready");
    }
}
