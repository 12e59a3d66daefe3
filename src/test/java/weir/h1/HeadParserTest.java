package weir.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import weir.h1.HeadParser.Kind;
import weir.http.FieldName;
import weir.http.Head;

/** Rows of bytes, each in every way that bytes can arrive. */
class HeadParserTest {
    private final Pieces pieces = new Pieces();

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("requests")
    void readsARequest(String what, String wire, String expected) {
        check(Kind.REQUEST, wire, expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("responses")
    void readsAResponse(String what, String wire, String expected) {
        check(Kind.RESPONSE, wire, expected);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("trailers")
    void readsATrailerSection(String what, String wire, String expected) {
        check(Kind.TRAILERS, wire, expected);
    }

    private void check(Kind kind, String wire, String expected) {
        byte[] bytes = Pieces.bytes(wire);
        for (int[] ends : Pieces.ways(bytes.length)) {
            String found = pieces.parse(kind, Pieces.LIMITS, bytes, ends);
            assertThat(found).as("first piece of %d bytes, %d pieces", ends[0], ends.length).isEqualTo(expected);
        }
        if (expected.endsWith("}")) {
            for (int length = 0; length < bytes.length; length++) {
                assertThat(pieces.parse(kind, Pieces.LIMITS, bytes, length)).as("only %d bytes", length).isEqualTo("MORE");
            }
            Head head = new Head();
            HeadParser parser = new HeadParser(kind, 1 << 10, 100, 1 << 10);
            pieces.parse(parser, kind, head, Pieces.bytes(wire + "GET / HTTP/1.1\r\n"), bytes.length + 9);
            assertThat(head.length()).as("what follows is not the head's").isEqualTo(bytes.length);
        }
    }

    static Stream<Arguments> requests() {
        return Stream.concat(requestLines(), Stream.concat(
                fieldLines().map(row -> arguments(row.get()[0], "GET / HTTP/1.1\r\n" + row.get()[1], prefixed("GET / 1.1 ", row))),
                Stream.concat(everyByte(), everyFieldByte())));
    }

    private static String prefixed(String start, Arguments row) {
        String expected = (String) row.get()[2];
        return expected.startsWith("{") ? start + expected : expected;
    }

    private static Stream<Arguments> requestLines() {
        return Stream.of(
                arguments("RFC 9112 §3", "GET / HTTP/1.1\r\n\r\n", "GET / 1.1 {}"),
                arguments("RFC 9112 §3", "GET /a?b=c HTTP/1.0\r\n\r\n", "GET /a?b=c 1.0 {}"),
                arguments("a method of its own", "x!#$%&'*+-.^_`|~9 * HTTP/1.1\r\n\r\n", "x!#$%&'*+-.^_`|~9 * 1.1 {}"),
                arguments("the longest method", "M".repeat(32) + " / HTTP/1.1\r\n\r\n", "M".repeat(32) + " / 1.1 {}"),
                arguments("a longer one", "M".repeat(33) + " / HTTP/1.1\r\n\r\n", "METHOD_TOO_LONG"),
                arguments("high bytes in the target", "GET /\u00e4\u00ff HTTP/1.1\r\n\r\n", "GET /\u00e4\u00ff 1.1 {}"),
                arguments("what no URI holds, but is no control", "GET /<>\"{}|\\^` HTTP/1.1\r\n\r\n", "GET /<>\"{}|\\^` 1.1 {}"),
                arguments("a target of eight", "GET /2345678 HTTP/1.1\r\n\r\n", "GET /2345678 1.1 {}"),
                arguments("a fragment behind a word", "GET /234567890#b HTTP/1.1\r\n\r\n", "TARGET_FRAGMENT"),
                arguments("RFC 9112 §2.2: empty lines before", "\r\nGET / HTTP/1.1\r\n\r\n", "GET / 1.1 {}"),
                arguments("RFC 9112 §2.2: empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nA: b\r\n\r\n", "GET / 1.1 {A=b}"),
                arguments("one too many", "\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n", "METHOD_INVALID"),
                arguments("empty line of LF", "\nGET / HTTP/1.1\r\n\r\n", "BARE_LF"),
                arguments("empty line of CR", "\rGET / HTTP/1.1\r\n\r\n", "BARE_CR"),
                arguments("empty line of CR CR LF", "\r\r\nGET / HTTP/1.1\r\n\r\n", "BARE_CR"),
                arguments("blank before", " GET / HTTP/1.1\r\n\r\n", "METHOD_INVALID"),
                arguments("tab before", "\tGET / HTTP/1.1\r\n\r\n", "METHOD_INVALID"),
                arguments("tab behind the method", "GET\t/ HTTP/1.1\r\n\r\n", "METHOD_INVALID"),
                arguments("colon in the method", "GE:T / HTTP/1.1\r\n\r\n", "METHOD_INVALID"),
                arguments("line ends behind the method", "GET\r\n\r\n", "METHOD_INVALID"),
                arguments("two blanks", "GET  / HTTP/1.1\r\n\r\n", "TARGET_EMPTY"),
                arguments("no target", "GET HTTP/1.1\r\n\r\n", "VERSION_INVALID"),
                arguments("tab in the target", "GET /\tHTTP/1.1\r\n\r\n", "TARGET_CONTROL"),
                arguments("blank in the target", "GET /a b HTTP/1.1\r\n\r\n", "VERSION_INVALID"),
                arguments("fragment", "GET /a#b HTTP/1.1\r\n\r\n", "TARGET_FRAGMENT"),
                arguments("fragment alone", "GET # HTTP/1.1\r\n\r\n", "TARGET_FRAGMENT"),
                arguments("CR in the target", "GET /a\rb HTTP/1.1\r\n\r\n", "VERSION_INVALID"),
                arguments("HTTP/0.9", "GET /\r\n\r\n", "VERSION_INVALID"),
                arguments("HTTP/0.9 with LF", "GET /\n\r\n", "VERSION_INVALID"),
                arguments("HTTP/0.9 with a blank", "GET / \r\n\r\n", "VERSION_INVALID"),
                arguments("RFC 9110 §2.5", "GET / HTTP/1.2\r\n\r\n", "VERSION_UNSUPPORTED"),
                arguments("version", "GET / HTTP/0.9\r\n\r\n", "VERSION_UNSUPPORTED"),
                arguments("version", "GET / HTTP/3.7\r\n\r\n", "VERSION_UNSUPPORTED"),
                arguments("RFC 9113 §3.4: its preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "VERSION_UNSUPPORTED"),
                arguments("lower case", "GET / http/1.1\r\n\r\n", "VERSION_INVALID"),
                arguments("another protocol", "GET / HTTQ/1.1\r\n\r\n", "VERSION_INVALID"),
                arguments("no digit", "GET / HTTP/1.x\r\n\r\n", "VERSION_INVALID"),
                arguments("no minor", "GET / HTTP/1\r\n\r\n", "VERSION_INVALID"),
                arguments("two digits", "GET / HTTP/1.10\r\n\r\n", "VERSION_INVALID"),
                arguments("two digits", "GET / HTTP/11.1\r\n\r\n", "VERSION_INVALID"),
                arguments("comma", "GET / HTTP/1,1\r\n\r\n", "VERSION_INVALID"),
                arguments("blank behind", "GET / HTTP/1.1 \r\n\r\n", "VERSION_INVALID"),
                arguments("tab behind", "GET / HTTP/1.1\t\r\n\r\n", "VERSION_INVALID"),
                arguments("blank inside", "GET / HTTP/ 1.1\r\n\r\n", "VERSION_INVALID"),
                arguments("bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", "BARE_LF"),
                arguments("bare CR", "GET / HTTP/1.1\rHost: a\r\n\r\n", "BARE_CR"),
                arguments("CR CR LF", "GET / HTTP/1.1\r\r\n\r\n", "BARE_CR"),
                arguments("LF CR", "GET / HTTP/1.1\n\r\n\r\n", "BARE_LF"),
                arguments("TLS to a plain port", "\u0016\u0003\u0001\u0002\u0000\u0001", "METHOD_INVALID"),
                arguments("nothing but empty lines", "\r\n\r\n", "MORE"));
    }

    /** Field lines and the empty line, behind any start line. */
    private static Stream<Arguments> fieldLines() {
        return Stream.of(
                arguments("field", "A: b\r\n\r\n", "{A=b}"),
                arguments("no blank", "A:b\r\nBc:de\r\n\r\n", "{A=b, Bc=de}"),
                arguments("blanks around", "A: \t b c\td \t\r\n\r\n", "{A=b c\td}"),
                arguments("empty value", "A:\r\nB: \r\nC:\t\t\r\n\r\n", "{A=, B=, C=}"),
                arguments("colons in the value", "A: b:c:\r\nB::\r\n\r\n", "{A=b:c:, B=:}"),
                arguments("high bytes in the value", "A: \u0080\u00e4\u00ff\r\n\r\n", "{A=\u0080\u00e4\u00ff}"),
                arguments("no blank before a high byte", "A:\u00e4b\r\nB:\u0080\r\n\r\n", "{A=\u00e4b, B=\u0080}"),
                arguments("all token characters", "!#$%&'*+-.^_`|~09azAZ: b\r\n\r\n", "{!#$%&'*+-.^_`|~09azAZ=b}"),
                arguments("long names", "Upgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest-And-More: x\r\n\r\n",
                        "{Upgrade-Insecure-Requests=1, Sec-Fetch-Dest-And-More=x}"),
                arguments("names of a word's length", "Abcdefg: 1\r\nAbcdefgh: 2\r\nAbcdefghi: 3\r\n\r\n",
                        "{Abcdefg=1, Abcdefgh=2, Abcdefghi=3}"),
                arguments("the same name again", "A: b\r\na: c\r\nA: b\r\n\r\n", "{A=b, a=c, A=b}"),
                arguments("underscore", "X_Forwarded_For: 1\r\nA_b: c\r\n\r\n", "{A_b=c}"),
                arguments("underscore", "content_length: 1\r\nX-Forwarded_Proto: https\r\nTransfer_encoding: chunked\r\nX_Real-IP: 1\r\n\r\n", "{}"),
                arguments("bare LF behind the value", "A: b\nB: c\r\n\r\n", "BARE_LF"),
                arguments("bare CR in the value", "A: b\rB: c\r\n\r\n", "BARE_CR"),
                arguments("bare CR, told before the line ends", "A: b\rc", "BARE_CR"),
                arguments("NUL, told before the line ends", "A: b\0c", "CONTROL_IN_VALUE"),
                arguments("CR CR LF", "A: b\r\r\n\r\n", "BARE_CR"),
                arguments("bare CR first in the value", "A:\rb\r\n\r\n", "BARE_CR"),
                arguments("NUL in the value", "A: b\0c\r\n\r\n", "CONTROL_IN_VALUE"),
                arguments("NUL in a long value", "A: 0123456789abcdef\0c\r\n\r\n", "CONTROL_IN_VALUE"),
                arguments("0x7f in the value", "A: b\u007fc\r\n\r\n", "CONTROL_IN_VALUE"),
                arguments("vertical tab in the value", "A: b\u000bc\r\n\r\n", "CONTROL_IN_VALUE"),
                arguments("escape in the value", "A: \u001b[31m\r\n\r\n", "CONTROL_IN_VALUE"),
                arguments("RFC 9112 §5.1: space before the colon", "A : b\r\n\r\n", "SPACE_BEFORE_COLON"),
                arguments("tab before the colon", "A\t: b\r\n\r\n", "SPACE_BEFORE_COLON"),
                arguments("space in the name", "A B: b\r\n\r\n", "SPACE_BEFORE_COLON"),
                arguments("RFC 9112 §5.2: obs-fold", "A: b\r\n c\r\n\r\n", "OBS_FOLD"),
                arguments("obs-fold with tab", "A: b\r\n\tc\r\n\r\n", "OBS_FOLD"),
                arguments("obs-fold of the start line", " A: b\r\n\r\n", "OBS_FOLD"),
                arguments("obs-fold of nothing", "A: b\r\n \r\n\r\n", "OBS_FOLD"),
                arguments("no name", ": b\r\n\r\n", "NAME_EMPTY"),
                arguments("no colon", "A\r\nB: c\r\n\r\n", "COLON_MISSING"),
                arguments("no colon, LF", "A\nB: c\r\n\r\n", "COLON_MISSING"),
                arguments("another request", "GET / HTTP/1.1\r\n\r\n", "SPACE_BEFORE_COLON"),
                arguments("high byte in the name", "\u00c4: b\r\n\r\n", "NAME_INVALID"),
                arguments("high byte in the name", "A\u00e4: b\r\n\r\n", "NAME_INVALID"),
                arguments("a byte that is a colon but for its high bit", "A\u00ba b: c\r\n\r\n", "NAME_INVALID"),
                arguments("NUL in the name", "A\0: b\r\n\r\n", "NAME_INVALID"),
                arguments("NUL first", "\0A: b\r\n\r\n", "NAME_INVALID"),
                arguments("bracket in the name", "A(b): c\r\n\r\n", "NAME_INVALID"),
                arguments("slash deep in the name", "Abcdefghijklm/n: c\r\n\r\n", "NAME_INVALID"),
                arguments("at sign, which is a grave accent but for a bit", "Abc@defghijk: c\r\n\r\n", "NAME_INVALID"),
                arguments("CR in the name", "Abcdefghij\rk: c\r\n\r\n", "COLON_MISSING"),
                arguments("end with LF", "A: b\r\n\n", "BARE_LF"),
                arguments("end with LF LF", "A: b\n\n", "BARE_LF"),
                arguments("end with CR and more", "A: b\r\n\rX\r\n", "BARE_CR"),
                arguments("end with CR CR LF", "A: b\r\n\r\r\n", "BARE_CR"));
    }

    /** Each byte value in the middle of a request-target and of a method. */
    private static Stream<Arguments> everyByte() {
        return java.util.stream.IntStream.range(0, 256).mapToObj(value -> {
            char c = (char) value;
            boolean target = value > 0x20 && value != 0x7f && value != '#';
            String fault = switch (value) {
                case '#' -> "TARGET_FRAGMENT";
                case ' ', '\r', '\n' -> "VERSION_INVALID";
                default -> "TARGET_CONTROL";
            };
            return arguments("target with byte " + value, "GET /a234" + c + "b HTTP/1.1\r\n\r\n", target ? "GET /a234" + c + "b 1.1 {}" : fault);
        });
    }

    /** Each byte value in the middle of a field name, and of a field value. */
    private static Stream<Arguments> everyFieldByte() {
        return java.util.stream.IntStream.range(0, 256).boxed().flatMap(value -> {
            char c = (char) (int) value;
            boolean token = Character.isLetterOrDigit(c) && c < 128 || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
            String nameFault = switch (c) {
                case ' ', '\t' -> "SPACE_BEFORE_COLON";
                case '\r', '\n' -> "COLON_MISSING";
                case ':' -> "GET / 1.1 {Abcdefghi=jk: d}";
                default -> "NAME_INVALID";
            };
            String valueFault = switch (c) {
                case '\r' -> "BARE_CR";
                case '\n' -> "BARE_LF";
                default -> "CONTROL_IN_VALUE";
            };
            boolean text = c >= 0x20 && c != 0x7f || c == '\t';
            return Stream.of(
                    arguments("name with byte " + value, "GET / HTTP/1.1\r\nAbcdefghi" + c + "jk: d\r\n\r\n",
                            token ? "GET / 1.1 {Abcdefghi" + c + "jk=d}" : nameFault),
                    arguments("value with byte " + value, "GET / HTTP/1.1\r\nA: bcdefghi" + c + "jk\r\n\r\n",
                            text ? "GET / 1.1 {A=bcdefghi" + c + "jk}" : valueFault));
        });
    }

    static Stream<Arguments> responses() {
        return Stream.concat(statusLines(), fieldLines().map(
                row -> arguments(row.get()[0], "HTTP/1.1 200 OK\r\n" + row.get()[1], prefixed("1.1 200 OK ", row))));
    }

    private static Stream<Arguments> statusLines() {
        return Stream.of(
                arguments("RFC 9112 §4", "HTTP/1.1 200 OK\r\n\r\n", "1.1 200 OK {}"),
                arguments("old version", "HTTP/1.0 404 Not Found\r\nA: b\r\n\r\n", "1.0 404 Not Found {A=b}"),
                arguments("no reason phrase", "HTTP/1.1 200 \r\n\r\n", "1.1 200 {}"),
                arguments("no blank before no reason phrase", "HTTP/1.1 200\r\n\r\n", "1.1 200 {}"),
                arguments("high bytes and tab in the phrase", "HTTP/1.1 200 \u00e4\t!\r\n\r\n", "1.1 200 \u00e4\t! {}"),
                arguments("lowest", "HTTP/1.1 100 Continue\r\n\r\n", "1.1 100 Continue {}"),
                arguments("highest", "HTTP/1.1 599 x\r\n\r\n", "1.1 599 x {}"),
                arguments("below", "HTTP/1.1 099 x\r\n\r\n", "STATUS_INVALID"),
                arguments("above", "HTTP/1.1 600 x\r\n\r\n", "STATUS_INVALID"),
                arguments("two digits", "HTTP/1.1 20 OK\r\n\r\n", "STATUS_LINE_INVALID"),
                arguments("four digits", "HTTP/1.1 2000 OK\r\n\r\n", "STATUS_LINE_INVALID"),
                arguments("no digits", "HTTP/1.1 OK\r\n\r\n", "STATUS_LINE_INVALID"),
                arguments("sign", "HTTP/1.1 +20 OK\r\n\r\n", "STATUS_LINE_INVALID"),
                arguments("two blanks", "HTTP/1.1  200 OK\r\n\r\n", "STATUS_LINE_INVALID"),
                arguments("tab", "HTTP/1.1 200\tOK\r\n\r\n", "STATUS_LINE_INVALID"),
                arguments("version", "HTTP/2.0 200 OK\r\n\r\n", "VERSION_UNSUPPORTED"),
                arguments("version", "HTTP/1.2 200 OK\r\n\r\n", "VERSION_UNSUPPORTED"),
                arguments("lower case", "http/1.1 200 OK\r\n\r\n", "VERSION_INVALID"),
                arguments("no HTTP", "ICY 200 OK\r\n\r\n", "VERSION_INVALID"),
                arguments("empty line before", "\r\nHTTP/1.1 200 OK\r\n\r\n", "VERSION_INVALID"),
                arguments("line ends behind the version", "HTTP/1.1\r\n\r\n", "VERSION_INVALID"),
                arguments("NUL in the phrase", "HTTP/1.1 200 O\0K\r\n\r\n", "CONTROL_IN_VALUE"),
                arguments("bare LF", "HTTP/1.1 200 OK\nA: b\r\n\r\n", "BARE_LF"),
                arguments("bare LF, no phrase", "HTTP/1.1 200\nA: b\r\n\r\n", "STATUS_LINE_INVALID"),
                arguments("bare CR", "HTTP/1.1 200 OK\rA: b\r\n\r\n", "BARE_CR"),
                arguments("bare CR, no phrase", "HTTP/1.1 200\rA: b\r\n\r\n", "BARE_CR"));
    }

    static Stream<Arguments> trailers() {
        return Stream.concat(Stream.of(arguments("empty", "\r\n", "{}")), fieldLines());
    }

    /** A fault that no row shows is a rule that nobody tests. */
    @Test
    void everyFaultHasARow() {
        Set<String> shown = Stream.of(requests(), responses(), trailers()).flatMap(rows -> rows)
                .map(row -> (String) row.get()[2]).collect(Collectors.toSet());
        Set<Fault> ours = EnumSet.range(Fault.BARE_LF, Fault.STATUS_INVALID);
        ours.removeAll(EnumSet.range(Fault.TARGET_TOO_LONG, Fault.MISDIRECTED));     // limits: below; the rest: MessageRules
        assertThat(shown).containsAll(ours.stream().map(Fault::name).toList());
    }

    @Test
    void boundsTheHead() {
        String start = "GET / HTTP/1.1\r\nA: ";
        String fits = start + "x".repeat(256 - start.length() - 4) + "\r\n\r\n";
        String exceeds = start + "x".repeat(257 - start.length() - 4) + "\r\n\r\n";
        HttpLimits limits = new HttpLimits(256, 100, 64, 1, 1, 1, false);
        checkLimit(limits, fits, null);
        checkLimit(limits, exceeds, "HEAD_TOO_LARGE");
        checkLimit(limits, exceeds + "more", "HEAD_TOO_LARGE");
        checkLimit(limits, start + "x".repeat(300), "HEAD_TOO_LARGE");
        checkLimit(limits, fits + "a body that is no part of the head".repeat(20), null);
        checkLimit(limits, "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(50) + "\r\n", "HEAD_TOO_LARGE");
    }

    @Test
    void boundsTheTarget() {
        HttpLimits limits = new HttpLimits(256, 100, 64, 1, 1, 1, false);
        checkLimit(limits, "GET /" + "x".repeat(63) + " HTTP/1.1\r\n\r\n", null);
        checkLimit(limits, "GET /" + "x".repeat(64) + " HTTP/1.1\r\n\r\n", "TARGET_TOO_LONG");
        checkLimit(limits, "GET /" + "x".repeat(500) + " HTTP/1.1\r\n\r\n", "TARGET_TOO_LONG");
        checkLimit(new HttpLimits(256, 100, 256, 1, 1, 1, false), "GET /" + "x".repeat(500) + " HTTP/1.1\r\n\r\n", "TARGET_TOO_LONG");
        checkLimit(new HttpLimits(256, 100, 256, 1, 1, 1, false), "G".repeat(500) + " / HTTP/1.1\r\n\r\n", "METHOD_TOO_LONG");
    }

    @Test
    void boundsTheFieldLines() {
        HttpLimits limits = new HttpLimits(1024, 3, 64, 1, 1, 1, false);
        checkLimit(limits, "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(3) + "\r\n", null);
        checkLimit(limits, "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(4) + "\r\n", "FIELDS_TOO_MANY");
        checkLimit(limits, "GET / HTTP/1.1\r\n" + "X_Real_IP: b\r\n".repeat(4) + "\r\n", "FIELDS_TOO_MANY");
    }

    @Test
    void boundsAStatusLineAsAHead() {
        HttpLimits limits = new HttpLimits(256, 3, 64, 1, 1, 1, false);
        byte[] wire = Pieces.bytes("HTTP/1.1 200 " + "x".repeat(300) + "\r\n\r\n");
        for (int[] ends : Pieces.ways(wire.length)) {
            assertThat(pieces.parse(Kind.RESPONSE, limits, wire, ends)).isEqualTo("HEAD_TOO_LARGE");
        }
    }

    /** @param fault null: none */
    private void checkLimit(HttpLimits limits, String wire, String fault) {
        byte[] bytes = Pieces.bytes(wire);
        for (int[] ends : Pieces.ways(bytes.length)) {
            String found = pieces.parse(Kind.REQUEST, limits, bytes, ends);
            assertThat(fault == null ? found.startsWith("GET ") : found.equals(fault)).as("%s, first piece %d", found, ends[0]).isTrue();
        }
    }

    /** More than is looked at in one go: each place of a line's end, and of the head's, on the border between two goes. */
    @Test
    void readsALargeHead() {
        for (int length = 2000; length < 2070; length++) {
            checkLarge("x".repeat(length - 30), "b");
            checkLarge("a", "x".repeat(length));
        }
        checkLarge("x".repeat(7000), "y".repeat(9000));
        checkLarge(("x".repeat(100) + "\r\nC: ").repeat(90) + "d", "e");
        checkLarge("x".repeat(30_000), "y".repeat(1000));
    }

    private void checkLarge(String first, String second) {
        String wire = "GET / HTTP/1.1\r\nHost: " + first + "\r\nUser-Agent: " + second + "\r\n\r\n";
        String expected = "GET / 1.1 {Host=" + first.replace("\r\nC: ", ", C=") + ", User-Agent=" + second + "}";
        byte[] bytes = Pieces.bytes(wire + "x".repeat(5000));
        int length = wire.length();
        assertThat(pieces.parse(Kind.REQUEST, Pieces.LIMITS, bytes, bytes.length)).isEqualTo(expected);
        for (int cut : new int[] {1, 2047, 2048, 2049, length - 3, length - 1}) {
            assertThat(pieces.parse(Kind.REQUEST, Pieces.LIMITS, bytes, Math.min(cut, length - 1), length)).as("cut at %d", cut).isEqualTo(expected);
        }
        byte[] bad = Pieces.bytes(wire.substring(0, length - 4) + "\n\r\n");
        assertThat(pieces.parse(Kind.REQUEST, Pieces.LIMITS, bad, bad.length)).isEqualTo("BARE_LF");
    }

    @Test
    void knowsAFieldByItsName() {
        Head head = new Head();
        HeadParser parser = new HeadParser(Kind.REQUEST, 1 << 10, 100, 64);
        byte[] wire = Pieces.bytes("GET / HTTP/1.1\r\nhOsT: a\r\nHosts: b\r\nTE: c\r\nX: d\r\n\r\n");
        pieces.parse(parser, Kind.REQUEST, head, wire, wire.length);
        assertThat(head.id(0)).isEqualTo(FieldName.HOST.ordinal());
        assertThat(head.id(1)).isEqualTo(FieldName.UNKNOWN);
        assertThat(head.id(2)).isEqualTo(FieldName.TE.ordinal());
        assertThat(head.id(3)).isEqualTo(FieldName.UNKNOWN);
        assertThat(head.value(FieldName.HOST)).isEqualTo("a");
    }

    /** A peer that sent nothing, or only the line end that some append to a body, has not begun a message. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\r\n\r\n"})
    void doesNotBeginWithEmptyLines(String wire) {
        HeadParser parser = new HeadParser(Kind.REQUEST, 1 << 10, 100, 64);
        pieces.parse(parser, Kind.REQUEST, new Head(), Pieces.bytes(wire), wire.length());
        assertThat(parser.hasBegun()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "\r\nG", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nA: b\r\n"})
    void beginsWithTheFirstByteOfALine(String wire) {
        HeadParser parser = new HeadParser(Kind.REQUEST, 1 << 10, 100, 64);
        pieces.parse(parser, Kind.REQUEST, new Head(), Pieces.bytes(wire), wire.length());
        assertThat(parser.hasBegun()).isTrue();
    }

    @Test
    void isReadyForTheNextAfterReset() {
        HeadParser parser = new HeadParser(Kind.REQUEST, 1 << 10, 100, 64);
        Head head = new Head();
        byte[] partial = Pieces.bytes("\r\nGET / HTTP/1.1\r\nA: b");
        byte[] next = Pieces.bytes("\r\n\r\nPUT /c HTTP/1.0\r\n\r\n");
        assertThat(pieces.parse(parser, Kind.REQUEST, head, partial, partial.length)).isEqualTo("MORE");
        parser.reset();
        assertThat(pieces.parse(parser, Kind.REQUEST, head, next, next.length)).isEqualTo("PUT /c 1.0 {}");
        parser.reset();
        assertThat(pieces.parse(parser, Kind.REQUEST, head, Pieces.bytes("\0"), 1)).isEqualTo("METHOD_INVALID");
        parser.reset();
        assertThat(pieces.parse(parser, Kind.REQUEST, head, next, next.length)).isEqualTo("PUT /c 1.0 {}");
    }
}
