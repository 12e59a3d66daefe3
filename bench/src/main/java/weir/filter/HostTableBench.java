package weir.filter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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

/**
 * The bytes of a host looked up among names and wildcards; against a HashMap of strings, where a string is made of the bytes, and of
 * each suffix while nothing is found.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class HostTableBench {
    private static final int ASKED = 64;                     // in turn; a power of two

    /** Names, of which every eighth is a wildcard. */
    @Param({"10", "1000"})
    public int hosts;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN);
    private final int[] ends = new int[ASKED + 1];
    private final Map<String, Integer> map = new HashMap<>();
    private HostTable<Integer> table;
    private int turn;

    @Setup
    public void fill() {
        for (int i = 0; i < hosts; i++) {
            map.put(i % 8 == 7 ? ".tenant-" + i + ".example.com" : "www.shop-" + i + ".example.com", i);
        }
        table = new HostTable<>(map);
        for (int i = 0; i < ASKED; i++) {
            int host = i * 37 % hosts;
            String asked = i % 8 == 0 ? "unknown.example.org" : host % 8 == 7 ? "eu.tenant-" + host + ".example.com" : "www.Shop-" + host + ".example.com";
            bytes.put(ends[i], asked.getBytes(StandardCharsets.US_ASCII));
            ends[i + 1] = ends[i] + asked.length();
        }
        for (int i = 0; i < ASKED; i++) {
            turn = i;
            Integer ours = ours();
            turn = i;
            if (!Objects.equals(strings(), ours) || ours == null != (i % 8 == 0)) {
                throw new AssertionError("host " + i + ": " + ours);
            }
        }
    }

    @Benchmark
    public Integer ours() {
        int i = turn++ & ASKED - 1;
        return table.find(bytes, ends[i], ends[i + 1]);
    }

    /** The baseline. */
    @Benchmark
    public Integer strings() {
        int i = turn++ & ASKED - 1;
        byte[] copy = new byte[ends[i + 1] - ends[i]];
        bytes.get(ends[i], copy);
        String host = new String(copy, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        Integer found = map.get(host);
        for (int dot = host.indexOf('.'); found == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
            found = map.get(host.substring(dot));
        }
        return found;
    }
}
