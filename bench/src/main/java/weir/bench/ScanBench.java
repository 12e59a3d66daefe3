package weir.bench;

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
import weir.buffer.Scan;

/** Looks for the line feed at the end of a field line, and for a control byte in it, by words and byte by byte. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class ScanBench {
    /** Bytes before the line feed: a short field line, a usual one, a User-Agent, a large cookie. */
    @Param({"6", "24", "110", "1000"})
    public int length;

    private ByteBuffer line;

    @Setup
    public void fill() {
        String text = "x-".repeat((length + 1) / 2).substring(0, length) + '\n';
        line = ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN).position(3).slice().order(ByteOrder.LITTLE_ENDIAN);
        line.put(0, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Benchmark
    public int indexOf() {
        return Scan.indexOf(line, 0, length + 1, (byte) '\n');
    }

    @Benchmark
    public int indexOfPlain() {
        ByteBuffer b = line;
        for (int i = 0, to = length + 1; i < to; i++) {
            if (b.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    @Benchmark
    public int indexOfControl() {
        return Scan.indexOfControl(line, 0, length + 1);
    }

    @Benchmark
    public int indexOfControlPlain() {
        ByteBuffer b = line;
        for (int i = 0, to = length + 1; i < to; i++) {
            byte c = b.get(i);
            if ((c >= 0 && c < 0x20 && c != '\t') || c == 0x7f) {
                return i;
            }
        }
        return -1;
    }
}
