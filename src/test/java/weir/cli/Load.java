package weir.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import weir.Await;

/**
 * Clients that ask without end, one request after the other: half of them by a new connection for each, the others by one that
 * they keep for as long as they are not told that it ends. Every answer is looked at, and nothing is tried twice.
 */
final class Load implements AutoCloseable {
    private static final byte[] GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final long PAUSE_NANOS = 500_000;
    private static final int ANSWER_MILLIS_MAX = 20_000;

    private final InetSocketAddress address;
    private final List<Thread> clients = new ArrayList<>();
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    /** @param each how many clients of each kind */
    Load(InetSocketAddress address, int each) {
        this.address = address;
        for (int i = 0; i < 2 * each; i++) {
            boolean keeps = i % 2 == 0;
            Thread client = new Thread(() -> run(keeps), "load-" + i);
            client.setDaemon(true);
            clients.add(client);
            client.start();
        }
    }

    private void run(boolean keeps) {
        while (!stopping) {
            String doing = "connecting";
            int asked = 0;
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(ANSWER_MILLIS_MAX);
                boolean goesOn = true;
                while (goesOn && !stopping) {
                    doing = "request " + ++asked + " of a connection";
                    socket.getOutputStream().write(GET);
                    String answer = read(socket.getInputStream());
                    if (!answer.startsWith("HTTP/1.1 200 OK\r\n")) {
                        throw new IOException("answered '" + answer + "'");
                    }
                    answers.computeIfAbsent(answer.substring(answer.length() - 3), key -> new AtomicInteger()).incrementAndGet();
                    goesOn = keeps && !answer.contains("\r\nConnection: close\r\n");
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                failures.add(doing + ": " + e.getMessage());
            }
        }
    }

    /** A head, and content of three bytes; what there was of it at the end of the stream. */
    private static String read(InputStream in) throws IOException {
        byte[] bytes = new byte[4096];
        int count = 0;
        String text = "";
        while (count < bytes.length && (text.indexOf("\r\n\r\n") < 0 || text.length() < text.indexOf("\r\n\r\n") + 7)) {
            int n = in.read(bytes, count, bytes.length - count);
            if (n < 0) {
                return text;
            }
            count += n;
            text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    /** Answers with this content so far. */
    int answers(String content) {
        AtomicInteger count = answers.get(content);
        return count == null ? 0 : count.get();
    }

    /** Waits for so many more. */
    Load await(String content, int more) {
        int before = answers(content);
        Await.until(more + " more answers '" + content + "'", () -> answers(content) >= before + more);
        return this;
    }

    /** Ends it. @return what went wrong */
    List<String> failures() {
        close();
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        stopping = true;
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
