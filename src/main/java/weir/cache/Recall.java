package weir.cache;

import java.util.ArrayList;
import java.util.List;

/**
 * The reading of what lies on the disk under a key: all variants, one after the other, since which one a request selects is known by
 * its loop only. Exchanges on any loop wait; they look into memory whenever one has come as a whole, and again at the end.
 */
final class Recall implements Disk.Reader {
    /** What comes of {@link #join}. */
    enum Joined {
        YES,
        /** Something has come since: look first. */
        LOOK,
        /** Enough wait. */
        FULL
    }

    private final CacheDisk owner;
    private final Probe key;
    private List<Waiter> waiters = new ArrayList<>(1);       // under the lock of this
    private volatile int came;                               // written under it
    private volatile boolean ended;                          // the same
    private Stored stored;                                   // the lane's: what is being read
    private Blob body;

    /** @param key frozen */
    Recall(CacheDisk owner, Probe key) {
        this.owner = owner;
        this.key = key;
    }

    /** How many have come: asked before the look into memory. */
    int came() {
        return came;
    }

    /** Nothing more comes: asked before the look into memory. */
    boolean hasEnded() {
        return ended;
    }

    /** Takes up somebody who has found nothing. On the waiter's loop. @param seen what {@link #came} was before */
    Joined join(Waiter waiter, int seen) {
        synchronized (this) {
            if (ended || came != seen) {
                return Joined.LOOK;
            }
            if (waiters.size() == Fetch.WAITERS_MAX) {
                return Joined.FULL;
            }
            waiters.add(waiter);
        }
        waiter.waits();
        return Joined.YES;
    }

    @Override
    public Blob entry(byte[] bytes, long bodyBytes) {
        DiskMeta meta = owner.wanted(key, bytes);
        Blob content = meta == null ? null : owner.blob(bodyBytes);
        if (content == null) {
            return null;
        }
        boolean held = content.retain();
        assert held;
        stored = owner.put(key, meta, content, bodyBytes);
        if (stored == null) {
            content.release();
            return null;
        }
        body = content;
        return body;
    }

    @Override
    public boolean entryDone(Blob content, Disk.Outcome outcome) {
        done(outcome);
        tell(false);
        return true;
    }

    private void done(Disk.Outcome outcome) {
        if (outcome == Disk.Outcome.WHOLE) {
            owner.show(stored);
        } else {
            owner.drop(stored);
        }
        body.release();
        stored.release();
        stored = null;
    }

    @Override
    public void end() {
        if (stored != null) {                                // something was thrown
            done(Disk.Outcome.BROKEN);
        }
        owner.ended(key, this);                              // first: who finds it no more begins another one
        tell(true);
    }

    private void tell(boolean last) {
        List<Waiter> all;
        synchronized (this) {
            came++;
            ended |= last;
            all = waiters;
            waiters = new ArrayList<>(1);
        }
        for (Waiter waiter : all) {
            waiter.tell(false);
        }
    }
}
