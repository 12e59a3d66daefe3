package weir.upstream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import weir.net.EventLoop;

/**
 * Watches over the servers of one pool: all that happens to them by time happens on one loop of the process, whatever number
 * of loops sends them requests, and is written to their {@link Standing}. It follows the servers as they come and go. A keeper
 * that takes another's place has the same loop and goes on with what that one knew.
 */
final class PoolKeeper implements Ejector.Keeper {
    private final PoolSettings settings;
    private final Members members;
    private final Choices choices;
    private final EventLoop loop;
    private final OriginConnector connector;
    private final RandomGenerator random;
    private final Ejector ejector;
    private final SlowStart slowStart;
    private final Runnable onChange = this::look;
    private final AtomicBoolean looking = new AtomicBoolean();
    private final Map<String, Watched> watched = new LinkedHashMap<>();       // the loop's, as are the next three
    private PoolKeeper before;
    private boolean begun;
    private boolean ended;

    /** One server, and what is done with it. */
    private final class Watched implements Checker.Listener {
        private final Origin origin;
        private final Standing standing;
        private Checker checker;

        Watched(Origin origin) {
            this.origin = origin;
            standing = origin.standing();
        }

        /** Does what the operator's wish for it asks for. */
        void follow() {
            CheckSettings check = settings.health().check();
            boolean checks = check != null && standing.administration() != Standing.Administration.DISABLED;
            if (checks && checker == null) {
                checker = new Checker(check, origin, loop, connector, random, this);
                checker.start();
            } else if (!checks) {
                stop();
            }
            if (check == null && !standing.isUp()) {
                comesBack(origin, true, standing.isEjected());
                standing.checked(true, "not checked");
            }
            if (!standing.isUsable()) {
                standing.health().notUsable();
            }
        }

        void stop() {
            if (checker != null) {
                checker.stop();
                checker = null;
            }
        }

        @Override
        public void checked(boolean ok, String what, long tookNanos) {
            boolean up = standing.isUp();
            boolean turns = standing.health().turns(ok, up, settings.health().check());
            if (turns && ok) {
                comesBack(origin, true, standing.isEjected());
            }
            standing.checked(turns != up, ok ? what + " in " + Math.round(tookNanos / 1e6) + " ms" : what);
            if (turns) {
                tell(ok, what);
            }
        }

        private void tell(boolean ok, String what) {
            long forNanos = standing.health().changes(loop.nowNanos());
            if (!ok) {
                int inRow = settings.health().check().fall();
                PoolKeeper.this.tell(origin, true, "is down: " + what + " (" + inRow + (inRow == 1 ? " check)" : " checks in a row)"));
            } else {
                PoolKeeper.this.tell(origin, false, forNanos < 0 ? "is up: " + what : "is up again: " + what + " after " + forPeople(forNanos));
            }
        }
    }

    /** @param before the keeper of the pool in whose place this one's comes, on the same loop; or null */
    PoolKeeper(PoolSettings settings, Members members, Choices choices, EventLoop loop, OriginConnector connector, PoolKeeper before) {
        this.settings = settings;
        this.members = members;
        this.choices = choices;
        this.loop = loop;
        this.connector = connector;
        this.before = before;
        ejector = new Ejector(settings.health().eject(), members::origins, loop, this);
        slowStart = new SlowStart(settings.health().slowStartNanos(), settings.balance().prefer(), members::origins, loop);
        random = new SplittableRandom(System.nanoTime() ^ settings.name().hashCode());
    }

    // ---- any thread but a loop's

    /** The servers are known, or are others now. */
    void start() {
        choices.forget(onChange);
        choices.listener(onChange);
        if (!looking.getAndSet(true)) {
            loop.executeSurely(this::follow);
        }
    }

    void close() {
        choices.forget(onChange);
        loop.executeSurely(this::end);
    }

    // ---- any thread

    /** A request of a server has failed in a way that speaks against it. */
    void failed(Origin origin, OriginResult result) {
        Standing standing = origin.standing();
        int inRow = standing.failed();
        int enough = settings.health().eject().failures();
        if (enough > 0 && inRow >= enough && !standing.isEjected() && standing.health().ask() && !loop.execute(() -> answer(origin, result))) {
            standing.health().answered();                     // no room in the mailbox: the next failure asks again
        }
    }

    /** Something has changed that it has to follow. */
    private void look() {
        if (!looking.getAndSet(true) && !loop.execute(this::follow)) {
            looking.set(false);                               // no room in the mailbox: the next change looks again
        }
    }

    // ---- its loop

    private void follow() {
        looking.set(false);                                   // before the look: what changes meanwhile is looked at again
        if (ended) {
            return;
        }
        boolean atStart = !begun && before == null;
        if (before != null) {
            before.end();
            before = null;
        }
        Map<String, Watched> known = new LinkedHashMap<>(watched);
        watched.clear();
        for (Origin origin : members.origins()) {
            Watched each = known.get(origin.name());
            if (each != null && each.origin == origin) {
                known.remove(origin.name());
            } else {
                each = new Watched(origin);
            }
            watched.put(origin.name(), each);
            each.standing.health().seen(atStart);
        }
        known.values().forEach(Watched::stop);                // before the others: of one that comes anew, one checker at a time
        watched.values().forEach(Watched::follow);
        if (!begun) {
            begun = true;
            slowStart.resume();
            ejector.resume();
        }
        ejector.follow();
        come();
    }

    /** What was enabled or added may begin with a part of its share. All at once: those who come together are no company yet. */
    private void come() {
        List<Watched> usable = watched.values().stream().filter(each -> each.standing.isUsable() && !each.standing.health().wasUsable()).toList();
        for (Watched each : usable) {
            if (!each.standing.health().isFirst()) {
                slowStart.begin(each.origin);
            }
        }
        usable.forEach(each -> each.standing.health().becomesUsable());
    }

    @Override
    public void comesBack(Origin origin) {
        comesBack(origin, origin.standing().isUp(), false);
    }

    /** It is about to get requests again, if it is up and not ejected then: its share is set before anybody chooses it. */
    private void comesBack(Origin origin, boolean up, boolean ejected) {
        Health health = origin.standing().health();
        if (up && !ejected && origin.standing().administration() == Standing.Administration.ENABLED && !health.wasUsable()) {
            if (!health.isFirst()) {
                slowStart.begin(origin);
            }
            health.becomesUsable();
        }
    }

    private void answer(Origin origin, OriginResult result) {
        origin.standing().health().answered();
        if (!ended) {
            ejector.failed(origin, result);
        }
    }

    private void end() {
        ended = true;
        List<Watched> all = new ArrayList<>(watched.values());
        watched.clear();
        all.forEach(Watched::stop);
        ejector.stop();
        slowStart.stop();
    }

    @Override
    public void tell(Origin origin, boolean bad, String what) {
        String line = "pool " + settings.name() + ": " + origin.name() + ' ' + what;
        if (bad) {
            loop.journal().warn(line);
        } else {
            loop.journal().info(line);
        }
    }

    /** As {@code 12 s}, {@code 1.5 s}. */
    static String forPeople(long nanos) {
        long tenths = Math.round(nanos / 1e8);
        return (tenths >= 100 || tenths % 10 == 0 ? String.valueOf(Math.round(tenths / 10.0)) : String.valueOf(tenths / 10.0)) + " s";
    }
}
