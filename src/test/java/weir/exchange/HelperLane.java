package weir.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Helpers without threads: what is handed in runs when the test says so, in an order by chance. */
public final class HelperLane implements Executor {
    private final List<Runnable> tasks = new ArrayList<>();
    private boolean full;

    @Override
    public void execute(Runnable task) {
        if (full) {
            throw new RejectedExecutionException();
        }
        tasks.add(task);
    }

    /** Whether it refuses. */
    public void full(boolean refuses) {
        full = refuses;
    }

    public boolean hasTask() {
        return !tasks.isEmpty();
    }

    /** What a task leaves for the loop waits in its mailbox until the next turn. */
    public void runOne(Random random) {
        tasks.remove(random.nextInt(tasks.size())).run();
    }
}
