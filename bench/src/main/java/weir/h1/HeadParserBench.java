package weir.h1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import weir.bench.Messages;
import weir.h1.HeadParser.Kind;
import weir.http.Head;

/**
 * A browser's request with 15 field lines, parsed, indexed and judged; against a bare strict parser, which checks the same
 * bytes but keeps nothing: no offsets, no names looked up, no rules.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class HeadParserBench {
    private final HeadParser parser = new HeadParser(Kind.REQUEST, 32 << 10, 100, 8 << 10);
    private final MessageRules rules = new MessageRules();
    private final Head head = new Head();
    private final BareParser bare = new BareParser();
    private ByteBuffer in;
    private int length;

    @Setup
    public void fill() {
        byte[] bytes = Messages.REQUEST.getBytes(StandardCharsets.US_ASCII);
        length = bytes.length;
        in = ByteBuffer.allocateDirect(64 << 10).order(ByteOrder.LITTLE_ENDIAN).slice().order(ByteOrder.LITTLE_ENDIAN);
        in.put(0, bytes);
        parser.reset();
        if (bare.parse(in, 0, length) != 15 || parseOnly() != length || ours() != null) {
            throw new AssertionError("not understood");
        }
    }

    @Benchmark
    public Object ours() {
        parser.reset();
        head.start(in, 0);
        HeadParser.Result result = parser.parse(in, 0, length, head);
        return result == HeadParser.Result.DONE ? rules.request(head, false) : result;
    }

    @Benchmark
    public int parseOnly() {
        parser.reset();
        head.start(in, 0);
        parser.parse(in, 0, length, head);
        return head.length();
    }

    @Benchmark
    public int bare() {
        return bare.parse(in, 0, length);
    }

    /** The baseline. */
    private static final class BareParser {
        private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
        private static final long ONES = 0x0101_0101_0101_0101L;
        private static final long HIGHS = ONES << 7;
        private static final byte[] VERSION = "HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
        private static final boolean[] TOKEN = new boolean[256];
        private static final boolean[] TARGET = new boolean[256];

        static {
            for (char c = 0x21; c < 0x7f; c++) {
                TOKEN[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
                TARGET[c] = c != '#';
            }
        }

        private final byte[] bytes = new byte[32 << 10];

        /** The number of field lines, or -1. */
        int parse(ByteBuffer in, int from, int to) {
            byte[] b = bytes;
            int end = to - from;
            in.get(from, b, 0, end);
            int p = 0;
            while (p < end && TOKEN[b[p] & 0xff]) {
                p++;
            }
            if (p == 0 || p == end || b[p++] != ' ') {
                return -1;
            }
            while (p < end && TARGET[b[p] & 0xff]) {
                p++;
            }
            if (p + 11 > end || b[p++] != ' ') {
                return -1;
            }
            for (byte expected : VERSION) {
                if (b[p++] != expected) {
                    return -1;
                }
            }
            int fields = 0;
            while (p + 1 < end && b[p] != '\r') {
                int name = p;
                while (p < end && TOKEN[b[p] & 0xff]) {
                    p++;
                }
                if (p == name || p == end || b[p++] != ':') {
                    return -1;
                }
                p = control(b, p, end);
                if (p + 1 >= end || b[p] != '\r' || b[p + 1] != '\n') {
                    return -1;
                }
                p += 2;
                fields++;
            }
            return p + 1 < end && b[p + 1] == '\n' ? fields : -1;
        }

        /** The next control byte but HTAB. */
        private static int control(byte[] b, int from, int end) {
            int p = from;
            for (; p + 8 <= end; p += 8) {
                long word = (long) WORD.get(b, p);
                long del = word ^ 0x7f * ONES;
                long found = ((word - 0x20 * ONES) & ~word | (del - ONES) & ~del) & HIGHS;
                while (found != 0) {
                    int at = p + (Long.numberOfTrailingZeros(found) >>> 3);
                    byte c = b[at];
                    if (c >= 0 && c < 0x20 && c != '\t' || c == 0x7f) {
                        return at;
                    }
                    found &= found - 1;
                }
            }
            while (p < end && (b[p] < 0 || b[p] >= 0x20 && b[p] != 0x7f || b[p] == '\t')) {
                p++;
            }
            return p;
        }
    }
}
