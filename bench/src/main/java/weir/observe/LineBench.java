package weir.observe;

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

/**
 * Values written into a log line: a User-Agent of 101 bytes as the combined format and as JSON have it, a value in UTF-8 as JSON, and
 * a number; against strings and a StringBuilder.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class LineBench {
    private static final int VALUES = 4;                     // in turn; a power of two
    private static final String USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.%d Safari/537.36";
    private static final String UTF_8 = "/b\u00fccher/stra\u00dfe-%d/\u6771\u4eac/\"quoted\"";

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(2048).order(ByteOrder.LITTLE_ENDIAN);
    private final int[] agents = new int[VALUES + 1];
    private final int[] texts = new int[VALUES + 1];
    private final Line line = new Line(16 << 10);
    private final StringBuilder builder = new StringBuilder();
    private int turn;

    @Setup
    public void fill() {
        for (int i = 0; i < VALUES; i++) {
            agents[i + 1] = put(agents[i], String.format(USER_AGENT, i));
        }
        texts[0] = agents[VALUES];
        for (int i = 0; i < VALUES; i++) {
            texts[i + 1] = put(texts[i], String.format(UTF_8, i));
        }
        for (int i = 0; i < VALUES * VALUES; i++) {
            turn = i;
            combined();
            turn = i;
            check(combinedByStrings());
            turn = i;
            json();
            turn = i;
            check(jsonByStrings());
            turn = i;
            jsonBeyondAscii();
            turn = i;
            check(jsonBeyondAsciiByStrings());
            turn = i;
            number();
            turn = i;
            check(numberByString());
        }
    }

    private int put(int at, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.put(at, utf8);
        return at + utf8.length;
    }

    private void check(byte[] plain) {
        String ours = new String(line.array(), 0, line.length(), StandardCharsets.UTF_8);
        if (!ours.equals(new String(plain, StandardCharsets.UTF_8)) || ours.isEmpty()) {
            throw new AssertionError(ours);
        }
    }

    @Benchmark
    public int combined() {
        int i = turn++ & VALUES - 1;
        return line.clear().combined(bytes, agents[i], agents[i + 1]).length();
    }

    @Benchmark
    public byte[] combinedByStrings() {
        int i = turn++ & VALUES - 1;
        String value = text(agents[i], agents[i + 1]);
        builder.setLength(0);
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
                builder.append(String.format("\\x%02X", (int) c));
            } else {
                builder.append(c);
            }
        }
        return builder.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public int json() {
        int i = turn++ & VALUES - 1;
        return line.clear().json(bytes, agents[i], agents[i + 1]).length();
    }

    @Benchmark
    public byte[] jsonByStrings() {
        int i = turn++ & VALUES - 1;
        return json(text(agents[i], agents[i + 1]));
    }

    @Benchmark
    public int jsonBeyondAscii() {
        int i = turn++ & VALUES - 1;
        return line.clear().json(bytes, texts[i], texts[i + 1]).length();
    }

    @Benchmark
    public byte[] jsonBeyondAsciiByStrings() {
        int i = turn++ & VALUES - 1;
        return json(text(texts[i], texts[i + 1]));
    }

    private byte[] json(String value) {
        builder.setLength(0);
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '"' || c == '\\') {
                builder.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                builder.append(String.format("\\u%04x", (int) c));
            } else {
                builder.append(c);
            }
        }
        return builder.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String text(int from, int to) {
        byte[] copy = new byte[to - from];
        bytes.get(from, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    @Benchmark
    public int number() {
        return line.clear().number(10_000 + (turn++ & 0xffff)).length();
    }

    @Benchmark
    public byte[] numberByString() {
        return Long.toString(10_000 + (turn++ & 0xffff)).getBytes(StandardCharsets.US_ASCII);
    }
}
