package weir.upstream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import weir.net.EventLoop;
import weir.net.Timer;

/**
 * Leaves servers out for a while because of how their requests ended: too many failures in a row, or a success rate far below
 * that of the others. Never the last one that is usable, and never more than a share of the pool: when all fail, the fault is
 * most likely not theirs, and some requests may still get through. The keeper's loop.
 *
 * <pre>
 *   in -failures in a row, outlier-> out -time, or nobody else is usable-> in
 * </pre>
 */
final class Ejector {
    /** What it has to do with the rest of the keeper. */
    interface Keeper {
        /** This server is about to get requests again. */
        void comesBack(Origin origin);

        void tell(Origin origin, boolean bad, String what);
    }

    /** Why a server was ejected: the label of its metric. */
    enum Reason {
        FAILURES("failures"),
        OUTLIER("outlier");

        final String label;

        Reason(String label) {
            this.label = label;
        }
    }

    private final EjectSettings settings;
    private final Supplier<Origin[]> origins;
    private final EventLoop loop;
    private final Keeper keeper;
    private final Timer returns = new Timer() {
        @Override
        protected void onExpired(long nowNanos) {
            returnDue(nowNanos);
        }
    };
    private final Timer looks = new Timer() {
        @Override
        protected void onExpired(long nowNanos) {
            loop.timers().set(this, nowNanos + settings.outliers().everyNanos());
            lookForOutliers();
        }
    };

    Ejector(EjectSettings settings, Supplier<Origin[]> origins, EventLoop loop, Keeper keeper) {
        this.settings = settings;
        this.origins = origins;
        this.loop = loop;
        this.keeper = keeper;
    }

    /** What an earlier keeper has ejected comes back in time, or at once when nobody is ejected any more. */
    void resume() {
        for (Origin origin : origins.get()) {
            if (settings.isOff() && origin.standing().isEjected()) {
                comeBack(origin, "gets requests again: nobody is ejected any more");
            }
        }
        returnDue(loop.nowNanos());
        if (settings.outliers() != null) {
            loop.timers().set(looks, loop.nowNanos() + settings.outliers().everyNanos());
        }
    }

    /** Servers have come or gone, are up or down: when only ejected ones are left, they are better than none. */
    void follow() {
        boolean usable = false;
        for (Origin origin : origins.get()) {
            origin.standing().health().count(origin, settings.outliers() != null);
            usable |= origin.isUsable();
        }
        if (usable) {
            return;
        }
        for (Origin origin : origins.get()) {
            if (isOnlyEjected(origin)) {
                comeBack(origin, "gets requests again: no other server is usable");
            }
        }
    }

    private static boolean isOnlyEjected(Origin origin) {
        Standing standing = origin.standing();
        return standing.isEjected() && standing.isUp() && standing.administration() == Standing.Administration.ENABLED && origin.isResolved();
    }

    void stop() {
        loop.timers().cancel(returns);
        loop.timers().cancel(looks);
    }

    // ---- out

    /** Requests of a server have failed in a row, the last one so; a good one may have come since. */
    void failed(Origin origin, OriginResult last) {
        int inRow = origin.standing().failuresInRow();
        if (settings.failures() > 0 && inRow >= settings.failures()) {
            eject(origin, Reason.FAILURES, inRow + (inRow == 1 ? " failure" : " failures in a row") + ", the last one: " + last.label());
        }
    }

    private void eject(Origin origin, Reason reason, String why) {
        if (!mayBeEjected(origin)) {
            return;
        }
        long now = loop.nowNanos();
        long nanos = origin.standing().health().ejects(settings, reason, now);
        origin.standing().ejected(true, why);
        keeper.tell(origin, true, "is ejected for " + PoolKeeper.forPeople(nanos) + ": " + why);
        setReturns();
    }

    private boolean mayBeEjected(Origin origin) {
        int all = 0;
        int out = 0;
        boolean member = false;
        boolean others = false;
        for (Origin each : origins.get()) {
            all++;
            out += each.standing().isEjected() ? 1 : 0;
            member |= each == origin;
            others |= each != origin && each.isUsable();
        }
        return member && others && origin.standing().isUsable() && out < Math.max(1, all * settings.percentMax() / 100);
    }

    // ---- in again

    private void returnDue(long nowNanos) {
        for (Origin origin : origins.get()) {
            Health health = origin.standing().health();
            if (origin.standing().isEjected() && nowNanos - health.returnNanos() >= 0) {
                comeBack(origin, "is back after " + PoolKeeper.forPeople(health.ejectionNanos()));
            }
        }
        setReturns();
    }

    private void comeBack(Origin origin, String what) {
        origin.standing().health().returns(loop.nowNanos());
        keeper.comesBack(origin);
        origin.standing().ejected(false, null);
        keeper.tell(origin, false, what);
    }

    private void setReturns() {
        boolean some = false;
        long next = 0;
        for (Origin origin : origins.get()) {
            long due = origin.standing().health().returnNanos();
            if (origin.standing().isEjected() && (!some || due - next < 0)) {
                next = due;
                some = true;
            }
        }
        if (some) {
            loop.timers().set(returns, next);
        }
    }

    // ---- outliers

    /** A server that had requests enough since the last look. */
    private record Rated(Origin origin, double rate, long requests) {}

    private void lookForOutliers() {
        List<Rated> rated = new ArrayList<>();
        for (Origin origin : origins.get()) {
            Health health = origin.standing().health();
            long good = health.goodSince(origin);
            long all = good + health.badSince(origin);
            health.countAnew(origin);
            if (!origin.standing().isEjected() && all >= settings.outliers().requestsMin()) {
                rated.add(new Rated(origin, 100.0 * good / all, all));
            }
        }
        if (rated.size() < settings.outliers().serversMin()) {
            return;
        }
        double bound = settings.outliers().bound(rated.stream().mapToDouble(Rated::rate).toArray());
        rated.sort(Comparator.comparingDouble(Rated::rate));              // the worst first: the share of the pool may not do for all
        for (Rated each : rated) {
            if (each.rate < bound) {
                eject(each.origin, Reason.OUTLIER, String.format(Locale.ROOT, "%.1f %% of %d requests went well, less than the bound of %.1f %%",
                        each.rate, each.requests, bound));
            }
        }
    }
}
