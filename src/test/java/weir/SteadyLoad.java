package weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Clients that ask without a pause, each on a connection of its own, and check every answer. An origin has to answer with the
 * path. Closing it ends them.
 */
public final class SteadyLoad implements AutoCloseable {
    private static final int FAILURES_MAX = 100;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong served = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private final Supplier<InetSocketAddress> proxy;
    private final int requestsEach;

    private SteadyLoad(Supplier<InetSocketAddress> proxy, int clientCount, int requestsEach) {
        this.proxy = proxy;
        this.requestsEach = requestsEach;
        for (int i = 0; i < clientCount; i++) {
            int client = i;
            clients.add(new Thread(() -> run(client), "load-" + i));
        }
        clients.forEach(Thread::start);
    }

    /** Kept-alive connections. */
    public static SteadyLoad on(InetSocketAddress proxy, int clients) {
        return new SteadyLoad(() -> proxy, clients, Integer.MAX_VALUE);
    }

    /** A new connection after so many requests. @param proxy asked for each connection */
    public static SteadyLoad reconnecting(Supplier<InetSocketAddress> proxy, int clients, int requestsEach) {
        return new SteadyLoad(proxy, clients, requestsEach);
    }

    private void run(int client) {
        long request = 0;
        while (!over.get() && failures.size() < FAILURES_MAX) {
            try (RawConnection connection = RawConnection.to(proxy.get())) {
                for (int i = 0; i < requestsEach && !over.get(); i++) {
                    String path = "/" + client + "/" + request++;
                    String head = connection.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
                    String body = head.startsWith("HTTP/1.1 200 ") ? connection.readBytes(path.length()) : "";
                    if (!body.equals(path)) {
                        failures.add(path + " got " + (head.isEmpty() ? "nothing" : head.lines().findFirst().orElse("")) + ' ' + body);
                        break;
                    }
                    served.incrementAndGet();
                    if (head.contains("Connection: close")) {
                        break;
                    }
                }
            } catch (RuntimeException | AssertionError e) {
                failures.add("client " + client + ": " + e);
            }
        }
    }

    /** Waits until so many more requests were served. */
    public void serve(long more) {
        long wanted = served.get() + more;
        Await.until(more + " more requests", () -> served.get() >= wanted || !failures.isEmpty());
    }

    public long served() {
        return served.get();
    }

    /** What went wrong so far. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Ends the clients, and asserts that nothing went wrong. */
    public void endWithoutFailure() {
        close();
        assertThat(failures()).isEmpty();
    }

    @Override
    public void close() {
        over.set(true);
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
