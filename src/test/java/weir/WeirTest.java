package weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** weir inside another program, as a newcomer would use it. */
class WeirTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static String to(RawOrigin origin) {
        return "listen.web = 127.0.0.1:0\nserver.workers = 1\nserver.memory = 8m\nlog.access = off\nroute.all = /* -> 127.0.0.1:" + origin.port() + "\n";
    }

    private static RawAnswer ask(Weir weir, String request) {
        try (RawConnection connection = RawConnection.to(weir.address("web"))) {
            connection.send(request);
            return RawAnswer.read(connection, false);
        }
    }

    private static RawAnswer get(Weir weir, String path) {
        return ask(weir, "GET " + path + " HTTP/1.1\r\nHost: a.example\r\nX-Old: 1\r\n\r\n");
    }

    @Test
    void anExample() throws Exception {
        try (RawOrigin origin = RawOrigin.answering(OK_HI)) {
            RequestHook hook = request -> {
                if (request.path().startsWith("/private")) {
                    request.answer(403, "text/plain", "not for you\n".getBytes(StandardCharsets.UTF_8));
                } else {
                    request.setField("X-Tenant", request.authority());
                    request.removeField("X-Old");
                }
            };
            StringWriter journal = new StringWriter();
            try (Weir weir = Weir.start(Weir.settings(to(origin)), hook, journal)) {
                assertThat(get(weir, "/a").body()).isEqualTo("hi");
                assertThat(origin.nextRequest()).contains("\r\nX-Tenant: a.example\r\n").doesNotContain("X-Old");
                RawAnswer refused = get(weir, "/private/x");
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.body()).isEqualTo("not for you\n");
                assertThat(origin.unseenRequests()).isZero();
                Await.until("it is counted", () -> weir.metrics().contains("weir_requests_total{code=\"403\",method=\"GET\",route=\"all\"} 1"));
                assertThat(weir.drain()).isTrue();
            }
            assertThat(journal.toString()).isEmpty();
        }
    }

    @Test
    void aHookSeesTheRequest() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        try (RawOrigin origin = RawOrigin.answering(OK_HI); Weir weir = Weir.start(Weir.settings(to(origin)), request -> seen.set(request.method() + " " + request.path()
                + " " + request.query() + " " + request.authority() + " " + request.field("x-old") + " " + request.field("X-None") + " " + request.isSecure() + " " + request.route()
                + " " + request.peer().getAddress().isLoopbackAddress()), new StringWriter())) {
            get(weir, "/a/../b%41?q=1");
            assertThat(seen.get()).isEqualTo("GET /bA ?q=1 a.example 1 null false all true");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"Host, b", "Content-Length, 3", "transfer-encoding, chunked", "Connection, close", "X A, b", "X-A, 'b\r\nX-B: c'", "'', b", "X-A, ' b'"})
    void whatAHookMustNotDo(String name, String value) throws Exception {
        AtomicReference<RuntimeException> thrown = new AtomicReference<>();
        StringWriter journal = new StringWriter();
        try (RawOrigin origin = RawOrigin.answering(OK_HI); Weir weir = Weir.start(Weir.settings(to(origin)), request -> {
            try {
                request.setField(name, value.replace("\\r", "\r").replace("\\n", "\n"));
            } catch (RuntimeException e) {
                thrown.set(e);
                throw e;
            }
        }, journal)) {
            assertThat(get(weir, "/").status()).isEqualTo(500);
            assertThat(thrown.get()).isInstanceOf(IllegalArgumentException.class);
            assertThat(journal.toString()).contains("a request hook failed");
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void takesOverAnotherConfiguration() throws Exception {
        try (RawOrigin one = RawOrigin.answering(OK_HI); RawOrigin two = RawOrigin.answering(OK_HI.replace("hi", "ho")); Weir weir = Weir.start(Weir.settings(to(one)))) {
            assertThat(get(weir, "/").body()).isEqualTo("hi");
            weir.reload(Weir.settings(to(two)));
            assertThat(get(weir, "/").body()).isEqualTo("ho");
        }
    }

    @Test
    void severalRunInOneProcessAndLeaveItAsItWas() throws Exception {
        Properties before = new Properties();
        before.putAll(System.getProperties());
        try (RawOrigin origin = RawOrigin.answering(OK_HI); Weir one = Weir.start(Weir.settings(to(origin)))) {
            try (Weir two = Weir.start(Weir.settings(to(origin)))) {
                assertThat(get(one, "/").body() + get(two, "/").body()).isEqualTo("hihi");
            }
            assertThat(get(one, "/").body()).isEqualTo("hi");
        }
        assertThat(Map.copyOf(System.getProperties())).isEqualTo(Map.copyOf(before));
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        assertThatIllegalArgumentException().isThrownBy(() -> Weir.settings("listen.web = 127.0.0.1:0\nrouet.all = /* -> nowhere\n")).withMessageContaining("configuration:2:1")
                .withMessageContaining("route.all");
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress()); RawOrigin origin = RawOrigin.answering(OK_HI)) {
            assertThatThrownBy(() -> Weir.start(Weir.settings(to(origin).replace("127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort())))).isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
        try (RawOrigin origin = RawOrigin.answering(OK_HI); Weir weir = Weir.start(Weir.settings(to(origin)))) {
            assertThatIllegalArgumentException().isThrownBy(() -> weir.address("webb"));
        }
    }
}
