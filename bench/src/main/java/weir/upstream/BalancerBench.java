package weir.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
 * A server chosen for a request, which is counted as running there while the oldest one ends; against what one writes at first: lists
 * of servers with an atomic count each, a list where a server stands as often as its weight says, and a ring of hashes in a TreeMap.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class BalancerBench {
    private static final int LOOPS = 2;
    private static final int KEYS = 1 << 14;                 // in turn; a power of two
    private static final int RING_POINTS = 160;
    private static final int CHECKED_PICKS = 50;             // for each server

    /** Which policy. */
    public enum Policy { ROUND_ROBIN, WEIGHTED_ROUND_ROBIN, LEAST_REQUESTS, TWO_CHOICES, CONSISTENT_HASH }

    @Param
    public Policy policy;

    @Param({"3", "30", "300"})
    public int servers;

    private final Candidates candidates = new Candidates();
    private final long[] keys = new long[KEYS];
    private Balancer balancer;
    private Origin[] running;
    private int oldest;
    private Plain plain;
    private int turn;

    @Setup
    public void fill() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < KEYS; i++) {
            keys[i] = random.nextLong();
        }
        balancer = switch (policy) {
            case ROUND_ROBIN, WEIGHTED_ROUND_ROBIN -> new RoundRobin(0);
            case LEAST_REQUESTS -> new LeastRequests(0);
            case TWO_CHOICES -> new TwoChoices(0);
            case CONSISTENT_HASH -> new ConsistentHash(BalanceSettings.BOUND_DEFAULT);
        };
        Origin[] origins = new Origin[servers];
        for (int i = 0; i < servers; i++) {
            int weight = policy == Policy.WEIGHTED_ROUND_ROBIN ? 1 + i % 3 : 1;
            InetAddress address = InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
            Member member = new Member("10.0." + (i >> 8) + '.' + (i & 255) + ":80", address.getHostAddress(), 80, weight, 0, List.of(), List.of(address));
            origins[i] = new Origin(member, new Standing(new Choices(), LOOPS, true), LOOPS, 8, new IdleBudget(LOOPS, 64), false, loop -> { }, null);
        }
        candidates.rebuild(origins, List.of());
        running = new Origin[Math.max(64, servers * 4)];
        plain = Plain.of(policy, origins, running.length);
        for (int i = 0; i < running.length; i++) {
            candidates.selectFirst();
            running[i] = balancer.pick(candidates, keys[i & KEYS - 1], 0);
            running[i].standing().counts().begin(0);
        }
        check();
    }

    /** Each server gets its share of both; a policy that counts takes one with the fewest. */
    private void check() {
        Map<String, Integer> ours = new HashMap<>();
        Map<String, Integer> plains = new HashMap<>();
        for (int i = 0; i < servers * CHECKED_PICKS; i++) {
            candidates.selectFirst();
            int fewest = Integer.MAX_VALUE;
            for (int s = 0; s < servers; s++) {
                fewest = Math.min(fewest, candidates.get(s).openRequests());
            }
            Origin picked = ours();
            if (policy == Policy.LEAST_REQUESTS && picked.openRequests() > fewest + 1) {
                throw new AssertionError(picked.openRequests() + " run where " + fewest + " would");
            }
            turn--;                                          // the same key for both
            ours.merge(picked.name(), 1, Integer::sum);
            plains.merge(plain().name, 1, Integer::sum);
        }
        int weights = 0;
        for (int s = 0; s < servers; s++) {
            weights += (int) candidates.get(s).configuredWeight();
        }
        for (int s = 0; s < servers; s++) {
            Origin origin = candidates.get(s);
            double share = (double) servers * CHECKED_PICKS * origin.configuredWeight() / weights;
            if (!isNear(share, ours.get(origin.name())) || !isNear(share, plains.get(origin.name()))) {
                throw new AssertionError(origin.name() + " got " + ours.get(origin.name()) + " and " + plains.get(origin.name()) + " of " + share);
            }
        }
    }

    private static boolean isNear(double share, Integer got) {
        return got != null && got > share / 3 && got < share * 3;
    }

    @Benchmark
    public Origin ours() {
        candidates.selectFirst();
        Origin picked = balancer.pick(candidates, keys[turn++ & KEYS - 1], 0);
        running[oldest].standing().counts().end(0, OriginResult.OK);
        picked.standing().counts().begin(0);
        running[oldest] = picked;
        oldest = oldest + 1 == running.length ? 0 : oldest + 1;
        return picked;
    }

    @Benchmark
    public PlainServer plain() {
        PlainServer picked = plain.pick(keys[turn++ & KEYS - 1]);
        plain.run(picked);
        return picked;
    }

    /** A server of the baseline. */
    public static final class PlainServer {
        private final String name;
        private final AtomicInteger open = new AtomicInteger();

        PlainServer(String name) {
            this.name = name;
        }
    }

    /** The baseline. */
    private abstract static class Plain {
        private PlainServer[] running;
        private int oldest;

        abstract PlainServer pick(long key);

        void run(PlainServer picked) {
            running[oldest].open.decrementAndGet();
            picked.open.incrementAndGet();
            running[oldest] = picked;
            oldest = oldest + 1 == running.length ? 0 : oldest + 1;
        }

        static Plain of(Policy policy, Origin[] origins, int runningCount) {
            List<PlainServer> list = new ArrayList<>();
            List<PlainServer> byWeight = new ArrayList<>();
            for (Origin origin : origins) {
                list.add(new PlainServer(origin.name()));
                byWeight.addAll(Collections.nCopies((int) origin.configuredWeight(), list.get(list.size() - 1)));
            }
            Plain plain = switch (policy) {
                case ROUND_ROBIN, WEIGHTED_ROUND_ROBIN -> new PlainTurns(byWeight);
                case LEAST_REQUESTS -> new PlainLeast(list);
                case TWO_CHOICES -> new PlainTwo(list);
                case CONSISTENT_HASH -> new PlainRing(list);
            };
            plain.running = new PlainServer[runningCount];
            for (int i = 0; i < runningCount; i++) {
                plain.running[i] = list.get(i % list.size());
                plain.running[i].open.incrementAndGet();
            }
            return plain;
        }
    }

    private static final class PlainTurns extends Plain {
        private final List<PlainServer> byWeight;
        private final AtomicInteger next = new AtomicInteger();

        PlainTurns(List<PlainServer> byWeight) {
            this.byWeight = byWeight;
        }

        @Override
        PlainServer pick(long key) {
            return byWeight.get(Math.floorMod(next.getAndIncrement(), byWeight.size()));
        }
    }

    private static final class PlainLeast extends Plain {
        private final List<PlainServer> list;

        PlainLeast(List<PlainServer> list) {
            this.list = list;
        }

        @Override
        PlainServer pick(long key) {
            return Collections.min(list, Comparator.comparingInt(server -> server.open.get()));
        }
    }

    private static final class PlainTwo extends Plain {
        private final List<PlainServer> list;

        PlainTwo(List<PlainServer> list) {
            this.list = list;
        }

        @Override
        PlainServer pick(long key) {
            PlainServer first = list.get(ThreadLocalRandom.current().nextInt(list.size()));
            PlainServer second = list.get(ThreadLocalRandom.current().nextInt(list.size()));
            return second.open.get() < first.open.get() ? second : first;
        }
    }

    private static final class PlainRing extends Plain {
        private final TreeMap<Long, PlainServer> ring = new TreeMap<>();

        PlainRing(List<PlainServer> list) {
            for (PlainServer server : list) {
                for (int i = 0; i < RING_POINTS; i++) {
                    ring.put(HashKey.mix(server.name.hashCode() + ((long) i << 32)), server);
                }
            }
        }

        @Override
        PlainServer pick(long key) {
            Map.Entry<Long, PlainServer> found = ring.ceilingEntry(key);
            return (found == null ? ring.firstEntry() : found).getValue();
        }
    }
}
