package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import weir.RawAnswer;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/**
 * Who stalls or cuts, in the middle of what: each cell says what both sides saw, how both connections ended, and that
 * nothing is held afterwards (closing the proxy asserts that).
 */
class StallAndCutTest {
    private static final String IDLE = """
            listen.test.idle = 200ms
            pool.test.timeout = idle 200ms, response 5s
            route.test.upgrade-idle = 200ms
            """;
    private static final String PIECE = "x".repeat(16 << 10);
    private static final int ENDLESS_PIECES = 16 << 10;                    // 256 MiB: far more than kernels buffer

    /** How a body is delimited; the first piece, and the next ones. */
    enum Framing {
        LENGTH("Content-Length: " + (long) PIECE.length() * ENDLESS_PIECES + "\r\n", PIECE),
        CHUNKED("Transfer-Encoding: chunked\r\n", Integer.toHexString(PIECE.length()) + "\r\n" + PIECE + "\r\n"),
        CLOSE("", PIECE);

        private final String field;
        private final String piece;

        Framing(String field, String piece) {
            this.field = field;
            this.piece = piece;
        }
    }

    enum Event {
        CLIENT_STALLS, CLIENT_CUTS, ORIGIN_STALLS, ORIGIN_CUTS;

        /** Where nobody stalls, nobody is too slow either, however busy the machine is. */
        private String limits() {
            return this == CLIENT_STALLS || this == ORIGIN_STALLS ? IDLE : "";
        }
    }

    /** Which side of the proxy is protected. */
    enum Wire { PLAIN, CLIENT_TLS, ORIGIN_TLS }

    record Cell(Framing framing, Event event, Wire wire) {}

    record TunnelCell(Event event, Wire wire) {}

    @TempDir
    private static Path folder;

    private static TestCertificates authority;
    private static TestCertificates.Issued certificate;
    private static TlsSockets sockets;

    @BeforeAll
    static void certificates() {
        authority = TestCertificates.create(folder);
        certificate = authority.issue("ends", "ec256", List.of("localhost", "127.0.0.1"));
        sockets = TlsSockets.of(authority.ca(), certificate);
    }

    private static RawOrigin origin(Wire wire, RawOrigin.Script script) {
        return wire == Wire.ORIGIN_TLS ? RawOrigin.running(sockets::server, script) : RawOrigin.running(script);
    }

    private static TestProxy proxy(Wire wire, Event event, RawOrigin origin) {
        String scheme = wire == Wire.ORIGIN_TLS ? "https://" : "";
        String tls = switch (wire) {
            case PLAIN -> "";
            case CLIENT_TLS -> "tls.main = " + certificate.certificate() + " " + certificate.key() + "\nlisten.test.certs = main\nserver.tls-warm-up = off\n";
            case ORIGIN_TLS -> "pool.test.ca = " + authority.ca() + "\n";
        };
        return TestProxy.configured("pool.test = " + scheme + "127.0.0.1:" + origin.port() + "\nroute.test = /* -> test\n" + event.limits() + tls);
    }

    private static RawConnection client(Wire wire, TestProxy proxy) {
        return wire == Wire.CLIENT_TLS ? sockets.connect(proxy.address(), "localhost") : proxy.connect();
    }

    static List<Cell> downloads() {
        List<Cell> cells = new ArrayList<>();
        for (Wire wire : Wire.values()) {
            for (Framing framing : Framing.values()) {
                for (Event event : Event.values()) {
                    cells.add(new Cell(framing, event, wire));
                }
            }
        }
        return cells;
    }

    static List<TunnelCell> tunnels() {
        List<TunnelCell> cells = new ArrayList<>();
        for (Wire wire : Wire.values()) {
            for (Event event : Event.values()) {
                cells.add(new TunnelCell(event, wire));
            }
        }
        return cells;
    }

    static List<Cell> uploads() {
        return downloads().stream().filter(cell -> cell.framing != Framing.CLOSE).toList();
    }

    /** What an origin's script found out about its connection. */
    private static final class Fate {
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile String bytes = "";

        void ended(String seen) {
            bytes = seen;
            over.countDown();
        }

        String await() throws InterruptedException {
            assertThat(over.await(10, TimeUnit.SECONDS)).as("the origin's connection ended").isTrue();
            return bytes;
        }
    }

    private static void sendUntilCut(RawConnection connection, String piece) {
        try {
            for (int i = 0; i < ENDLESS_PIECES; i++) {
                connection.send(piece);
            }
        } catch (UncheckedIOException e) {
            return;                                                        // cut by the proxy: what these cells wait for
        }
        throw new AssertionError("everything was taken");
    }

    // ---- the response is on its way

    @ParameterizedTest
    @MethodSource("downloads")
    void inTheMiddleOfAResponse(Cell cell) throws Exception {
        Fate fate = new Fate();
        try (var origin = origin(cell.wire, connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 200 OK\r\n" + cell.framing.field + "\r\n" + cell.framing.piece);
            switch (cell.event) {
                case CLIENT_STALLS, CLIENT_CUTS -> sendUntilCut(connection, cell.framing.piece);
                case ORIGIN_STALLS -> connection.readAll();                // silence, until the proxy ends it
                case ORIGIN_CUTS -> connection.reset();
            }
            fate.ended("");
        }); var proxy = proxy(cell.wire, cell.event, origin); var client = client(cell.wire, proxy)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            String head = client.readHead();
            switch (cell.event) {
                case CLIENT_STALLS -> {
                    assertThat(proxy.nextEnd()).isEqualTo("timeout-client-write");
                    fate.await();
                    assertIncomplete(cell.framing, client);
                }
                case CLIENT_CUTS -> {
                    client.reset();
                    fate.await();
                    assertThat(proxy.nextEnd()).startsWith("client-gone");
                }
                case ORIGIN_STALLS -> {
                    fate.await();
                    assertThat(proxy.nextEnd()).isEqualTo("timeout-origin-content");
                    assertIncomplete(cell.framing, client);
                }
                case ORIGIN_CUTS -> {
                    fate.await();
                    assertThat(proxy.nextEnd()).startsWith("origin-");
                    if (head.contains(" 200 ")) {
                        assertIncomplete(cell.framing, client);
                    } else {
                        assertThat(head).as("the reset overtook the head").contains(" 502 ");
                        client.readAll();
                    }
                }
            }
            assertThat(origin.failure()).isNull();
        }
    }

    /** Neither the announced length, nor a last chunk, nor an orderly end. */
    private static void assertIncomplete(Framing framing, RawConnection client) {
        if (framing == Framing.LENGTH) {
            assertThat(client.readAll().length()).isLessThan(PIECE.length() * ENDLESS_PIECES);
        } else {
            assertThat(client.readAll()).doesNotEndWith("0\r\n\r\n");      // to HTTP/1.1 clients weir sends chunks
        }
    }

    // ---- the request's content is on its way

    @ParameterizedTest
    @MethodSource("uploads")
    void inTheMiddleOfAnUpload(Cell cell) throws Exception {
        Fate fate = new Fate();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (var origin = origin(cell.wire, connection -> {
            connection.readHead();
            connection.readBytes(100);
            begun.countDown();
            switch (cell.event) {
                case CLIENT_STALLS, CLIENT_CUTS -> fate.ended(connection.readAll());
                case ORIGIN_STALLS -> {
                    release.await();
                    fate.ended(connection.readAll());
                }
                case ORIGIN_CUTS -> {
                    connection.reset();
                    fate.ended("");
                }
            }
        }); var proxy = proxy(cell.wire, cell.event, origin); var client = client(cell.wire, proxy)) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\n" + cell.framing.field + "\r\n" + cell.framing.piece);
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            switch (cell.event) {
                case CLIENT_STALLS -> {
                    assertThat(RawAnswer.read(client, false).status()).isEqualTo(408);
                    assertThat(proxy.nextEnd()).isEqualTo("timeout-content");
                }
                case CLIENT_CUTS -> {
                    client.reset();
                    assertThat(proxy.nextEnd()).startsWith("client-gone");
                }
                case ORIGIN_STALLS -> {
                    Thread flood = new Thread(() -> sendUntilCut(client, cell.framing.piece), "flood");
                    flood.start();
                    assertThat(proxy.nextEnd()).isEqualTo("timeout-origin-write");
                    release.countDown();
                    flood.join();
                }
                case ORIGIN_CUTS -> {
                    assertThat(RawAnswer.read(client, false).status()).isEqualTo(502);
                    assertThat(proxy.nextEnd()).startsWith("origin-reset");
                }
            }
            assertThat(fate.await()).as("no origin takes a part for the whole").doesNotEndWith("0\r\n\r\n");
        }
    }

    // ---- a tunnel

    @ParameterizedTest
    @MethodSource("tunnels")
    void inATunnel(TunnelCell cell) throws Exception {
        Event event = cell.event;
        Fate fate = new Fate();
        try (var origin = origin(cell.wire, connection -> {
            connection.readHead();
            connection.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhello");
            switch (event) {
                case CLIENT_STALLS -> sendUntilCut(connection, PIECE);
                case CLIENT_CUTS, ORIGIN_STALLS -> fate.ended(connection.readAll());
                case ORIGIN_CUTS -> {
                    connection.readBytes(4);
                    connection.reset();
                }
            }
            fate.ended(fate.bytes);
        }); var proxy = proxy(cell.wire, cell.event, origin); var client = client(cell.wire, proxy)) {
            client.send("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ").contains("Upgrade: websocket");
            assertThat(client.readBytes(5)).isEqualTo("hello");
            client.send("ping");
            switch (event) {
                case CLIENT_STALLS, ORIGIN_STALLS -> assertThat(proxy.nextEnd()).isEqualTo("timeout-tunnel");
                case CLIENT_CUTS -> {
                    client.reset();
                    assertThat(proxy.nextEnd()).startsWith("client-gone");
                }
                case ORIGIN_CUTS -> {
                    assertThat(client.ending()).isEqualTo(RawConnection.Ending.RESET);
                    assertThat(proxy.nextEnd()).startsWith("origin-gone");
                }
            }
            String seen = fate.await();
            if (event == Event.ORIGIN_STALLS) {
                assertThat(seen).isEqualTo("ping");
            }
        }
    }
}
