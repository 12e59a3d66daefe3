package weir.server.admin;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.http.FieldName;
import weir.http.Head;
import weir.observe.Journal;

/**
 * Where commands are carried out: on a thread of its own, since they read files and wait for loops, while the exchange is
 * suspended. What is accepted and not answered yet is bounded.
 */
public final class Desk implements AutoCloseable {
    /** Commands that wait or run; a client that goes away leaves its command behind, so the bound on connections is none on these. */
    static final int COMMANDS_MAX = 16;

    private static final long LOOK_MILLIS = 20;

    private final Journal journal;
    private final ScheduledThreadPoolExecutor thread;
    private final Semaphore places = new Semaphore(COMMANDS_MAX);

    public Desk(Journal journal) {
        this.journal = journal;
        thread = new ScheduledThreadPoolExecutor(1, work -> {
            Thread made = new Thread(work, "weir-admin");
            made.setDaemon(true);
            return made;
        }, new ThreadPoolExecutor.DiscardPolicy());                // refused only when closed: the connections are cut a moment later
    }

    /** What stands at the end of the admin listener's route. */
    Filter serving(Endpoints endpoints) {
        return new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return serve(exchange, endpoints);
            }
        };
    }

    private Verdict serve(Exchange exchange, Endpoints endpoints) {
        Head head = exchange.request();
        String query = head.text(head.queryFrom(), head.queryTo());
        Endpoints.Found found = endpoints.find(head.text(head.methodFrom(), head.methodTo()), head.text(head.pathFrom(), head.pathTo()),
                query.isEmpty() ? "" : query.substring(1));
        if (found.refusal() != null) {
            found.refusal().send(exchange);
            return Verdict.ANSWERED;
        }
        if (!places.tryAcquire()) {
            Answer.error(503, COMMANDS_MAX + " commands wait already").with(FieldName.RETRY_AFTER, "1").send(exchange);
            return Verdict.ANSWERED;
        }
        long wait = exchange.suspension();
        thread.execute(() -> run(found.command(), found.request(), answer -> exchange.loop().executeSurely(() -> {
            if (exchange.isSuspended(wait)) {
                answer.send(exchange);
            }
        })));
        return Verdict.SUSPENDED;
    }

    private void run(Command command, Request request, Consumer<Answer> sink) {
        try {
            Outcome outcome = command.run(request);
            if (outcome instanceof Outcome.Later later) {
                look(later.look(), sink);
            } else {
                finish((Answer) outcome, sink);
            }
        } catch (InterruptedException e) {
            finish(Answer.error(503, "the process ends"), sink);
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error bug) {
            crashed(bug, sink);
        }
    }

    private void look(Supplier<Answer> look, Consumer<Answer> sink) {
        try {
            Answer answer = look.get();
            if (answer == null) {
                ScheduledFuture<?> unused = thread.schedule(() -> look(look, sink), LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                finish(answer, sink);
            }
        } catch (RuntimeException | Error bug) {
            crashed(bug, sink);
        }
    }

    private void crashed(Throwable bug, Consumer<Answer> sink) {
        journal.error("admin: internal error: " + bug + (bug.getStackTrace().length == 0 ? "" : " <- " + bug.getStackTrace()[0]));
        finish(Answer.error(500, "internal error; the journal says more"), sink);
    }

    private void finish(Answer answer, Consumer<Answer> sink) {
        places.release();
        sink.accept(answer);
    }

    /** What waits is dropped, what runs is interrupted. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
