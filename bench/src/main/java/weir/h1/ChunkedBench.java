package weir.h1;

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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 64 KiB of content in chunks, found in place; against a decoder that looks at every byte and keeps nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class ChunkedBench {
    private static final int CONTENT_BYTES = 64 << 10;

    @Param({"1024", "16384"})
    public int chunkBytes;

    private final ChunkedDecoder chunks = new ChunkedDecoder();
    private ByteBuffer in;
    private int length;

    @Setup
    public void fill() {
        String chunk = Integer.toHexString(chunkBytes) + "\r\n" + "x".repeat(chunkBytes) + "\r\n";
        byte[] bytes = (chunk.repeat(CONTENT_BYTES / chunkBytes) + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        length = bytes.length;
        in = ByteBuffer.allocateDirect(256 << 10).order(ByteOrder.LITTLE_ENDIAN).slice().order(ByteOrder.LITTLE_ENDIAN);
        in.put(0, bytes);
        if (ours() != CONTENT_BYTES || byteByByte() != CONTENT_BYTES) {
            throw new AssertionError("not understood");
        }
    }

    @Benchmark
    public long ours() {
        chunks.reset();
        long content = 0;
        int at = 0;
        while (chunks.state() != ChunkedDecoder.State.TRAILERS) {
            at = chunks.skipToData(in, at, length);
            if (chunks.state() == ChunkedDecoder.State.DATA) {
                int taken = (int) Math.min(chunks.left(), length - at);
                chunks.taken(taken);
                at += taken;
                content += taken;
            }
        }
        return content;
    }

    /** The baseline: 0 size, 1 line end, 2 data, 3 and 4 the line end behind it. */
    @Benchmark
    public long byteByByte() {
        long content = 0;
        long left = 0;
        int state = 0;
        for (int at = 0; at < length; at++) {
            byte b = in.get(at);
            switch (state) {
                case 0 -> {
                    int digit = Character.digit(b, 16);
                    if (digit >= 0) {
                        left = left << 4 | digit;
                    } else {
                        state = b == '\r' ? 1 : -1;
                    }
                }
                case 1 -> {
                    if (left == 0) {
                        return content;
                    }
                    state = b == '\n' ? 2 : -1;
                }
                case 2 -> {
                    content++;
                    state = --left == 0 ? 3 : 2;
                }
                case 3 -> state = b == '\r' ? 4 : -1;
                case 4 -> state = b == '\n' ? 0 : -1;
                default -> {
                    return -1;
                }
            }
        }
        return content;
    }
}
