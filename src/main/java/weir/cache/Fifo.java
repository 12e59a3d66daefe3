package weir.cache;

/** A queue of the store: residents in the order they came, linked through themselves. Under the store's lock. */
final class Fifo {
    private Resident newest;
    private Resident oldest;
    private long bytes;
    private int count;

    Resident oldest() {
        return oldest;
    }

    long bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    void add(Resident what) {
        what.queue = this;
        what.before = null;
        what.after = newest;
        if (newest == null) {
            oldest = what;
        } else {
            newest.before = what;
        }
        newest = what;
        bytes += what.weight;
        count++;
    }

    void remove(Resident what) {
        if (what.before == null) {
            newest = what.after;
        } else {
            what.before.after = what.after;
        }
        if (what.after == null) {
            oldest = what.before;
        } else {
            what.after.before = what.before;
        }
        what.queue = null;
        what.before = null;
        what.after = null;
        bytes -= what.weight;
        count--;
    }

    void reweigh(Resident what, long weight) {
        bytes += weight - what.weight;
        what.weight = weight;
    }
}
