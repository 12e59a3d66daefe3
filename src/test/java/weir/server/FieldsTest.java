package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.RawAnswer;
import weir.RawOrigin;
import weir.TestProxy;

/** Which field lines an origin and a client get: what this hop takes out, adds, replaces, and leaves alone. */
class FieldsTest {
    private static final String OK_HI = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String FORGED = """
            X-Forwarded-For: 192.0.2.1\r
            X-Forwarded-Proto: https\r
            X-Forwarded-Host: forged.example\r
            X-Forwarded-Port: 443\r
            Forwarded: for=192.0.2.1\r
            X-Real-IP: 192.0.2.1\r
            x-forwarded-for: 192.0.2.2\r
            """;

    /** The values of all field lines of this name. */
    private static List<String> values(String message, String name) {
        String head = message.substring(0, message.indexOf("\r\n\r\n"));
        return head.lines().skip(1).filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ':'))
                .map(line -> line.substring(line.indexOf(':') + 1).trim()).toList();
    }

    private static String seenByOrigin(String settings, String wire) {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.with(settings, origin)) {
            assertThat(proxy.send(wire).status()).isEqualTo(200);
            return origin.nextRequest();
        }
    }

    private static String get(String fields) {
        return "GET /path HTTP/1.1\r\nHost: example.com\r\n" + fields + "\r\n";
    }

    // ---- hop by hop

    @Test
    void removesTheFieldsOfThisHopFromARequest() {
        String request = seenByOrigin("", get("Connection: X-Mine, keep-alive\r\nX-Mine: 1\r\nx-mine: 2\r\nX-Other: 3\r\nKeep-Alive: timeout=5\r\n"
                + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\nTE: gzip\r\nUpgrade: foo\r\nHTTP2-Settings: x\r\n"));
        assertThat(request).isEqualTo("""
                GET /path HTTP/1.1\r
                Host: example.com\r
                X-Other: 3\r
                X-Forwarded-For: 127.0.0.1\r
                X-Forwarded-Proto: http\r
                X-Forwarded-Host: example.com\r
                \r
                """);
    }

    @Test
    void removesTheFieldsOfThisHopFromAResponse() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nDate: x\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nConnection: x-mine\r\n"
                + "Proxy-Authenticate: Basic\r\nServer: mine\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nhi");
                var proxy = TestProxy.to(origin)) {
            assertThat(proxy.send(get("")).head()).isEqualTo("HTTP/1.1 200 OK\r\nDate: x\r\nServer: mine\r\nContent-Length: 2\r\n\r\n");
        }
    }

    @Test
    void removesNothingThatFramesOrRoutesHoweverItIsNamed() {
        String request = seenByOrigin("", "POST /path HTTP/1.1\r\nHost: example.com\r\nContent-Length: 2\r\nCookie: a=b\r\nAuthorization: c\r\n"
                + "Connection: Host, Content-Length, Cookie, Authorization, X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, X-Gone\r\n"
                + "X-Gone: 1\r\n\r\nhi");
        assertThat(request).endsWith("\r\n\r\nhi").doesNotContain("X-Gone", "Connection");
        assertThat(values(request, "Host")).containsExactly("example.com");
        assertThat(values(request, "Content-Length")).containsExactly("2");
        assertThat(values(request, "Cookie")).containsExactly("a=b");
        assertThat(values(request, "Authorization")).containsExactly("c");
        assertThat(values(request, "X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(values(request, "X-Forwarded-Host")).containsExactly("example.com");
        assertThat(values(request, "X-Forwarded-Proto")).containsExactly("http");
    }

    @Test
    void keepsACidrSetFieldsThatItsConnectionFieldNames() {
        String request = seenByOrigin("listen.test.trusted-proxies = 127.0.0.0/8\n",
                get("Connection: X-Forwarded-For, Forwarded\r\nX-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\n"));
        assertThat(values(request, "X-Forwarded-For")).as("an attacker behind a trusted proxy must not get rid of it")
                .containsExactly("192.0.2.1, 127.0.0.1");
        assertThat(values(request, "Forwarded")).containsExactly("for=192.0.2.1");
    }

    @Test
    void framesAResponseWhoseConnectionFieldNamesItsLength() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nConnection: content-length, date\r\nContent-Length: 2\r\n\r\nhi");
                var proxy = TestProxy.to(origin)) {
            RawAnswer answer = proxy.send(get(""));
            assertThat(answer.field("Content-Length")).isEqualTo("2");
            assertThat(answer.field("Connection")).isNull();
        }
    }

    // ---- who the client is

    @Test
    void replacesWhatAStrangerSaysOfItself() {
        String request = seenByOrigin("", get(FORGED + "X_Forwarded_For: 192.0.2.3\r\nX-Forwarded_Host: a\r\nX_Real_IP: 1\r\nContent_Length: 3\r\nX_Fine: 1\r\n"));
        assertThat(request).isEqualTo("""
                GET /path HTTP/1.1\r
                Host: example.com\r
                X_Fine: 1\r
                X-Forwarded-For: 127.0.0.1\r
                X-Forwarded-Proto: http\r
                X-Forwarded-Host: example.com\r
                \r
                """);
    }

    private static final String FORGED_CERTIFICATE = "X-Client-Cert-Subject: CN=root\r\nx-client-cert-fingerprint: 00\r\nClient-Cert: :AA==:\r\n"
            + "Client-Cert-Chain: :AA==:\r\n";

    @Test
    void removesAForgedCertificateOnAPlainListenerToo() {
        String request = seenByOrigin("listen.test.x-forwarded = off\n", "POST /path HTTP/1.1\r\nHost: example.com\r\n" + FORGED_CERTIFICATE
                + "X_Client_Cert_Subject: CN=root\r\nClient_Cert: :AA==:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nClient-Cert: :AA==:\r\n"
                + "X-Client-Cert-Subject: CN=root\r\nX_Client_Cert_Subject: CN=root\r\n\r\n");
        assertThat(request.toLowerCase(Locale.ROOT)).doesNotContain("cert");
    }

    @Test
    void keepsTheCertificateThatATrustedPeerTellsOf() {
        String request = seenByOrigin("listen.test.trusted-proxies = 127.0.0.0/8\n", get("Connection: Client-Cert, X-Client-Cert-Subject\r\n" + FORGED_CERTIFICATE));
        assertThat(values(request, "X-Client-Cert-Subject")).containsExactly("CN=root");
        assertThat(values(request, "X-Client-Cert-Fingerprint")).containsExactly("00");
        assertThat(values(request, "Client-Cert")).containsExactly(":AA==:");
        assertThat(values(request, "Client-Cert-Chain")).containsExactly(":AA==:");
    }

    @Test
    void removesThemEvenWhenItAddsNone() {
        assertThat(seenByOrigin("listen.test.x-forwarded = off\n", get(FORGED))).isEqualTo("GET /path HTTP/1.1\r\nHost: example.com\r\n\r\n");
    }

    @Test
    void extendsWhatATrustedPeerSays() {
        String request = seenByOrigin("listen.test.trusted-proxies = 192.0.2.0/24, 127.0.0.1/32\nlisten.test.forwarded = on\n", get(FORGED));
        assertThat(values(request, "X-Forwarded-For")).containsExactly("192.0.2.1, 192.0.2.2, 127.0.0.1");
        assertThat(values(request, "X-Forwarded-Proto")).containsExactly("https");
        assertThat(values(request, "X-Forwarded-Host")).containsExactly("forged.example");
        assertThat(values(request, "X-Forwarded-Port")).containsExactly("443");
        assertThat(values(request, "X-Real-IP")).containsExactly("192.0.2.1");
        assertThat(values(request, "Forwarded")).containsExactly("for=192.0.2.1, for=127.0.0.1;host=\"example.com\";proto=http");
    }

    @Test
    void trustsNobodyOutsideOfItsBlocks() {
        String request = seenByOrigin("listen.test.trusted-proxies = 10.0.0.0/8, ::1/128\n", get(FORGED));
        assertThat(values(request, "X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(values(request, "X-Real-IP")).isEmpty();
    }

    @Test
    void saysForwardedAndViaWhenTold() {
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nVia: 1.0 inner\r\nContent-Length: 2\r\n\r\nhi");
                var proxy = TestProxy.with("listen.test.forwarded = on\nlisten.test.via = edge\n", origin)) {
            RawAnswer answer = proxy.send(get("Via: 1.1 outer\r\nForwarded: for=forged\r\n"));
            assertThat(answer.field("Via")).isEqualTo("1.0 inner, 1.1 edge");
            String request = origin.nextRequest();
            assertThat(values(request, "Forwarded")).containsExactly("for=127.0.0.1;host=\"example.com\";proto=http");
            assertThat(values(request, "Via")).containsExactly("1.1 outer, 1.1 edge");
        }
    }

    // ---- the request-target

    static Stream<Arguments> targets() {
        return Stream.of(
                arguments("origin-form", "GET /a?b HTTP/1.1\r\nHost: Two.example:81\r\n", "GET /a?b HTTP/1.1", "Two.example:81"),
                arguments("RFC 9112 §3.2.2: absolute-form wins over Host", "GET http://one.example/a?b HTTP/1.1\r\nHost: two.example\r\n",
                        "GET /a?b HTTP/1.1", "one.example"),
                arguments("absolute-form with a port", "GET HTTP://one.example:8080/a HTTP/1.1\r\nHost: two.example\r\n", "GET /a HTTP/1.1", "one.example:8080"),
                arguments("RFC 9112 §3.2.1: absolute-form without a path", "GET http://one.example HTTP/1.1\r\nHost: two.example\r\n",
                        "GET / HTTP/1.1", "one.example"),
                arguments("absolute-form with a query and no path", "GET http://one.example?q HTTP/1.1\r\nHost: two.example\r\n",
                        "GET /?q HTTP/1.1", "one.example"),
                arguments("an IPv6 address", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n", "GET / HTTP/1.1", "[::1]:8080"),
                arguments("RFC 9112 §3.2.4: asterisk-form", "OPTIONS * HTTP/1.1\r\nHost: two.example\r\n", "OPTIONS * HTTP/1.1", "two.example"),
                arguments("RFC 9112 §3.2.4: OPTIONS without a path", "OPTIONS http://one.example:8001 HTTP/1.1\r\nHost: two.example\r\n",
                        "OPTIONS * HTTP/1.1", "one.example:8001"),
                arguments("an unknown method", "BREW /pot HTTP/1.1\r\nHost: two.example\r\n", "BREW /pot HTTP/1.1", "two.example"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void writesTheTargetAndItsAuthorityAnew(String section, String head, String line, String host) {
        String request = seenByOrigin("", head + "\r\n");
        assertThat(request).as(section).startsWith(line + "\r\nHost: " + host + "\r\n");
        assertThat(values(request, "Host")).containsExactly(host);
        assertThat(values(request, "X-Forwarded-Host")).containsExactly(host);
    }

    static Stream<Arguments> hops() {
        return Stream.of(
                arguments("OPTIONS", "0", 204, null),
                arguments("OPTIONS", "3", 200, "2"),
                arguments("OPTIONS", "010", 200, "9"),
                arguments("OPTIONS", "-1", 400, null),
                arguments("OPTIONS", "x", 400, null),
                arguments("OPTIONS", "", 400, null),
                arguments("TRACE", "0", 501, null),
                arguments("TRACE", "1", 200, "0"),
                arguments("GET", "0", 200, "0"),
                arguments("GET", "x", 200, "x"));
    }

    @ParameterizedTest(name = "{0} with Max-Forwards: {1}")
    @MethodSource("hops")
    void countsMaxForwardsDown(String method, String value, int status, String passedOn) {
        try (var origin = RawOrigin.answering(OK_HI); var proxy = TestProxy.to(origin)) {
            RawAnswer answer = proxy.send(method + " / HTTP/1.1\r\nHost: a\r\nMax-Forwards: " + value + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(status);
            if (passedOn == null) {
                assertThat(origin.connections()).isZero();
            } else {
                assertThat(values(origin.nextRequest(), "Max-Forwards")).containsExactly(passedOn);
            }
        }
    }

    // ---- edits

    @Test
    void editsFieldsOfRequestAndResponse() {
        String edits = """
                route.test.request.set.X-Set = new
                route.test.request.set.User-Agent = weir
                route.test.request.add.X-Add = 2
                route.test.request.remove = X-Remove, Cookie
                route.test.response.set.Server = edge
                route.test.response.set.X-Empty = ""
                route.test.response.add.Vary = Cookie
                route.test.response.remove = X-Powered-By, ETag
                """;
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK\r\nServer: a\r\nserver: b\r\nVary: Accept\r\nX-Powered-By: c\r\nETag: d\r\n"
                + "Content-Length: 2\r\n\r\nhi"); var proxy = TestProxy.with(edits, origin)) {
            RawAnswer answer = proxy.send(get("x-set: old\r\nX-Set: older\r\nUser-Agent: curl\r\nX-Add: 1\r\nX-REMOVE: 1\r\nCookie: a=b\r\n"));
            String request = origin.nextRequest();
            assertThat(values(request, "X-Set")).containsExactly("new");
            assertThat(values(request, "User-Agent")).containsExactly("weir");
            assertThat(values(request, "X-Add")).containsExactly("1", "2");
            assertThat(values(request, "X-Remove")).isEmpty();
            assertThat(values(request, "Cookie")).isEmpty();
            assertThat(values(answer.head(), "Server")).containsExactly("edge");
            assertThat(values(answer.head(), "X-Empty")).containsExactly("");
            assertThat(values(answer.head(), "Vary")).containsExactly("Accept", "Cookie");
            assertThat(values(answer.head(), "X-Powered-By")).isEmpty();
            assertThat(values(answer.head(), "ETag")).isEmpty();
            assertThat(answer.body()).isEqualTo("hi");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\nTransfer-Encoding: chunked"})
    void editsTheFieldsOfALongHead(String framing) {
        String big = "x".repeat(20_000);
        String body = framing.isEmpty() ? "hi" : "2\r\nhi\r\n0\r\n\r\n";
        String length = framing.isEmpty() ? "\r\nContent-Length: 2" : framing;
        try (var origin = RawOrigin.answering("HTTP/1.1 200 OK" + length + "\r\nX-Big: " + big + "\r\n\r\n" + body);
                var proxy = TestProxy.with("route.test.response.set.X-New = 1\nroute.test.request.set.X-New = 2\n", origin)) {
            RawAnswer answer = proxy.send(get("X-Big: " + big + "\r\n"));
            assertThat(answer.field("X-Big")).isEqualTo(big);
            assertThat(answer.field("X-New")).isEqualTo("1");
            assertThat(values(origin.nextRequest(), "X-Big")).containsExactly(big);
        }
    }
}
