package weir.cache;

import java.security.SecureRandom;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What lies between a cache's memory and its disk tier. Thread safe.
 *
 * <p><b>What was taken out does not come back.</b> Two can be at work meanwhile: who writes (puts into memory, hands in to the disk,
 * looks into memory again and takes it off the disk when it is no more there), and who reads (puts into memory, hidden; reads; shows
 * it if the disk tier has it still). Whoever takes something out does so on the disk, in memory, and on the disk again, and counts
 * before the first and the last of these. A writer has noted the count when it put; it has handed in before the last step, or finds
 * that counted and nothing in memory. That nothing is in memory is not enough: it may have made room there for others. A reader has
 * put before the second step, or begins behind the first one and is told by the disk tier that the entry is gone.
 */
final class CacheDisk {
    /** How often what is used in memory says so to the disk. */
    static final long TOUCH_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final int AGAIN_BYTES_MAX = 64 << 10;
    private static final AtomicLong BASES = new AtomicLong();
    private static final int COUNTS = 1024;                  // by a part of the key's hash: others' removals cost a look into memory
    private static final Comparator<Resident> NEWEST_FIRST = Comparator.comparingLong(each -> -((Stored) each).freshness().responseTimeMillis());

    private final CacheSettings settings;
    private final Store store;
    private final DiskTier tier;
    private final Disk disk;
    private final long run = new SecureRandom().nextLong();
    private final ConcurrentHashMap<Probe, Recall> recalls = new ConcurrentHashMap<>();
    private final long base = BASES.addAndGet(1L << 40);     // another disk tier's counts are never these
    private final AtomicIntegerArray counts = new AtomicIntegerArray(COUNTS);
    private final AtomicInteger walks = new AtomicInteger();
    private volatile boolean retired;

    CacheDisk(CacheSettings settings, Store store, DiskTier tier) {
        this.settings = settings;
        this.store = store;
        this.tier = tier;
        disk = tier.disk();
    }

    DiskTier tier() {
        return tier;
    }

    /** Another cache has the disk tier from now on: nothing of this one goes there any more. */
    void retire() {
        retired = true;
    }

    // ---- to the disk

    /** How often something was taken out that may have been under a key. To be asked before it is put into memory. */
    long removals(Probe key) {
        return base + counts.get(countOf(key)) + walks.get();
    }

    private static int countOf(Probe key) {
        return (int) key.hash() & COUNTS - 1;
    }

    /** Has a stored response written, if it is whole. @param key frozen @param stored held by the caller */
    void write(Probe key, Stored stored) {
        if (retired || !stored.isWhole()) {
            return;
        }
        Freshness freshness = stored.freshness();
        boolean taken = disk.write(key, DiskMeta.variantBytes(stored.variant()), DiskMeta.of(stored, settings, run), stored.body());
        boolean untouched = stored.removals() == removals(key) || store.holds(stored);
        boolean stays = !retired && untouched && freshness.equals(stored.freshness());
        if (taken ? !stays : disk.has(key)) {                // what is there instead is older
            disk.remove(key);
        }
    }

    /** The same for one that has been confirmed: a long one only if there is more to it than a later time. */
    void writeAgain(Probe key, Stored stored, Stored before) {
        if (stored.body().length() <= AGAIN_BYTES_MAX || !stored.freshness().isButLater(before.freshness()) || !stored.variant().sameAs(before.variant())) {
            write(key, stored);
        }
    }

    /** It answers a request: once in a while the disk is told, or gets what it has lost. @param key need not be frozen */
    void used(Probe key, Stored stored, long nowNanos) {
        if (nowNanos - stored.touchedNanos() < TOUCH_NANOS || retired) {
            return;
        }
        stored.touch(nowNanos);
        if (disk.has(key)) {
            disk.used(key);
        } else {
            write(key.frozen(), stored);
        }
    }

    /** Takes all under a key off the disk. @param key frozen @return how many there were */
    int remove(Probe key) {
        counts.incrementAndGet(countOf(key));
        return disk.remove(key);
    }

    /**
     * Takes off what a purge wants to be gone, which has been taken out of memory after {@link #announce}.
     *
     * @return false when too many purges are at work
     */
    boolean removeIf(Purge what) {
        walks.incrementAndGet();
        boolean taken = disk.removeIf((key, meta) -> takes(what, key, meta), count -> tier.purges().remove(what));
        if (!taken) {
            tier.purges().remove(what);
        }
        return taken;
    }

    /** From now on nothing that a purge wants to be gone is read. */
    void announce(Purge what) {
        walks.incrementAndGet();
        tier.purges().add(what);
    }

    private static boolean takes(Purge what, byte[] key, byte[] meta) {
        DiskMeta read = DiskMeta.readAny(meta);
        return read == null || what.takesHead(key, read.head());
    }

    // ---- from the disk

    /**
     * Has what is under a key read into memory, if there may be something.
     *
     * @param key need not be frozen
     * @return null when there is nothing to wait for
     */
    Recall recall(Probe key) {
        if (retired || !disk.has(key)) {
            return null;
        }
        Probe frozen = key.frozen();
        Recall own = new Recall(this, frozen);
        Recall running = recalls.putIfAbsent(frozen, own);
        if (running != null) {
            return running;
        }
        if (disk.read(frozen, own)) {
            return own;
        }
        own.end();
        return null;
    }

    void ended(Probe key, Recall recall) {
        recalls.remove(key, recall);
    }

    /**
     * Makes of an entry something that is in memory, hidden and still without its content. On the reading lane.
     *
     * @param body empty; a reference to it is the response's from here on, also on failure
     * @return with a reference for the caller; null when the entry is not wanted, or there is no room
     */
    Stored put(Probe key, DiskMeta meta, Blob body, long bodyBytes) {
        Stored stored = Stored.of(store, meta.head(), body, bodyBytes, meta.variant(), null, meta.freshness(), meta.askedNanos());
        if (stored == null) {
            return null;
        }
        stored.hide();
        stored.touch(System.nanoTime());
        if (store.put(key, stored, null, NEWEST_FIRST)) {
            if (!isTwice(key, stored) && !isPurged(key, meta) && !retired) {
                return stored;
            }
            store.remove(stored);
        }
        stored.release();
        return null;
    }

    /** Returns what an entry says, null when it is not to be used: it is in memory, or what may speak against it has been forgotten. */
    DiskMeta wanted(Probe key, byte[] meta) {
        DiskMeta read = DiskMeta.read(meta, settings, System.currentTimeMillis());
        boolean known = read != null && (read.run() == run || !KeyRule.isRuled(key.frozenBytes()));      // see Outdated
        return known && !isThere(key, read.variant()) ? read : null;
    }

    Blob blob(long bytes) {
        return store.blob(bytes);
    }

    void show(Stored stored) {
        stored.show();
        store.reweigh(stored);
    }

    void drop(Stored stored) {
        store.remove(stored);
    }

    private boolean isThere(Probe key, Vary.Variant variant) {
        for (Resident each : store.find(key)) {
            if (((Stored) each).variant().sameAs(variant)) {
                return true;
            }
        }
        return false;
    }

    /** A fetch has put another one meanwhile, which is newer. */
    private boolean isTwice(Probe key, Stored stored) {
        for (Resident each : store.find(key)) {
            if (each != stored && ((Stored) each).variant().sameAs(stored.variant())) {
                return true;
            }
        }
        return false;
    }

    private boolean isPurged(Probe key, DiskMeta meta) {
        for (Purge purge : tier.purges()) {
            if (purge.takesHead(key.frozenBytes(), meta.head())) {
                return true;
            }
        }
        return false;
    }
}
