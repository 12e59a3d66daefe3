package weir.upstream;

import weir.observe.Figure;

/**
 * What the keeper of a pool knows of one server besides how it stands: part of its {@link Standing}, so that a keeper that
 * takes another's place goes on with it. Only the keeper's loop touches it; any thread may read the figures.
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
    private int against;
    private boolean checked;
    private long checkNanos;
    private long changeNanos;
    private boolean changed;

    /** A check has ended. @return whether it makes an up server a down one, or the other way round */
    boolean turns(boolean ok, boolean up, CheckSettings check) {
        (ok ? checksOk : checksFailed).add(1);
        boolean first = !checked;
        checked = true;
        if (ok == up) {
            against = 0;
            return false;
        }
        if (++against < (up ? check.fall() : first ? 1 : check.rise())) {
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
}
