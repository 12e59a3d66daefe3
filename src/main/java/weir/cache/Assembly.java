package weir.cache;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;

/**
 * Stored parts of one representation that make up more of it together (RFC 9111 §3.4), all but for one gap at most, which the origin
 * has to be asked for. Holds them until it is closed. One loop's.
 *
 * <pre>
 *   from [ part ][ part ]......gap......[ part ] to
 * </pre>
 */
final class Assembly {
    private static final Comparator<Stored> BY_PLACE = Comparator.comparingLong(stored -> stored.part().first());

    private final List<Stored> parts = new ArrayList<>();    // by their places; retained
    private final Stored newest;
    private final long from;
    private final long to;
    private long gapFrom;
    private long gapTo;
    private long position;

    private Assembly(Stored newest, long from, long to) {
        this.newest = newest;
        this.from = from;
        this.to = to;
        gapFrom = gapTo = to;
        position = from;
    }

    /**
     * What there is of that which a request asks for: the whole, or one range.
     *
     * @param bytesMax nothing longer is put together
     * @return null when nothing of it is there, or it lies in more pieces
     */
    static Assembly of(LoopCache own, Head request, long bytesMax) {
        Stored newest = request.method() == Method.GET ? newest(own, request) : null;
        if (newest == null) {
            return null;
        }
        Part part = newest.part();
        long from = 0;
        long to = part.complete();
        if (request.has(FieldName.RANGE)) {
            ByteRange range = new ByteRange();
            if (range.read(request, part.complete()) != ByteRange.Kind.ONE) {
                return null;
            }
            from = range.first(0);
            to = range.last(0) + 1;
        }
        return to - from > bytesMax ? null : new Assembly(newest, from, to).collect(own.cache().store().find(own.key()), stored -> own.isSelected(stored, request));
    }

    /** What a part that has come makes with those beside it; null when it stands alone, or they are so much longer that copying them is not worth it. */
    static Assembly around(Stored fresh, Resident[] others, long bytesMax) {
        Part part = fresh.part();
        long from = part.first();
        long to = part.end();
        for (Resident each : others) {
            Part beside = each == fresh ? null : ((Stored) each).part();
            boolean touches = beside != null && beside.isOfSame(part) && beside.first() <= part.end() && beside.end() >= part.first();
            if (touches && beside.range().length() <= 2 * part.range().length()) {
                from = Math.min(from, beside.first());
                to = Math.max(to, beside.end());
            }
        }
        if (to - from == part.range().length() || to - from > bytesMax) {
            return null;
        }
        Assembly all = new Assembly(fresh, from, to).collect(others, stored -> stored.isSound() && stored.variant().sameAs(fresh.variant()));
        if (all != null && all.hasGap()) {                   // what was looked at is gone
            all.close();
            return null;
        }
        return all;
    }

    private static Stored newest(LoopCache own, Head request) {
        Stored newest = null;
        for (Resident each : own.cache().store().find(own.key())) {
            Stored stored = (Stored) each;
            boolean newer = newest == null || stored.freshness().dateSeconds() > newest.freshness().dateSeconds();
            if (stored.part() != null && stored.part().validator() != null && newer && stored.body().isComplete() && own.isSelected(stored, request)) {
                newest = stored;
            }
        }
        return newest;
    }

    private interface Choice {
        boolean takes(Stored stored);
    }

    /** Retains what belongs to it. @return this; null when there is nothing, or more than one gap */
    private Assembly collect(Resident[] all, Choice choice) {
        boolean hasNewest = false;
        for (Resident each : all) {
            Stored stored = (Stored) each;
            boolean fits = stored.part() != null && stored.part().isOfSame(newest.part()) && stored.part().end() > from && stored.part().first() < to;
            if (fits && stored.body().isComplete() && choice.takes(stored) && stored.retain()) {
                parts.add(stored);
                hasNewest |= stored == newest;
            }
        }
        parts.sort(BY_PLACE);
        if (!hasNewest || !findGap()) {
            close();
            return null;
        }
        return this;
    }

    private boolean findGap() {
        long at = from;
        for (Stored stored : parts) {
            long first = stored.part().first();
            if (first > at) {
                if (gapFrom < to) {
                    return false;
                }
                gapFrom = at;
                gapTo = first;
            }
            at = Math.max(at, stored.part().end());
        }
        if (at < to) {
            if (gapFrom < to) {
                return false;
            }
            gapFrom = at;
        }
        return gapTo - gapFrom < to - from;
    }

    /** The most recent part: its head and its freshness are those of the whole. */
    Stored newest() {
        return newest;
    }

    long bytes() {
        return to - from;
    }

    /** Null when it is the whole representation. */
    Part part() {
        Part of = newest.part();
        return from == 0 && to == of.complete() ? null : new Part(new ContentRange(from, to - 1, of.complete()), of.validator());
    }

    boolean hasGap() {
        return gapFrom < gapTo;
    }

    /** The gap as a Range field says it. */
    String gapRange() {
        return "bytes=" + gapFrom + "-" + (gapTo == newest.part().complete() ? "" : gapTo - 1);
    }

    /** Whether a response fills the gap: of the same representation, and no byte more or less. */
    boolean isFilledBy(Part answer) {
        return answer != null && answer.isOfSame(newest.part()) && answer.first() == gapFrom && answer.end() == gapTo;
    }

    // ---- putting together

    /** Whether what comes next is the origin's. */
    boolean isAtGap() {
        return position == gapFrom && hasGap();
    }

    /** How many bytes there are when the gap has been filled. */
    long gapEnd() {
        return gapTo - from;
    }

    /** All of the gap has come. */
    void gapFilled() {
        position = gapTo;
    }

    boolean isDone() {
        return position == to;
    }

    /**
     * Adds the next bytes, up to the gap or the end.
     *
     * @param bytesMax not more at a time: it is copied
     * @return false when the blob takes no more
     */
    boolean copy(Blob into, long bytesMax) {
        long stop = Math.min(to, position + bytesMax);
        if (position <= gapFrom && hasGap()) {
            stop = Math.min(stop, gapFrom);
        }
        while (position < stop) {
            Stored stored = at(position);
            Blob body = stored.body();
            long place = position - stored.part().first();
            ByteBuffer bytes = body.bufferAt(place);
            int start = body.indexAt(place);
            int end = (int) Math.min(body.endAt(place), start + stop - position);
            int taken = into.append(bytes, start, end);
            position += taken;
            if (taken < end - start) {
                return false;
            }
        }
        return true;
    }

    private Stored at(long place) {
        for (Stored stored : parts) {
            if (place >= stored.part().first() && place < stored.part().end()) {
                return stored;
            }
        }
        throw new AssertionError("a gap at " + place);
    }

    /** Gives the parts up. */
    void close() {
        parts.forEach(Stored::release);
        parts.clear();
    }

    /** The parts that are of no more use once what they make up together is there. */
    List<Stored> parts() {
        return parts;
    }
}
