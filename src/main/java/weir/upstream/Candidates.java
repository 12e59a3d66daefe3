package weir.upstream;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The servers that may get a request, as one loop sees them: those of the best group that has any. A group is a tier, and in
 * it a preferred label. Rebuilt only when the pool's {@link Choices} have changed; a first try takes the first group as it is.
 */
final class Candidates {
    private Origin[] usable = new Origin[0];
    private int[] groupEnds = new int[0];
    private boolean[] groupEqual = new boolean[0];
    private Origin[] left = new Origin[0];

    private Origin[] from = usable;
    private int count;
    private boolean equalWeights;
    private boolean sawFull;

    /** Which servers can be chosen from now on, until the next change. */
    void rebuild(Origin[] members, List<Label> prefer) {
        usable = Arrays.stream(members).filter(Origin::isUsable).toArray(Origin[]::new);
        Arrays.sort(usable, Comparator.comparingInt(origin -> rank(origin, prefer)));            // stable: the order of the file stays
        left = new Origin[usable.length];
        groupEnds = new int[usable.length];
        groupEqual = new boolean[usable.length];
        int groups = 0;
        for (int i = 0; i < usable.length; i++) {
            if (i == 0 || rank(usable[i], prefer) != rank(usable[i - 1], prefer)) {
                groupEqual[groups++] = true;
            }
            groupEnds[groups - 1] = i + 1;
            int first = groups == 1 ? 0 : groupEnds[groups - 2];
            groupEqual[groups - 1] &= usable[i].weight() == usable[first].weight();
        }
        groupEnds = Arrays.copyOf(groupEnds, groups);
    }

    /** Which group a server is in: one of a lower number comes first. */
    static int rank(Origin origin, List<Label> prefer) {
        int preference = 0;
        while (preference < prefer.size() && !origin.member().labels().contains(prefer.get(preference))) {
            preference++;
        }
        return origin.member().tier() * (prefer.size() + 1) + preference;
    }

    /** All of the first group. @return whether there is one */
    boolean selectFirst() {
        from = usable;
        count = groupEnds.length == 0 ? 0 : groupEnds[0];
        equalWeights = count > 0 && groupEqual[0];
        sawFull = false;
        return count > 0;
    }

    /**
     * Those of the first group that has any left.
     *
     * @param tried are passed over
     * @param limits null, or what a server must have room for
     * @return whether there is one; else see {@link #sawFull}
     */
    boolean select(List<Origin> tried, Limits limits) {
        from = left;
        count = 0;
        sawFull = false;
        int i = 0;
        for (int group = 0; group < groupEnds.length && count == 0; group++) {
            equalWeights = groupEqual[group];
            for (; i < groupEnds[group]; i++) {
                Origin origin = usable[i];
                if (tried.contains(origin)) {
                    continue;
                }
                if (limits == null || limits.hasRoom(origin)) {
                    left[count++] = origin;
                } else {
                    sawFull = true;
                }
            }
        }
        return count > 0;
    }

    /** Whether a server was passed over only because it has no room now. */
    boolean sawFull() {
        return sawFull;
    }

    /** How many servers could be chosen now, in whatever group, apart from limits. */
    int usableCount() {
        return usable.length;
    }

    Origin usable(int index) {
        return usable[index];
    }

    int count() {
        return count;
    }

    Origin get(int index) {
        return from[index];
    }

    boolean haveEqualWeights() {
        return equalWeights;
    }

    /** Whether a server has room for one more request from this loop. */
    interface Limits {
        boolean hasRoom(Origin origin);
    }
}
