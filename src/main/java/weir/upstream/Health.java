package weir.upstream;

import java.util.concurrent.atomic.AtomicBoolean;
import weir.observe.Figure;

/**
 * What the keeper of a pool knows of one server besides how it stands: part of its {@link Standing}, so that a keeper that
 * takes another's place goes on with it. Only the keeper's loop touches it, but for what says otherwise; any thread may read the
 * figures.
 *
 * <pre>
 *   up -fall bad checks in a row-> down -rise good checks in a row-> up
 * </pre>
 *
 * The first check of a server that starts as down decides at once: at the start of a process nobody has to wait for more.
 */
final class Health {
    final Figure checksOk = new Figure();
    final Figure checksFailed = new Figure();
    private final Figure[] ejections = {new Figure(), new Figure()};
    private final AtomicBoolean asked = new AtomicBoolean();
    private boolean known;
    private boolean first;
    private boolean usable;

    private int against;
    private boolean checked;
    private long checkNanos;
    private long changeNanos;
    private boolean changed;

    private int ejectionsInRow;
    private long ejectionNanos;
    private long returnNanos;
    private boolean counts;
    private long goodBefore;
    private long badBefore;

    private boolean slowStart;
    private long slowStartNanos;

    // ---- whether it gets requests

    /** A keeper sees it. @param atStart it was there when the pool was made; remembered of the first time only */
    void seen(boolean atStart) {
        first |= !known && atStart;
        known = true;
    }

    /** Whether it could get requests when the keeper looked last. */
    boolean wasUsable() {
        return usable;
    }

    void notUsable() {
        usable = false;
    }

    /** Whether it never got requests, and was there when the pool was made: there is nothing to come back from. */
    boolean isFirst() {
        return first;
    }

    /** It gets requests from now on. */
    void becomesUsable() {
        first = false;
        usable = true;
    }

    // ---- checks

    /** A check has ended. @return whether it makes an up server a down one, or the other way round */
    boolean turns(boolean ok, boolean up, CheckSettings check) {
        (ok ? checksOk : checksFailed).add(1);
        boolean firstCheck = !checked;
        checked = true;
        if (ok == up) {
            against = 0;
            return false;
        }
        if (++against < (up ? check.fall() : firstCheck ? 1 : check.rise())) {
            return false;
        }
        against = 0;
        return true;
    }

    /** When the last check began. */
    void checkBegins(long nowNanos) {
        checkNanos = nowNanos;
    }

    /** When the next check is due, if there was one; at once when the setting has become shorter. */
    long nextCheckNanos(long everyNanos, long nowNanos) {
        return Math.max(nowNanos, checkNanos + everyNanos);
    }

    boolean wasChecked() {
        return checked;
    }

    /** It is up, or down, since now. @return for how long it was the other way round; -1 when that is not known */
    long changes(long nowNanos) {
        long since = changed ? nowNanos - changeNanos : -1;
        changed = true;
        changeNanos = nowNanos;
        return since;
    }

    // ---- ejection

    /** Any thread: the keeper is about to be asked to eject it. @return false when it has been already */
    boolean ask() {
        return !asked.get() && !asked.getAndSet(true);
    }

    /** Any thread: the question is dealt with. */
    void answered() {
        asked.set(false);
    }

    /** It is ejected now. @return for how long: longer each time, until it stays in for as long as it was out last */
    long ejects(EjectSettings settings, Ejector.Reason reason, long nowNanos) {
        ejections[reason.ordinal()].add(1);
        if (ejectionsInRow > 0 && nowNanos - returnNanos >= ejectionNanos) {
            ejectionsInRow = 0;
        }
        ejectionNanos = settings.nanos(++ejectionsInRow);
        returnNanos = nowNanos + ejectionNanos;
        return ejectionNanos;
    }

    /** It comes back, maybe before its time. */
    void returns(long nowNanos) {
        returnNanos = nowNanos;
    }

    /** When it comes back, or came back last. */
    long returnNanos() {
        return returnNanos;
    }

    long ejectionNanos() {
        return ejectionNanos;
    }

    /** Any thread. */
    long ejections(Ejector.Reason reason) {
        return ejections[reason.ordinal()].get();
    }

    // ---- success rate

    /** What ends from now on counts, unless something counts already; or nothing does. */
    void count(Origin origin, boolean wanted) {
        if (wanted && !counts) {
            countAnew(origin);
        }
        counts = wanted;
    }

    void countAnew(Origin origin) {
        goodBefore += goodSince(origin);
        badBefore += badSince(origin);
    }

    long goodSince(Origin origin) {
        return origin.results(OriginResult.OK) - goodBefore;
    }

    long badSince(Origin origin) {
        long bad = 0;
        for (OriginResult result : OriginResult.values()) {
            bad += result.isFailure() ? origin.results(result) : 0;
        }
        return bad - badBefore;
    }

    // ---- slow start

    void slowStart(long nowNanos) {
        slowStart = true;
        slowStartNanos = nowNanos;
    }

    void slowStartEnds() {
        slowStart = false;
    }

    boolean isInSlowStart() {
        return slowStart;
    }

    /** When it began. */
    long slowStartNanos() {
        return slowStartNanos;
    }
}
