package weir.h1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import weir.h1.ChunkedDecoder.State;
import weir.h1.HeadParser.Kind;
import weir.h1.HeadParser.Result;
import weir.http.Head;

/**
 * Bytes that arrive in pieces. Each piece moves all that came before to another place, what stood there is overwritten, and
 * behind the last byte stands rubbish, or nothing at all: a parser that keeps a place, or reads on, is found out.
 */
final class Pieces {
    static final HttpLimits LIMITS = new HttpLimits(32 << 10, 100, 8 << 10, 1, 1, 1, false);

    private static final byte[] RUBBISH = bytes("\r\n\r\n: \0\n;0\r\n\r\n");

    private final ByteBuffer[] arenas = {arena(), arena()};
    private int turn;

    private static ByteBuffer arena() {
        return ByteBuffer.allocateDirect(256 << 10).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The first {@code length} bytes from index {@code base} on. */
    ByteBuffer put(byte[] wire, int base, int length) {
        ByteBuffer last = arenas[turn & 1];
        for (int i = 0; i < Math.min(last.limit(), 512); i++) {
            last.put(i, (byte) 0xDB);
        }
        ByteBuffer in = arenas[++turn & 1];
        in.clear();
        for (int i = 0; i < base; i++) {
            in.put(i, (byte) ':');
        }
        in.put(base, wire, 0, length);
        if (turn % 3 == 0) {
            in.limit(base + length);
        } else {
            in.put(base + length, RUBBISH);
        }
        return in;
    }

    /** Every way a row is cut: whole, byte by byte, in two at each place. Each element: up to where the bytes have come. */
    static List<int[]> ways(int length) {
        List<int[]> ways = new ArrayList<>();
        ways.add(new int[] {length});
        ways.add(IntStream.rangeClosed(1, length).toArray());
        for (int cut = 1; cut < length; cut++) {
            ways.add(new int[] {cut, length});
        }
        return ways;
    }

    /** What the parser makes of these bytes: the fault's name, {@code MORE}, or the head as text. */
    String parse(Kind kind, HttpLimits limits, byte[] wire, int... ends) {
        Head head = new Head();
        HeadParser parser = new HeadParser(kind, limits.headBytesMax(), limits.fieldLinesMax(), limits.targetBytesMax());
        return parse(parser, kind, head, wire, ends);
    }

    String parse(HeadParser parser, Kind kind, Head head, byte[] wire, int... ends) {
        Result result = Result.MORE;
        for (int i = 0; i < ends.length && result == Result.MORE; i++) {
            int base = i * 7 % 24;
            ByteBuffer in = put(wire, base, ends[i]);
            if (i == 0) {
                head.start(in, base);
            } else {
                head.moved(in, base);
            }
            result = parser.parse(in, base, base + ends[i], head);
        }
        return switch (result) {
            case MORE -> "MORE";
            case FAULT -> parser.fault().name();
            case DONE -> describe(kind, head);
        };
    }

    /** What a decoder makes of chunks: {@code [content] rest} when the trailer section is reached, {@code state [content]} before, or the fault's name. */
    String decode(byte[] wire, int... ends) {
        ChunkedDecoder chunks = new ChunkedDecoder();
        StringBuilder content = new StringBuilder();
        int at = 0;
        for (int end : ends) {
            ByteBuffer in = put(wire, end % 9, end);
            int base = end % 9;
            int before = -1;
            while (at < end && at != before) {
                before = at;
                at = chunks.skipToData(in, base + at, base + end) - base;
                if (chunks.state() == State.DATA) {
                    int length = (int) Math.min(chunks.left(), end - at);
                    for (int i = 0; i < length; i++) {
                        content.append((char) (in.get(base + at + i) & 0xff));
                    }
                    at += length;
                    chunks.taken(length);
                }
            }
        }
        return switch (chunks.state()) {
            case TRAILERS -> "[" + content + "] " + new String(wire, at, wire.length - at, StandardCharsets.ISO_8859_1);
            case BROKEN -> chunks.fault().name();
            default -> chunks.state() + " [" + content + "]";
        };
    }

    /** For example {@code GET /a 1.1 {Host=b}}. */
    static String describe(Kind kind, Head head) {
        String start = switch (kind) {
            case REQUEST -> head.text(head.methodFrom(), head.methodTo()) + " " + head.text(head.targetFrom(), head.targetTo()) + " 1."
                    + head.versionMinor() + " ";
            case RESPONSE -> "1." + head.versionMinor() + " " + head.status() + " "
                    + (head.reasonTo() > head.reasonFrom() ? head.text(head.reasonFrom(), head.reasonTo()) + " " : "");
            case TRAILERS -> "";
        };
        return start + fields(head);
    }

    static String fields(Head head) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < head.fields(); i++) {
            if (!head.isRemoved(i)) {
                text.append(text.length() > 1 ? ", " : "").append(head.text(head.nameFrom(i), head.nameTo(i)));
                text.append('=').append(head.text(head.valueFrom(i), head.valueTo(i)));
            }
        }
        return text.append('}').toString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
