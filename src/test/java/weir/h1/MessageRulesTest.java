package weir.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.h1.HeadParser.Kind;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;

/** What a head means, or why it means nothing. */
class MessageRulesTest {
    private static final String GET = "GET / HTTP/1.1\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: h\r\n";
    private static final String OLD = "POST / HTTP/1.0\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private final Pieces pieces = new Pieces();
    private final HeadParser parser = new HeadParser(Kind.REQUEST, 8 << 10, 100, 4 << 10);
    private final HeadParser responseParser = new HeadParser(Kind.RESPONSE, 8 << 10, 100, 4 << 10);
    private final MessageRules rules = new MessageRules();
    private final Head head = new Head();

    /** The fault's name, or the meaning as text; rules are used again and again, as a connection does. */
    private String request(String wire, boolean secure) {
        byte[] bytes = Pieces.bytes(wire);
        parser.reset();
        String parsed = pieces.parse(parser, Kind.REQUEST, head, bytes, bytes.length);
        assertThat(parsed).endsWith("}");
        Fault fault = rules.request(head, secure);
        return fault == null ? null : fault.name();
    }

    private String response(String wire, Method request) {
        byte[] bytes = Pieces.bytes(wire);
        responseParser.reset();
        String parsed = pieces.parse(responseParser, Kind.RESPONSE, head, bytes, bytes.length);
        assertThat(parsed).endsWith("}");
        Fault fault = rules.response(head, request);
        return fault == null ? null : fault.name();
    }

    private String framing() {
        return head.framing() + (head.contentLength() >= 0 ? " " + head.contentLength() : "");
    }

    // ---- where the body ends

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requestFraming")
    void knowsWhereARequestEnds(String what, String wire, String expected) {
        String fault = request(wire + "\r\n", false);
        assertThat(fault == null ? framing() : fault).isEqualTo(expected);
        if (fault == null) {
            assertThat(head.has(FieldName.CONTENT_LENGTH) || head.has(FieldName.TRANSFER_ENCODING)).as("is written anew").isFalse();
        }
    }

    static Stream<Arguments> requestFraming() {
        return Stream.of(
                arguments("RFC 9112 §6.3: neither", POST, "NONE"),
                arguments("length", POST + "Content-Length: 5\r\n", "LENGTH 5"),
                arguments("length in old version", OLD + "Content-Length: 5\r\n", "LENGTH 5"),
                arguments("nothing", POST + "content-length: 0\r\n", "NONE 0"),
                arguments("zeroes before", POST + "Content-Length: 0005\r\n", "LENGTH 5"),
                arguments("18 digits", POST + "Content-Length: 999999999999999999\r\n", "LENGTH 999999999999999999"),
                arguments("19 digits", POST + "Content-Length: 1000000000000000000\r\n", "LENGTH_INVALID"),
                arguments("2^63 - 1", POST + "Content-Length: 9223372036854775807\r\n", "LENGTH_INVALID"),
                arguments("2^63", POST + "Content-Length: 9223372036854775808\r\n", "LENGTH_INVALID"),
                arguments("2^64 + 5", POST + "Content-Length: 18446744073709551621\r\n", "LENGTH_INVALID"),
                arguments("2^32 + 5", POST + "Content-Length: 4294967301\r\n", "LENGTH 4294967301"),
                arguments("blanks around", POST + "Content-Length: \t 5 \t\r\n", "LENGTH 5"),
                arguments("empty", POST + "Content-Length:\r\n", "LENGTH_INVALID"),
                arguments("sign", POST + "Content-Length: +5\r\n", "LENGTH_INVALID"),
                arguments("sign", POST + "Content-Length: -5\r\n", "LENGTH_INVALID"),
                arguments("minus nothing", POST + "Content-Length: -0\r\n", "LENGTH_INVALID"),
                arguments("hexadecimal", POST + "Content-Length: 0x5\r\n", "LENGTH_INVALID"),
                arguments("hexadecimal", POST + "Content-Length: a\r\n", "LENGTH_INVALID"),
                arguments("underscore", POST + "Content-Length: 1_0\r\n", "LENGTH_INVALID"),
                arguments("blank inside", POST + "Content-Length: 5 5\r\n", "LENGTH_INVALID"),
                arguments("fraction", POST + "Content-Length: 5.0\r\n", "LENGTH_INVALID"),
                arguments("quoted", POST + "Content-Length: \"5\"\r\n", "LENGTH_INVALID"),
                arguments("digits of another script", POST + "Content-Length: \u00b2\r\n", "LENGTH_INVALID"),
                arguments("list", POST + "Content-Length: 5, 5\r\n", "LENGTH_INVALID"),
                arguments("list", POST + "Content-Length: 5,\r\n", "LENGTH_INVALID"),
                arguments("twice the same", POST + "Content-Length: 5\r\nA: b\r\nContent-Length: 5\r\n", "LENGTH 5"),
                arguments("twice the same, of a kind", POST + "Content-Length: 5\r\nContent-Length: 05\r\n", "LENGTH 5"),
                arguments("twice", POST + "Content-Length: 5\r\nContent-Length: 6\r\n", "LENGTH_DIFFERS"),
                arguments("twice", POST + "Content-Length: 0\r\nContent-Length: 6\r\n", "LENGTH_DIFFERS"),
                arguments("the second bad", POST + "Content-Length: 5\r\nContent-Length: x\r\n", "LENGTH_INVALID"),
                arguments("names that only look so", POST + "Content_Length: 5\r\nContent-Lengths: 6\r\nXContent-Length: 7\r\n", "NONE"),
                arguments("RFC 9112 §7.1: chunked", POST + "Transfer-Encoding: chunked\r\n", "CHUNKED"),
                arguments("in any case", POST + "transfer-ENCODING: ChunKED\r\n", "CHUNKED"),
                arguments("blanks around", POST + "Transfer-Encoding: \t chunked \t\r\n", "CHUNKED"),
                arguments("RFC 9110 §5.6.1: empty elements", POST + "Transfer-Encoding: , chunked,,\r\n", "CHUNKED"),
                arguments("of a GET", "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n", "CHUNKED"),
                arguments("RFC 9112 §6.1: old version", OLD + "Transfer-Encoding: chunked\r\n", "CODING_IN_OLD_VERSION"),
                arguments("old version, both", OLD + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "CODING_IN_OLD_VERSION"),
                arguments("both", POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "LENGTH_WITH_CODING"),
                arguments("both, the other way round", POST + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "LENGTH_WITH_CODING"),
                arguments("both, an unknown coding", POST + "Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n", "LENGTH_WITH_CODING"),
                arguments("another before", POST + "Transfer-Encoding: gzip, chunked\r\n", "CODING_UNKNOWN"),
                arguments("another before, on its own line", POST + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "CODING_UNKNOWN"),
                arguments("another behind", POST + "Transfer-Encoding: chunked, gzip\r\n", "CODING_NOT_FINAL"),
                arguments("another behind, on its own line", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", "CODING_NOT_FINAL"),
                arguments("an unknown one behind", POST + "Transfer-Encoding: chunked, x\r\n", "CODING_NOT_FINAL"),
                arguments("twice", POST + "Transfer-Encoding: chunked, chunked\r\n", "CODING_NOT_FINAL"),
                arguments("twice", POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "CODING_NOT_FINAL"),
                arguments("another alone", POST + "Transfer-Encoding: gzip\r\n", "CODING_NOT_FINAL"),
                arguments("unknown", POST + "Transfer-Encoding: xchunked\r\n", "CODING_UNKNOWN"),
                arguments("unknown", POST + "Transfer-Encoding: chunkedx\r\n", "CODING_UNKNOWN"),
                arguments("identity is none any more", POST + "Transfer-Encoding: identity\r\n", "CODING_UNKNOWN"),
                arguments("a list without commas", POST + "Transfer-Encoding: chunked identity\r\n", "CODING_UNKNOWN"),
                arguments("a parameter", POST + "Transfer-Encoding: chunked;a=b\r\n", "CODING_UNKNOWN"),
                arguments("quoted", POST + "Transfer-Encoding: \"chunked\"\r\n", "CODING_UNKNOWN"),
                arguments("vertical look-alike", POST + "Transfer-Encoding: \u00e7hunked\r\n", "CODING_UNKNOWN"),
                arguments("empty", POST + "Transfer-Encoding:\r\n", "CODING_NOT_FINAL"),
                arguments("commas only", POST + "Transfer-Encoding: , ,\r\n", "CODING_NOT_FINAL"),
                arguments("empty, and a length", POST + "Transfer-Encoding:\r\nContent-Length: 5\r\n", "LENGTH_WITH_CODING"),
                arguments("underscore", POST + "Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", "LENGTH 5"));
    }

    @ParameterizedTest(name = "{0}: {1} for {2}")
    @MethodSource("responseFraming")
    void knowsWhereAResponseEnds(String what, String wire, Method request, String expected) {
        String fault = response(wire + "\r\n", request);
        assertThat(fault == null ? framing() : fault).isEqualTo(expected);
    }

    static Stream<Arguments> responseFraming() {
        String length = "Content-Length: 5\r\n";
        String chunked = "Transfer-Encoding: chunked\r\n";
        return Stream.of(
                arguments("RFC 9112 §6.3", OK + length, Method.GET, "LENGTH 5"),
                arguments("nothing", OK + "Content-Length: 0\r\n", Method.GET, "LENGTH 0"),
                arguments("chunked", OK + chunked, Method.GET, "CHUNKED"),
                arguments("until the end", OK, Method.GET, "UNTIL_CLOSE"),
                arguments("until the end, old version", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", Method.GET, "UNTIL_CLOSE"),
                arguments("to HEAD", OK + length, Method.HEAD, "NONE 5"),
                arguments("to HEAD", OK + chunked, Method.HEAD, "NONE"),
                arguments("to HEAD", OK, Method.HEAD, "NONE"),
                arguments("204", "HTTP/1.1 204 No Content\r\n", Method.GET, "NONE"),
                arguments("204", "HTTP/1.1 204 No Content\r\n" + length, Method.GET, "NONE 5"),
                arguments("204", "HTTP/1.1 204 No Content\r\n" + chunked, Method.GET, "NONE"),
                arguments("304", "HTTP/1.1 304 Not Modified\r\n" + length, Method.GET, "NONE 5"),
                arguments("1xx", "HTTP/1.1 103 Early Hints\r\n", Method.POST, "NONE"),
                arguments("1xx", "HTTP/1.1 100 Continue\r\n" + length, Method.POST, "NONE 5"),
                arguments("205 has a body like any other", "HTTP/1.1 205 Reset Content\r\n" + length, Method.GET, "LENGTH 5"),
                arguments("both", OK + length + chunked, Method.GET, "LENGTH_WITH_CODING"),
                arguments("both, to HEAD too", OK + length + chunked, Method.HEAD, "LENGTH_WITH_CODING"),
                arguments("old version", "HTTP/1.0 200 OK\r\n" + chunked, Method.GET, "CODING_IN_OLD_VERSION"),
                arguments("two lengths", OK + length + "Content-Length: 6\r\n", Method.GET, "LENGTH_DIFFERS"),
                arguments("two lengths, the same", OK + length + length, Method.GET, "LENGTH 5"),
                arguments("bad length, even where none is read", "HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n", Method.GET, "LENGTH_INVALID"),
                arguments("another coding", OK + "Transfer-Encoding: gzip, chunked\r\n", Method.GET, "CODING_UNKNOWN"),
                arguments("another coding, until the end", OK + "Transfer-Encoding: gzip\r\n", Method.GET, "CODING_NOT_FINAL"),
                arguments("a Host is a field like any other", OK + "Host: a b\r\nHost: c\r\nExpect: x\r\n" + length, Method.GET, "LENGTH 5"));
    }

    // ---- who is asked for what

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("hosts")
    void readsHost(String what, String wire, String expected) {
        String fault = request(wire + "\r\n", false);
        String authority = head.text(head.authorityFrom(), head.authorityTo());
        assertThat(fault == null ? "[" + authority + "]" : fault).isEqualTo(expected);
        if (fault == null) {
            assertThat(Pieces.fields(head)).as("Host is written anew").doesNotContainIgnoringCase("host=");
        }
    }

    static Stream<Arguments> hosts() {
        return Stream.of(
                arguments("RFC 9112 §3.2", GET + "Host: example.com\r\n", "[example.com]"),
                arguments("port", GET + "Host: example.com:8080\r\n", "[example.com:8080]"),
                arguments("empty port", GET + "Host: example.com:\r\n", "[example.com:]"),
                arguments("highest port", GET + "Host: h:65535\r\n", "[h:65535]"),
                arguments("above", GET + "Host: h:65536\r\n", "HOST_INVALID"),
                arguments("far above", GET + "Host: h:4294967376\r\n", "HOST_INVALID"),
                arguments("no port", GET + "Host: h:8x\r\n", "HOST_INVALID"),
                arguments("two ports", GET + "Host: h:80:80\r\n", "HOST_INVALID"),
                arguments("sign", GET + "Host: h:+80\r\n", "HOST_INVALID"),
                arguments("port alone", GET + "Host: :80\r\n", "HOST_INVALID"),
                arguments("address", GET + "Host: 127.0.0.1\r\n", "[127.0.0.1]"),
                arguments("literal", GET + "Host: [::1]\r\n", "[[::1]]"),
                arguments("literal with port", GET + "Host: [2001:db8::1]:443\r\n", "[[2001:db8::1]:443]"),
                arguments("literal, mapped", GET + "Host: [::ffff:1.2.3.4]\r\n", "[[::ffff:1.2.3.4]]"),
                arguments("literal not closed", GET + "Host: [::1\r\n", "HOST_INVALID"),
                arguments("literal of nothing", GET + "Host: []\r\n", "HOST_INVALID"),
                arguments("literal, and more", GET + "Host: [::1]a\r\n", "HOST_INVALID"),
                arguments("zone", GET + "Host: [fe80::1%25eth0]\r\n", "HOST_INVALID"),
                arguments("literal of the future", GET + "Host: [v1.a]\r\n", "HOST_INVALID"),
                arguments("underscore, tilde", GET + "Host: a_b~c\r\n", "[a_b~c]"),
                arguments("long", GET + "Host: shop-1.WWW.example0.com:8080\r\n", "[shop-1.WWW.example0.com:8080]"),
                arguments("long, slash", GET + "Host: shop.exa/ple.com\r\n", "HOST_INVALID"),
                arguments("long, comma", GET + "Host: shop,example.com\r\n", "HOST_INVALID"),
                arguments("long, at sign", GET + "Host: shop.example@com.org\r\n", "HOST_INVALID"),
                arguments("long, bracket", GET + "Host: shop.example[com.org\r\n", "HOST_INVALID"),
                arguments("long, high byte", GET + "Host: shop.\u00e5xample.com\r\n", "HOST_INVALID"),
                arguments("long, underscore", GET + "Host: shop_example.com\r\n", "[shop_example.com]"),
                arguments("empty", GET + "Host:\r\n", "[]"),
                arguments("blanks around", GET + "Host: \t a \t\r\n", "[a]"),
                arguments("missing", GET + "A: b\r\n", "HOST_MISSING"),
                arguments("missing, old version", "GET / HTTP/1.0\r\n", "[]"),
                arguments("old version", "GET / HTTP/1.0\r\nHost: a\r\n", "[a]"),
                arguments("twice", GET + "Host: a\r\nHost: b\r\n", "HOST_DUPLICATE"),
                arguments("twice the same", GET + "Host: a\r\nhost: a\r\n", "HOST_DUPLICATE"),
                arguments("twice, old version", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n", "HOST_DUPLICATE"),
                arguments("list", GET + "Host: a, b\r\n", "HOST_INVALID"),
                arguments("list", GET + "Host: a,b\r\n", "HOST_INVALID"),
                arguments("blank inside", GET + "Host: a b\r\n", "HOST_INVALID"),
                arguments("userinfo", GET + "Host: a@b\r\n", "HOST_INVALID"),
                arguments("slash", GET + "Host: a/b\r\n", "HOST_INVALID"),
                arguments("backslash", GET + "Host: a\\b\r\n", "HOST_INVALID"),
                arguments("query", GET + "Host: a?b\r\n", "HOST_INVALID"),
                arguments("fragment", GET + "Host: a#b\r\n", "HOST_INVALID"),
                arguments("percent", GET + "Host: a%2eb\r\n", "HOST_INVALID"),
                arguments("whole URI", GET + "Host: http://a\r\n", "HOST_INVALID"),
                arguments("high byte", GET + "Host: \u00e4\r\n", "HOST_INVALID"),
                arguments("quotes", GET + "Host: \"a\"\r\n", "HOST_INVALID"),
                arguments("bracket", GET + "Host: a]\r\n", "HOST_INVALID"),
                arguments("not protected by Connection", GET + "Host: a\r\nConnection: host\r\n", "[a]"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("targets")
    void readsTheTarget(String what, String line, String expected) {
        boolean secure = what.startsWith("TLS");
        String fault = request(line + " HTTP/1.1\r\nHost: h\r\n\r\n", secure);
        String found = head.text(head.authorityFrom(), head.authorityTo()) + " " + head.text(head.pathFrom(), head.pathTo()) + " "
                + head.text(head.queryFrom(), head.queryTo());
        assertThat(fault == null ? found : fault).isEqualTo(expected);
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                arguments("RFC 9112 §3.2.1: origin-form", "GET /", "h / "),
                arguments("query", "GET /a/b?c=d", "h /a/b ?c=d"),
                arguments("empty query", "GET /a?", "h /a ?"),
                arguments("two question marks", "GET /a?b?c", "h /a ?b?c"),
                arguments("two slashes", "GET //evil/a", "h //evil/a "),
                arguments("an URI in the path", "GET /http://evil/?http://x", "h /http://evil/ ?http://x"),
                arguments("§3.2.2: absolute-form", "GET http://a/b?c", "a /b ?c"),
                arguments("scheme in any case", "GET HTTP://a:80/b", "a:80 /b "),
                arguments("no path", "GET http://a", "a  "),
                arguments("no path, query", "GET http://a?b", "a  ?b"),
                arguments("slash in the query only", "GET http://a?b/c", "a  ?b/c"),
                arguments("literal", "GET http://[::1]:80/", "[::1]:80 / "),
                arguments("TLS", "GET https://a/b", "a /b "),
                arguments("scheme mismatch", "GET https://a/", "MISDIRECTED"),
                arguments("TLS scheme mismatch", "GET http://a/", "MISDIRECTED"),
                arguments("userinfo", "GET http://u:p@a/", "TARGET_USERINFO"),
                arguments("userinfo", "GET http://a@b", "TARGET_USERINFO"),
                arguments("at sign in the path", "GET http://a/@b", "a /@b "),
                arguments("no authority", "GET http:///b", "TARGET_AUTHORITY"),
                arguments("no authority", "GET http://", "TARGET_AUTHORITY"),
                arguments("port only", "GET http://:80/", "TARGET_AUTHORITY"),
                arguments("port", "GET http://a:99999/", "TARGET_AUTHORITY"),
                arguments("backslash", "GET http://a\\b/", "TARGET_AUTHORITY"),
                arguments("percent", "GET http://a%2f/", "TARGET_AUTHORITY"),
                arguments("scheme", "GET ftp://a/", "TARGET_SCHEME"),
                arguments("scheme", "GET httpx://a/", "TARGET_SCHEME"),
                arguments("one slash", "GET http:/a", "TARGET_SCHEME"),
                arguments("authority-form of another method", "GET a:80", "TARGET_SCHEME"),
                arguments("no form", "GET a", "TARGET_FORM"),
                arguments("no form", "GET ?a", "TARGET_FORM"),
                arguments("no form", "GET \\a", "TARGET_FORM"),
                arguments("§3.2.3: authority-form", "CONNECT a:443", "a:443  "),
                arguments("no port", "CONNECT a", "TARGET_FORM"),
                arguments("empty port", "CONNECT a:", "TARGET_FORM"),
                arguments("literal", "CONNECT [::1]:443", "[::1]:443  "),
                arguments("userinfo", "CONNECT u@a:443", "TARGET_FORM"),
                arguments("path", "CONNECT /", "TARGET_FORM"),
                arguments("absolute", "CONNECT http://a:80/", "TARGET_FORM"),
                arguments("path behind", "CONNECT a:443/", "TARGET_FORM"),
                arguments("§3.2.4: asterisk-form", "OPTIONS *", "h * "),
                arguments("of another method", "GET *", "TARGET_FORM"),
                arguments("and more", "OPTIONS *a", "TARGET_FORM"),
                arguments("OPTIONS of a path", "OPTIONS /a", "h /a "),
                arguments("OPTIONS, absolute", "OPTIONS http://a", "a  "));
    }

    @Test
    void needsHostBesideAnAbsoluteTarget() {
        assertThat(request("GET http://a/ HTTP/1.1\r\n\r\n", false)).isEqualTo("HOST_MISSING");
        assertThat(request("GET http://a/ HTTP/1.0\r\n\r\n", false)).isNull();
        assertThat(head.text(head.authorityFrom(), head.authorityTo())).isEqualTo("a");
        assertThat(request("GET http://a/ HTTP/1.1\r\nHost: b/c\r\n\r\n", false)).isEqualTo("HOST_INVALID");
    }

    // ---- hop by hop

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("hops")
    void takesOutWhatIsForThisHop(String what, String fields, String left) {
        assertThat(request(GET + "Host: h\r\n" + fields + "\r\n", false)).isNull();
        assertThat(Pieces.fields(head)).isEqualTo(left);
        assertThat(response(OK + fields + "\r\n", Method.GET)).isNull();
        assertThat(Pieces.fields(head)).as("of a response").isEqualTo(left);
    }

    static Stream<Arguments> hops() {
        return Stream.of(
                arguments("RFC 9110 §7.6.1", "A: b\r\nConnection: close\r\nC: d\r\n", "{A=b, C=d}"),
                arguments("named before and behind", "A: b\r\nConnection: a\r\na: c\r\nC: d\r\n", "{C=d}"),
                arguments("several", "Connection: a, C ,, b\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n", "{D=4}"),
                arguments("on two lines", "Connection: a\r\nA: 1\r\nB: 2\r\nConnection: b\r\n", "{}"),
                arguments("blanks", "Connection: \t a \t,\tb\r\nA: 1\r\nB: 2\r\nAb: 3\r\n", "{Ab=3}"),
                arguments("nothing by that name", "Connection: x\r\nA: 1\r\nXx: 2\r\n", "{A=1, Xx=2}"),
                arguments("a name we know", "Connection: via, x-long-unknown-name\r\nVia: 1.1 a\r\nX-LONG-unknown-name: b\r\nVia: 1.1 c\r\n", "{}"),
                arguments("no token", "Connection: a b, (\r\nA: 1\r\n", "{A=1}"),
                arguments("empty", "Connection:\r\nA: 1\r\n", "{A=1}"),
                arguments("itself", "Connection: connection\r\nA: 1\r\n", "{A=1}"),
                arguments("always hop-by-hop", lines("Keep-Alive: timeout=5", "Proxy-Connection: x", "TE: gzip", "Upgrade: x",
                        "Proxy-Authorization: Basic x", "Proxy-Authenticate: Basic", "HTTP2-Settings: AAA", "A: 1"), "{A=1}"),
                arguments("never: what is trusted behind",
                        lines("Connection: x-forwarded-for, X-Real-IP, forwarded, x-forwarded-proto, x-forwarded-host, x-forwarded-port",
                                "X-Forwarded-For: 1", "X-Real-IP: 2", "Forwarded: for=3", "X-Forwarded-Proto: 4",
                                "X-Forwarded-Host: 5", "X-Forwarded-Port: 6"),
                        "{X-Forwarded-For=1, X-Real-IP=2, Forwarded=for=3, X-Forwarded-Proto=4, X-Forwarded-Host=5, X-Forwarded-Port=6}"),
                arguments("never: what changes the meaning",
                        lines("Connection: authorization, cookie, cache-control, max-forwards",
                                "Authorization: a", "Cookie: b", "Cache-Control: c", "Max-Forwards: 1"),
                        "{Authorization=a, Cookie=b, Cache-Control=c, Max-Forwards=1}"));
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    /** A client that could have framing dropped by naming it would smuggle. */
    @Test
    void connectionRemovesNoFraming() {
        assertThat(request(POST + "Connection: content-length\r\nContent-Length: 5\r\n\r\n", false)).isNull();
        assertThat(framing()).isEqualTo("LENGTH 5");
        assertThat(request(POST + "Connection: transfer-encoding, host\r\nTransfer-Encoding: chunked\r\n\r\n", false)).isNull();
        assertThat(framing()).isEqualTo("CHUNKED");
        assertThat(request(POST + "Connection: expect\r\nExpect: 100-continue\r\n\r\n", false)).isNull();
        assertThat(head.expectsContinue()).isTrue();
    }

    @Test
    void boundsTheOptions() {
        assertThat(request(GET + "Host: h\r\nConnection: a" + ",a".repeat(49) + "\r\nConnection: b" + ",".repeat(49) + "b\r\nB: 1\r\n\r\n", false)).isNull();
        assertThat(Pieces.fields(head)).isEqualTo("{}");
        assertThat(request(GET + "Host: h\r\nConnection: a" + ",a".repeat(100) + "\r\n\r\n", false)).isEqualTo("OPTIONS_TOO_MANY");
        assertThat(response(OK + "Connection: " + ",".repeat(101) + "\r\n\r\n", Method.GET)).isEqualTo("OPTIONS_TOO_MANY");
        assertThat(request(GET + "Host: h\r\n" + "Connection: a,a\r\n".repeat(51) + "\r\n", false)).isEqualTo("OPTIONS_TOO_MANY");
        assertThat(request(GET + "Host: h\r\n\r\n", false)).as("counted for each message").isNull();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("connections")
    void knowsWhetherTheConnectionStays(String version, String fields, boolean stays) {
        assertThat(request("GET / " + version + "\r\nHost: h\r\n" + fields + "\r\n", false)).isNull();
        assertThat(head.isPersistent()).isEqualTo(stays);
        assertThat(response(version + " 200 OK\r\nContent-Length: 1\r\n" + fields + "\r\n", Method.GET)).isNull();
        assertThat(head.isPersistent()).as("of a response").isEqualTo(stays);
        assertThat(response(version + " 200 OK\r\n" + fields + "\r\n", Method.GET)).isNull();
        assertThat(head.isPersistent()).as("of a response whose body ends with it").isFalse();
    }

    static Stream<Arguments> connections() {
        return Stream.of(
                arguments("HTTP/1.1", "", true),
                arguments("HTTP/1.1", "Connection: close\r\n", false),
                arguments("HTTP/1.1", "Connection: CLOSE\r\n", false),
                arguments("HTTP/1.1", "Connection: a, close\r\n", false),
                arguments("HTTP/1.1", "Connection: a\r\nConnection: close\r\n", false),
                arguments("HTTP/1.1", "Connection: keep-alive\r\n", true),
                arguments("HTTP/1.1", "Connection: keep-alive, close\r\n", false),
                arguments("HTTP/1.1", "Connection: closed\r\n", true),
                arguments("HTTP/1.1", "Connection: clos\r\n", true),
                arguments("HTTP/1.0", "", false),
                arguments("HTTP/1.0", "Connection: keep-alive\r\n", true),
                arguments("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
                arguments("HTTP/1.0", "Connection: close, keep-alive\r\n", false),
                arguments("HTTP/1.0", "Proxy-Connection: keep-alive\r\n", false));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("upgrades")
    void passesAnUpgradeOnWhenItIsNamed(String version, String fields, String tokens) {
        assertThat(request("GET / " + version + "\r\nHost: h\r\n" + fields + "\r\n", false)).isNull();
        assertThat(head.text(head.upgradeFrom(), head.upgradeTo())).isEqualTo(tokens);
        assertThat(head.wantsUpgrade()).isEqualTo(!tokens.isEmpty());
    }

    static Stream<Arguments> upgrades() {
        return Stream.of(
                arguments("HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n", "websocket"),
                arguments("HTTP/1.1", "Upgrade: websocket\r\nConnection: keep-alive, upgrade\r\n", "websocket"),
                arguments("HTTP/1.1", "Upgrade: websocket\r\n", ""),
                arguments("HTTP/1.1", "Connection: upgrade\r\n", ""),
                arguments("HTTP/1.1", "Connection: upgrade\r\nUpgrade:\r\n", ""),
                arguments("HTTP/1.0", "Connection: upgrade\r\nUpgrade: websocket\r\n", ""));
    }

    @Test
    void readsTheUpgradeOfAResponse() {
        assertThat(response("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", Method.GET)).isNull();
        assertThat(head.text(head.upgradeFrom(), head.upgradeTo())).isEqualTo("websocket");
        assertThat(framing()).isEqualTo("NONE");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("trailerWishes")
    void knowsWhoTakesTrailers(String fields, boolean takes) {
        assertThat(request(GET + "Host: h\r\n" + fields + "\r\n", false)).isNull();
        assertThat(head.acceptsTrailers()).isEqualTo(takes);
    }

    static Stream<Arguments> trailerWishes() {
        return Stream.of(
                arguments("", false),
                arguments("TE: trailers\r\nConnection: TE\r\n", true),
                arguments("te: Trailers\r\n", true),
                arguments("TE: gzip;q=0.5 , trailers\r\n", true),
                arguments("TE: gzip\r\nTE: trailers\r\n", true),
                arguments("TE: gzip\r\n", false),
                arguments("TE: trailer\r\n", false),
                arguments("TE:\r\n", false));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("expectations")
    void readsExpect(String version, String value, String expected) {
        String fault = request("POST / " + version + "\r\nHost: h\r\nExpect: " + value + "\r\n\r\n", false);
        assertThat(fault == null ? head.expectsContinue() + " " + Pieces.fields(head) : fault).isEqualTo(expected);
    }

    static Stream<Arguments> expectations() {
        return Stream.of(
                arguments("HTTP/1.1", "100-continue", "true {}"),
                arguments("HTTP/1.1", "100-Continue", "true {}"),
                arguments("HTTP/1.1", "", "EXPECTATION_UNKNOWN"),
                arguments("HTTP/1.1", "200-ok", "EXPECTATION_UNKNOWN"),
                arguments("HTTP/1.1", "100-continue, x", "EXPECTATION_UNKNOWN"),
                arguments("HTTP/1.0", "100-continue", "false {Expect=100-continue}"),
                arguments("HTTP/1.0", "x", "false {Expect=x}"));
    }

    /** A fault that no row shows is a rule that nobody tests. */
    @Test
    void everyFaultHasARow() {
        List<Arguments> rows = new ArrayList<>();
        requestFraming().forEach(rows::add);
        hosts().forEach(rows::add);
        targets().forEach(rows::add);
        expectations().forEach(rows::add);
        Set<String> shown = rows.stream().map(row -> (String) row.get()[2]).collect(Collectors.toSet());
        Set<Fault> ours = EnumSet.range(Fault.TARGET_FORM, Fault.MISDIRECTED);
        ours.addAll(EnumSet.range(Fault.HOST_MISSING, Fault.EXPECTATION_UNKNOWN));
        ours.remove(Fault.PATH_INVALID);                                             // whoever reads the path says so
        assertThat(shown).containsAll(ours.stream().map(Fault::name).toList());
    }
}
