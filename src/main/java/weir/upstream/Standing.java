package weir.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How a server stands, by its name: what the operator wants, what checks and requests have shown, what it has to do. It
 * outlives reloads that keep the name. Any thread reads; what changes whether or how often the server is chosen is written
 * under the lock of this object and makes every loop of the pool look again ({@link Choices}).
 */
public final class Standing {
    /** What the operator wants of a server. */
    public enum Administration {
        ENABLED,
        /** No new requests; the command waits for those that run. */
        DRAINING,
        /** No new requests, no checks. */
        DISABLED
    }

    private final Choices choices;
    private final ServerCounts counts;
    private final Health health = new Health();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger failuresInRow = new AtomicInteger();
    private volatile Administration administration = Administration.ENABLED;
    private volatile int weightSet;
    private volatile boolean up;
    private volatile String reason;
    private volatile long sinceMillis;
    private volatile boolean ejected;
    private volatile String ejection;
    private volatile int sharePercent = 100;
    private volatile int requestsMax;
    private volatile GradientLimit gradient;
    private volatile boolean speaksHttp10;

    /** @param up whether it counts as up before anything was seen of it */
    Standing(Choices choices, int loops, boolean up) {
        this.choices = choices;
        this.up = up;
        reason = up ? "not checked" : "not checked yet";
        counts = new ServerCounts(loops);
        sinceMillis = System.currentTimeMillis();
    }

    ServerCounts counts() {
        return counts;
    }

    /** What the keeper of the pool has to remember of it. */
    Health health() {
        return health;
    }

    /** Whether it may get requests, apart from its addresses and limits. */
    boolean isUsable() {
        return administration == Administration.ENABLED && up && !ejected;
    }

    public Administration administration() {
        return administration;
    }

    /** @return false when it was so already */
    synchronized boolean administration(Administration next) {
        if (administration == next) {
            return false;
        }
        administration = next;
        choices.changed();
        return true;
    }

    /** The operator's weight; 0 for the configured one. */
    public int weightSet() {
        return weightSet;
    }

    synchronized void weightSet(int weight) {
        weightSet = weight;
        choices.changed();
    }

    // ---- what checks have shown

    public boolean isUp() {
        return up;
    }

    /** What the last check, or the last change, has shown; for people. */
    public String reason() {
        return reason;
    }

    /** Since when it is up or down, in milliseconds since 1970. */
    public long sinceMillis() {
        return sinceMillis;
    }

    /** A check has shown this. @return whether that is a change */
    synchronized boolean checked(boolean nowUp, String why) {
        reason = why;
        if (up == nowUp) {
            return false;
        }
        up = nowUp;
        sinceMillis = System.currentTimeMillis();
        choices.changed();
        return true;
    }

    // ---- what requests have shown

    /** Out of the choice for a while, as its responses were bad. */
    public boolean isEjected() {
        return ejected;
    }

    /** Why it is ejected, for people; null when it is not. */
    public String ejection() {
        return ejection;
    }

    /** @param why null when it is not any more; failures count from none again then */
    synchronized void ejected(boolean out, String why) {
        ejection = why;
        if (!out) {
            failuresInRow.set(0);
        }
        if (ejected != out) {
            ejected = out;
            choices.changed();
        }
    }

    /** A request ended well. */
    void succeeded() {
        if (failuresInRow.get() != 0) {                       // no write in the usual case: the loops share this line
            failuresInRow.set(0);
        }
    }

    /** @return how many requests in a row have failed, this one included */
    int failed() {
        return failuresInRow.incrementAndGet();
    }

    int failuresInRow() {
        return failuresInRow.get();
    }

    /** The share of its weight that counts now, 1..100 percent: below 100 in a slow start. */
    public int sharePercent() {
        return sharePercent;
    }

    synchronized void sharePercent(int percent) {
        if (sharePercent != percent) {
            sharePercent = percent;
            choices.changed();
        }
    }

    // ---- limits, over all loops

    /** Requests that may run at once where the pool has a limit; an adaptive one changes it. */
    public int requestsMax() {
        return requestsMax;
    }

    /** What the configuration says; an adaptive limit goes on from where it was. */
    synchronized void limits(LimitSettings settings) {
        if (!settings.isAdaptive()) {
            gradient = null;
            requestsMax = settings.requestsMax();
        } else if (gradient == null || !gradient.isFor(settings)) {
            gradient = new GradientLimit(settings);
            requestsMax = gradient.first();
        }
    }

    /** A good response has come. */
    void observed(long nowNanos) {
        GradientLimit own = gradient;
        int next = own == null ? 0 : own.observe(counts, nowNanos);
        if (next > 0) {
            requestsMax = next;
        }
    }

    boolean hasPermit() {
        return requests.get() < requestsMax;
    }

    /** Only for pools with a limit: without one no request costs an atomic operation. @return false when all permits are taken */
    boolean takePermit() {
        if (requests.incrementAndGet() <= requestsMax) {
            return true;
        }
        requests.decrementAndGet();
        return false;
    }

    void givePermit() {
        requests.decrementAndGet();
    }

    boolean hasConnection(int max) {
        return connections.get() < max;
    }

    boolean takeConnection(int max) {
        if (connections.incrementAndGet() <= max) {
            return true;
        }
        connections.decrementAndGet();
        return false;
    }

    void giveConnection() {
        connections.decrementAndGet();
    }

    // ---- protocol

    /** Its last response was of HTTP/1.0: such a server knows no chunked coding (RFC 9112 §6.1). */
    boolean speaksHttp10() {
        return speaksHttp10;
    }

    void spoke(int versionMinor) {
        boolean old = versionMinor == 0;
        if (speaksHttp10 != old) {
            speaksHttp10 = old;
        }
    }
}
