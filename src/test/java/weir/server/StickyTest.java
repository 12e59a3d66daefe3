package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.RawAnswer;
import weir.RawOrigin;
import weir.TestProxy;
import weir.upstream.Origin;
import weir.upstream.Pool;
import weir.upstream.Standing;

/** A client stays with its server, and goes on when that is gone. */
class StickyTest {
    private static final String STICKY = "pool.test.sticky = cookie weir\npool.test.sticky.key = 0123456789abcdef\n";

    private static RawOrigin named(String name) {
        return RawOrigin.answering("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
    }

    private static String get(String cookie) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + (cookie.isEmpty() ? "" : "Cookie: theme=dark; " + cookie + "; x=y\r\n") + "\r\n";
    }

    private static String cookie(RawAnswer answer) {
        String set = answer.field("Set-Cookie");
        return set == null || set.isEmpty() ? "" : set.substring(0, set.indexOf(';'));
    }

    private static Pool pool(TestProxy proxy) {
        return proxy.server().pools().get(0);
    }

    @Test
    void aClientComesBackToItsServer() {
        try (var a = named("a"); var b = named("b"); var proxy = TestProxy.with(STICKY, a, b)) {
            RawAnswer first = proxy.send(get(""));
            assertThat(first.field("Set-Cookie")).matches("weir=[A-Za-z0-9_-]{22}; Path=/; HttpOnly; SameSite=Lax; Secure");
            assertThat(first.field("Set-Cookie")).doesNotContain(String.valueOf(a.port())).doesNotContain(String.valueOf(b.port()));
            for (int i = 0; i < 6; i++) {
                RawAnswer again = proxy.send(get(cookie(first)));
                assertThat(again.body()).isEqualTo(first.body());
                assertThat(cookie(again)).as("it has one").isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"weir=", "weir=AAAAAAAAAAAAAAAAAAAAAA", "weir=127.0.0.1:80", "weir", "WEIR=x"})
    void aForgedOneIsNone(String forged) {
        try (var a = named("a"); var b = named("b"); var proxy = TestProxy.with(STICKY, a, b)) {
            assertThat(cookie(proxy.send(get(forged)))).startsWith("weir=");
        }
    }

    @Test
    void theSameKeyMakesTheSameCookieInAnotherProcessAndAnotherKeyDoesNot() {
        try (var a = named("a")) {
            String lines = "pool.test.sticky = cookie weir for 1h same-site strict insecure\npool.test.sticky.key = ";
            String one;
            try (var proxy = TestProxy.with(lines + "0123456789abcdef\n", a)) {
                RawAnswer answer = proxy.send(get(""));
                assertThat(answer.field("Set-Cookie")).endsWith("; Path=/; HttpOnly; SameSite=Strict; Max-Age=3600");
                one = cookie(answer);
            }
            try (var proxy = TestProxy.with(lines + "0123456789abcdef\n", a)) {
                assertThat(cookie(proxy.send(get("")))).isEqualTo(one);
            }
            try (var proxy = TestProxy.with(lines + "0123456789abcdeX\n", a)) {
                assertThat(cookie(proxy.send(get(one)))).startsWith("weir=").isNotEqualTo(one);
            }
        }
    }

    @Test
    void whenTheServerIsGoneAnotherOneTakesOver() {
        try (var a = named("a"); var b = named("b"); var proxy = TestProxy.with(STICKY, a, b)) {
            RawAnswer first = proxy.send(get(""));
            Map<String, Origin> byBody = Map.of("a", pool(proxy).origin("127.0.0.1:" + a.port()), "b", pool(proxy).origin("127.0.0.1:" + b.port()));
            pool(proxy).administer(byBody.get(first.body()), Standing.Administration.DRAINING);
            RawAnswer second = proxy.send(get(cookie(first)));
            assertThat(second.status()).isEqualTo(200);
            assertThat(second.body()).isNotEqualTo(first.body());
            assertThat(cookie(second)).startsWith("weir=").isNotEqualTo(cookie(first));
            pool(proxy).administer(byBody.get(first.body()), Standing.Administration.ENABLED);
            for (int i = 0; i < 4; i++) {
                assertThat(proxy.send(get(cookie(second))).body()).isEqualTo(second.body());
            }
        }
    }
}
