package weir.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A buffer borrowed, touched and closed; and 64 of them at once, closed in another order. Against memory that is allocated each time,
 * direct and on the heap, and against a stack of direct buffers of one size, which knows no bound, counts nothing and gives nothing back.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class BufferPoolBench {
    private static final int HELD = 64;
    private static final int ORDERS = 16;                    // in turn; a power of two

    @Param({"1024", "16384", "65536"})
    public int bytes;

    private final BufferPool pool = new BufferPool(new SlabStore(64 << 20));
    private final ArrayDeque<ByteBuffer> stack = new ArrayDeque<>();
    private final Lease[] leases = new Lease[HELD];
    private final ByteBuffer[] buffers = new ByteBuffer[HELD];
    private final int[][] orders = new int[ORDERS][HELD];
    private int turn;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(42);
        for (int[] order : orders) {
            for (int i = 0; i < HELD; i++) {
                int other = random.nextInt(i + 1);
                order[i] = order[other];
                order[other] = i;
            }
        }
        for (int i = 0; i < HELD; i++) {
            stack.push(ByteBuffer.allocateDirect(bytes));
        }
        long sum = ours() + oursManyAtOnce();
        if (sum < bytes || pool.lentCount() != 0 || stack.peek().capacity() != bytes || stackOfBuffers() != bytes || stackManyAtOnce() < bytes || stack.size() != HELD) {
            throw new AssertionError("not given back");
        }
    }

    @Benchmark
    public int ours() {
        Lease lease = pool.borrow(bytes - (turn++ & 7));
        lease.bytes().putInt(0, turn);
        int capacity = lease.capacity();
        lease.close();
        return capacity;
    }

    @Benchmark
    @OperationsPerInvocation(HELD)
    public long oursManyAtOnce() {
        for (int i = 0; i < HELD; i++) {
            leases[i] = pool.borrow(bytes - (turn++ & 7));
            leases[i].bytes().putInt(0, turn);
        }
        long sum = 0;
        for (int i : orders[turn / HELD & ORDERS - 1]) {
            sum += leases[i].capacity();
            leases[i].close();
        }
        return sum;
    }

    /** The baseline. The collector has to find it. */
    @Benchmark
    public ByteBuffer allocateDirect() {
        return ByteBuffer.allocateDirect(bytes - (turn++ & 7)).putInt(0, turn);
    }

    /** The same on the heap. */
    @Benchmark
    public ByteBuffer allocate() {
        return ByteBuffer.allocate(bytes - (turn++ & 7)).putInt(0, turn);
    }

    /** What a pool takes at least. */
    @Benchmark
    public int stackOfBuffers() {
        ByteBuffer buffer = stack.pop().clear();
        buffer.putInt(0, turn++);
        stack.push(buffer);
        return buffer.capacity();
    }

    @Benchmark
    @OperationsPerInvocation(HELD)
    public long stackManyAtOnce() {
        for (int i = 0; i < HELD; i++) {
            buffers[i] = stack.pop().clear();
            buffers[i].putInt(0, turn++);
        }
        long sum = 0;
        for (int i : orders[turn / HELD & ORDERS - 1]) {
            sum += buffers[i].capacity();
            stack.push(buffers[i]);
        }
        return sum;
    }
}
