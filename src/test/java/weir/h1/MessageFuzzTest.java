package weir.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import weir.FuzzSeed;
import weir.h1.HeadParser.Kind;
import weir.http.Head;
import weir.http.Method;

/** The rows of the tables, mutated, against {@link PlainMessage}. */
class MessageFuzzTest {
    private static final int MUTATIONS = 15_000;
    private static final String BYTES = "\r\n\r\n \t:;,_-.+/?#@%*[]()\"\\=0159aAfFxXzZ\0\u000b\u001f\u007f\u0080\u008d\u00ba\u00ff";

    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);
    private final Pieces pieces = new Pieces();
    private final HeadParser requests = new HeadParser(Kind.REQUEST, 32 << 10, 1000, 32 << 10);
    private final HeadParser responses = new HeadParser(Kind.RESPONSE, 32 << 10, 1000, 32 << 10);
    private final MessageRules rules = new MessageRules();
    private final Head head = new Head();

    @Test
    void agreesOnRequests() {
        List<String> rows = new ArrayList<>(wires(HeadParserTest.requests(), 1));
        wires(MessageRulesTest.requestFraming(), 1).forEach(row -> rows.add(row + "\r\n"));
        wires(MessageRulesTest.hosts(), 1).forEach(row -> rows.add(row + "\r\n"));
        wires(MessageRulesTest.targets(), 1).forEach(row -> rows.add(row + " HTTP/1.1\r\nHost: h\r\n\r\n"));
        for (String fields : hopFields()) {
            rows.add("GET /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
            rows.add("POST /a?b HTTP/1.0\r\n" + fields + "\r\n");
        }
        fuzz(rows, wire -> {
            boolean secure = random.nextInt(4) == 0;
            assertThat(request(wire, secure)).isEqualTo(PlainMessage.request(wire, secure));
        });
    }

    @Test
    void agreesOnResponses() {
        List<String> rows = new ArrayList<>(wires(HeadParserTest.responses(), 1));
        wires(MessageRulesTest.responseFraming(), 1).forEach(row -> rows.add(row + "\r\n"));
        for (String fields : hopFields()) {
            rows.add("HTTP/1.1 204 No Content\r\n" + fields + "\r\n");
            rows.add("HTTP/1.0 404 Not Found\r\nContent-Length: 5\r\n" + fields + "\r\n");
        }
        fuzz(rows, wire -> {
            Method request = random.nextInt(4) == 0 ? Method.HEAD : Method.GET;
            assertThat(response(wire, request)).isEqualTo(PlainMessage.response(wire, request));
        });
    }

    @Test
    void agreesOnChunks() {
        List<String> rows = wires(ChunkedDecoderTest.rows(), 1);
        fuzz(rows, wire -> {
            byte[] bytes = Pieces.bytes(wire);
            String found = pieces.decode(bytes, ends(bytes.length));
            String judged = found.startsWith("[") ? found
                    : found.matches("[A-Z_]+ \\[(?s:.)*") ? PlainMessage.MORE : PlainMessage.REFUSED;
            assertThat(judged).isEqualTo(PlainMessage.chunks(wire));
        });
    }

    private static List<String> wires(Stream<Arguments> rows, int column) {
        return rows.map(row -> (String) row.get()[column]).toList();
    }

    private static List<String> hopFields() {
        List<String> fields = new ArrayList<>(wires(MessageRulesTest.hops(), 1));
        fields.addAll(wires(MessageRulesTest.connections(), 1));
        fields.addAll(wires(MessageRulesTest.upgrades(), 1));
        fields.addAll(wires(MessageRulesTest.trailerWishes(), 0));
        MessageRulesTest.expectations().forEach(row -> fields.add("Expect: " + row.get()[1] + "\r\n"));
        return fields;
    }

    private void fuzz(List<String> rows, Consumer<String> check) {
        for (int i = 0; i < MUTATIONS + rows.size(); i++) {
            String wire = i < rows.size() ? rows.get(i) : mutate(rows);
            try {
                check.accept(wire + "\r\n\r\n");           // every line has an end: so there is a verdict
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("\"" + escape(wire) + "\", -Dfuzz.seed=" + seed, failure);
            }
        }
    }

    // ---- ours

    private String request(String wire, boolean secure) {
        requests.reset();
        String parsed = parse(requests, Kind.REQUEST, wire);
        if (!parsed.endsWith("}")) {
            return parsed.equals("MORE") ? PlainMessage.MORE : PlainMessage.REFUSED;
        }
        if (rules.request(head, secure) != null) {
            return PlainMessage.REFUSED;
        }
        return head.text(head.methodFrom(), head.methodTo()) + " " + head.text(head.authorityFrom(), head.authorityTo()) + "|"
                + head.text(head.pathFrom(), head.pathTo()) + "|" + head.text(head.queryFrom(), head.queryTo()) + " " + framing() + " stays="
                + head.isPersistent() + " trailers=" + head.acceptsTrailers() + " expects=" + head.expectsContinue() + " upgrade="
                + head.text(head.upgradeFrom(), head.upgradeTo()) + " " + fields();
    }

    private String response(String wire, Method request) {
        responses.reset();
        if (!parse(responses, Kind.RESPONSE, wire).endsWith("}") || rules.response(head, request) != null) {
            return PlainMessage.REFUSED;
        }
        return head.status() + " " + framing() + " stays=" + head.isPersistent() + " " + fields();
    }

    private String parse(HeadParser parser, Kind kind, String wire) {
        byte[] bytes = Pieces.bytes(wire);
        return pieces.parse(parser, kind, head, bytes, ends(bytes.length));
    }

    private String framing() {
        return switch (head.framing()) {
            case LENGTH -> "LENGTH " + head.contentLength();
            case NONE, CHUNKED, UNTIL_CLOSE -> head.framing().toString();
        };
    }

    private String fields() {
        String text = Pieces.fields(head);
        return "[" + text.substring(1, text.length() - 1) + "]";
    }

    /** Whole, byte by byte, or cut in two anywhere. */
    private int[] ends(int length) {
        return switch (random.nextInt(4)) {
            case 0 -> new int[] {length};
            case 1 -> length < 200 ? IntStream.rangeClosed(1, length).toArray() : new int[] {length};
            default -> new int[] {1 + random.nextInt(length), length};
        };
    }

    // ---- mutations

    private String mutate(List<String> rows) {
        StringBuilder wire = new StringBuilder(any(rows));
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(wire.length() + 1);
            int to = Math.min(wire.length(), at + 1 + random.nextInt(1 << random.nextInt(5)));
            switch (random.nextInt(7)) {
                case 0 -> wire.insert(at, anyByte());
                case 1 -> wire.delete(at, to);
                case 2 -> wire.insert(at, wire.substring(at, to));
                case 3 -> wire.insert(lineStart(wire, at), lineOf(any(rows)));
                case 4 -> {
                    if (at < wire.length()) {
                        wire.setCharAt(at, (char) (wire.charAt(at) ^ 0x20));
                    }
                }
                case 5 -> wire.replace(at, to, wire.substring(at, to).replace(wire.charAt(Math.min(at, wire.length() - 1)), anyByte()));
                default -> {
                    if (at < wire.length()) {
                        wire.setCharAt(at, anyByte());
                    }
                }
            }
            if (wire.length() == 0) {
                wire.append(anyByte());
            }
        }
        return wire.toString();
    }

    private String any(List<String> rows) {
        return rows.get(random.nextInt(rows.size()));
    }

    private char anyByte() {
        return random.nextInt(8) == 0 ? (char) random.nextInt(256) : BYTES.charAt(random.nextInt(BYTES.length()));
    }

    /** One of the lines behind the first, with its end. */
    private String lineOf(String wire) {
        String[] lines = wire.split("(?<=\n)", -1);
        return lines[lines.length == 1 ? 0 : 1 + random.nextInt(lines.length - 1)];
    }

    private static int lineStart(StringBuilder wire, int at) {
        int end = wire.indexOf("\n", at);
        return end < 0 ? at : end + 1;
    }

    private static String escape(String wire) {
        StringBuilder text = new StringBuilder();
        for (byte b : wire.getBytes(StandardCharsets.ISO_8859_1)) {
            text.append(b >= ' ' && b < 0x7f && b != '\\' ? String.valueOf((char) b) : String.format("\\u%04x", b & 0xff));
        }
        return text.toString();
    }
}
