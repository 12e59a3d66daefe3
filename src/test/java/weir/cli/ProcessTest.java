package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.Child;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.tls.TestCertificates;

/** A running process: what signals do, and the commands that do not end by themselves. */
class ProcessTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    @TempDir
    Path directory;

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("weir.properties"), text);
    }

    private WeirProcess run(String text) throws IOException {
        return WeirProcess.start("run", write(text).toString());
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static RawAnswer ask(RawConnection connection, String path) {
        return RawAnswer.read(connection.send(get(path)), false);
    }

    /** Answers when it is told to. */
    private static RawOrigin holding(CountDownLatch told) {
        RawOrigin[] self = new RawOrigin[1];
        self[0] = RawOrigin.running(connection -> {
            String request = RawOrigin.readRequest(connection);
            self[0].note(request);
            told.await();
            connection.send(OK_HI);
            connection.readAll();
        });
        return self[0];
    }

    private static boolean refuses(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void finishesWhatRunsAndLeaves(String signal) throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (RawOrigin origin = holding(told);
                WeirProcess weir = run("listen.web = 127.0.0.1:0\nroute.all = /* -> 127.0.0.1:" + origin.port());
                RawConnection client = weir.connect("listen.web"); RawConnection idle = weir.connect("listen.web")) {
            InetSocketAddress address = weir.address("listen.web");
            client.send(get("/slow"));
            assertThat(origin.nextRequest()).startsWith("GET /slow ");
            weir.signal(signal);
            weir.awaitErr("draining: ");
            Await.until("nobody listens any more", () -> refuses(address));
            assertThat(idle.ending()).isEqualTo(RawConnection.Ending.END_OF_STREAM);
            assertThat(weir.isAlive()).isTrue();
            told.countDown();
            RawAnswer answer = RawAnswer.read(client, false);
            assertThat(answer.body()).isEqualTo("hi");
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(weir.exitCode()).isZero();
            assertThat(weir.err()).endsWith("info drained");
            assertThat(weir.out()).contains("\"GET /slow HTTP/1.1\" 200 2 ");      // the log is written to its end
        }
    }

    @Test
    void leavesAtOnceAtTheSecondSignal() throws Exception {
        try (RawOrigin origin = holding(new CountDownLatch(1));
                WeirProcess weir = run("listen.web = 127.0.0.1:0\nroute.all = /* -> 127.0.0.1:" + origin.port());
                RawConnection client = weir.connect("listen.web")) {
            client.send(get("/slow"));
            origin.nextRequest();
            weir.signal("TERM").awaitErr("draining: 1 connections");
            weir.signal("TERM").awaitErr("second signal: leaving now, 1 connections are cut");
            assertThat(weir.exitCode()).isZero();
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void leavesWhenTheGraceIsOver() throws Exception {
        try (RawOrigin origin = holding(new CountDownLatch(1));
                WeirProcess weir = run("listen.web = 127.0.0.1:0\nserver.shutdown-grace = 50ms\nroute.all = /* -> 127.0.0.1:" + origin.port());
                RawConnection client = weir.connect("listen.web")) {
            client.send(get("/slow"));
            origin.nextRequest();
            weir.signal("TERM").awaitErr("server.shutdown-grace is over: 1 connections are cut");
            assertThat(weir.exitCode()).isZero();
        }
    }

    @Test
    void hupTakesAnotherFileOver() throws Exception {
        try (WeirProcess weir = run("listen.web = 127.0.0.1:0\nroute.hello = /hello -> respond 200 \"one\"");
                RawConnection before = weir.connect("listen.web")) {
            assertThat(ask(before, "/hello").body()).isEqualTo("one");
            write("listen.web = 127.0.0.1:0\nroute.hello = /hello -> respond 200 \"two\"");
            weir.signal("HUP").awaitErr("info reloaded ");
            assertThat(ask(before, "/hello").body()).isEqualTo("two");            // on a connection that was there before
            try (RawConnection after = weir.connect("listen.web")) {
                assertThat(ask(after, "/hello").body()).isEqualTo("two");
            }
            assertThat(weir.signal("TERM").exitCode()).isZero();
        }
    }

    @Test
    void hupWithAFaultyFileChangesNothingAndSaysWhy() throws Exception {
        String one = "listen.web = 127.0.0.1:0\nroute.hello = /hello -> respond 200 \"one\"\n";
        try (WeirProcess weir = run(one); RawConnection client = weir.connect("listen.web")) {
            assertThat(ask(client, "/hello").body()).isEqualTo("one");
            write(one.replace("one", "two") + "pool.app = a:1\nroute.x = /x -> ap\n");
            weir.signal("HUP").awaitErr("weir.properties has errors; the running configuration stays");
            assertThat(weir.err()).contains("weir.properties:4:17: error: no pool.ap", "did you mean 'app'?");
            assertThat(ask(client, "/hello").body()).isEqualTo("one");

            write(one.replace("one", "two") + "server.helpers = 2\nserver.workers = 3\n");
            weir.signal("HUP").awaitErr("reload: server.workers, server.helpers cannot change in a reload: restart for that; the running configuration stays");
            assertThat(ask(client, "/hello").body()).isEqualTo("one");

            int taken = weir.address("listen.web").getPort();
            write(one.replace("one", "two") + "listen.b = 127.0.0.1:" + taken + "\n");
            weir.signal("HUP").awaitErr("listen.b: cannot listen on 127.0.0.1:" + taken + ": the port is in use");
            assertThat(ask(client, "/hello").body()).isEqualTo("one");

            write(one.replace("one", "two"));
            weir.signal("HUP").awaitErr("info reloaded ");
            assertThat(ask(client, "/hello").body()).isEqualTo("two");
        }
    }

    @Test
    void usr1OpensTheLogAnew() throws Exception {
        Path log = directory.resolve("access.log");
        Path moved = directory.resolve("access.log.1");
        try (WeirProcess weir = run("listen.web = 127.0.0.1:0\nroute.hello = /* -> respond 200 \"x\"\nlog.access = " + log + " json\n");
                RawConnection client = weir.connect("listen.web")) {
            ask(client, "/before");
            Await.until("the line is written", () -> text(log).contains("\"/before\""));
            Files.move(log, moved);
            weir.signal("USR1");
            Await.until("there is a new file", () -> ask(client, "/after").status() == 200 && Files.exists(log) && text(log).contains("\"/after\""));
            assertThat(text(moved)).contains("\"/before\"");
        }
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aProxyInOneLine() {
        try (RawOrigin one = RawOrigin.answering(OK_HI.replace("hi", "1.")); RawOrigin two = RawOrigin.answering(OK_HI.replace("hi", "2."));
                WeirProcess weir = WeirProcess.start("--from", "127.0.0.1:0", "--to", "127.0.0.1:" + one.port(), "--to", "localhost:" + two.port(),
                        "--set", "log.access=off", "--set", "server.workers=1");
                RawConnection client = weir.connect("listen.main")) {
            Await.until("the name is looked up, and both origins take turns", () -> {
                String first = ask(client, "/").body();
                String second = ask(client, "/").body();
                return first.matches("[12]\\.") && second.matches("[12]\\.") && !first.equals(second);
            });
            assertThat(weir.signal("TERM").exitCode()).isZero();
            assertThat(weir.out()).isEmpty();
        }
    }

    @Test
    void theDemoShowsWhatItSays() {
        try (WeirProcess weir = WeirProcess.start("demo")) {
            weir.awaitOut("bare LF: refused");
            Matcher port = Pattern.compile("open http://127\\.0\\.0\\.1:(\\d+)/ in a browser").matcher(weir.out());
            assertThat(port.find()).as(weir.out()).isTrue();
            try (RawConnection client = RawConnection.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1))))) {
                assertThat(ask(client, "/").body()).contains("weir demo", "This page came from origin");
                assertThat(List.of(ask(client, "/whoami").body(), ask(client, "/whoami").body())).containsExactlyInAnyOrder("one", "two");
                assertThat(ask(client, "/hello").body()).isEqualTo("hello from weir");
                assertThat(ask(client, "/go").field("Location")).isEqualTo("/");
                assertThat(RawAnswer.read(client.send("GET / HTTP/1.1\nHost: x\n\n"), false).status()).isEqualTo(400);
            }
            Matcher metrics = Pattern.compile("curl http://127\\.0\\.0\\.1:(\\d+)/metrics").matcher(weir.out());
            assertThat(metrics.find()).as(weir.out()).isTrue();
            try (RawConnection client = RawConnection.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(metrics.group(1))))) {
                assertThat(ask(client, "/metrics").body()).contains("weir_requests_total{");
            }
            assertThat(weir.signal("INT").exitCode()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void theDemoSpeaksTlsWithACertificateOfItsOwn(String signal) throws Exception {
        Path folder;
        try (WeirProcess weir = WeirProcess.start("demo", "--tls", "--set", "listen.secure.tls-min=1.3")) {
            weir.awaitOut("plain HTTP on a TLS port");
            folder = Path.of(printed(weir, "--cacert (\\S+)/demo\\.crt "));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("demo.key")))).isEqualTo("rw-------");
            assertThat(shell(printed(weir, "(curl --cacert .*)"))).isIn("one", "two");
            assertThat(shell(printed(weir, "(curl --cacert .*)").replace("localhost", "127.0.0.1") + " -i")).startsWith("HTTP/1.1 200 OK")
                    .doesNotContainIgnoringCase("Strict-Transport-Security");
            assertThat(shell(printed(weir, "(openssl s_client .*)"))).contains("Verification: OK", "New, TLSv1.3");
            assertThat(shell(printed(weir, "(curl http://localhost:\\d+/ ) "))).contains("https");
            assertThat(weir.err()).doesNotContain("demo:");                 // a warning of what weir itself has made
            assertThat(weir.signal(signal).exitCode()).isZero();
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void theDemoLeavesNothingWhenItCannotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0); WeirProcess weir = WeirProcess.withJvm(List.of("-Djava.io.tmpdir=" + directory), "demo", "--tls",
                "--set", "listen.secure=127.0.0.1:" + taken.getLocalPort())) {
            assertThat(weir.exitCode()).isEqualTo(1);
            assertThat(weir.err()).contains("listen.secure: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": the port is in use");
            assertThat(directory).isEmptyDirectory();
        }
        try (WeirProcess weir = WeirProcess.withJvm(List.of("-Djava.io.tmpdir=" + directory), "demo", "--tls", "--set", "listen.secure.tls-min=1.1")) {
            assertThat(weir.exitCode()).isEqualTo(1);
            assertThat(weir.err()).contains("write 1.2 or 1.3");
            assertThat(directory).isEmptyDirectory();
        }
    }

    /** Before 22 an image of java.base alone has no elliptic curves; from 22 on it has. */
    @ParameterizedTest
    @ValueSource(strings = {"tls.main = CERT KEY\nlisten.web.certs = main\nroute.x = /* -> respond 200 \"x\"", "pool.app = https://a.example\nroute.x = /* -> app",
            "route.x = /* -> https://a.example"})
    void aJavaRunTimeWithoutTlsIsTold(String text) throws Exception {
        TestCertificates.Issued issued = TestCertificates.create(directory).issue("main", "ec256", List.of("localhost"));
        Path file = write("listen.web = 127.0.0.1:0\n" + text.replace("CERT", issued.certificate().toString()).replace("KEY", issued.key().toString()) + "\n");
        try (WeirProcess check = WeirProcess.withJvm(List.of("--limit-modules", "java.base"), "check", file.toString())) {
            if (Runtime.version().feature() >= 22) {
                assertThat(check.exitCode()).isZero();
            } else {
                assertThat(check.exitCode()).isEqualTo(1);
                assertThat(check.err()).containsPattern(":[23]:[0-9]+: error: this Java run-time lacks the module jdk.crypto.ec").containsOnlyOnce("error:");
            }
        }
        try (WeirProcess check = WeirProcess.withJvm(List.of("--limit-modules", "java.base,jdk.crypto.ec"), "check", file.toString())) {
            assertThat(check.exitCode()).as(check.err()).isZero();
        }
    }

    /** The first group of a pattern in what was said. */
    private static String printed(WeirProcess weir, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(weir.out());
        assertThat(found.find()).as(pattern + " in\n" + weir.out()).isTrue();
        return found.group(1);
    }

    /** A line as it was printed, in a shell: the answer, without what curl says of its progress. */
    private static String shell(String line) {
        try (Child child = Child.start("a POSIX system has it", List.of("sh", "-c", "no_proxy='*'; export no_proxy; " + line.replace("curl ", "curl -sS ")))) {
            return child.finish();
        }
    }
}
