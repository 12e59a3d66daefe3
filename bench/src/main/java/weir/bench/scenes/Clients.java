package weir.bench.scenes;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that ask at a steady rate on kept connections, and note how long each answer took. A kept connection that is closed
 * before a byte of the answer is what every client has to expect: the request is sent once more, and that is counted apart.
 */
final class Clients implements AutoCloseable {
    private static final byte[] REQUEST = "GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int TIMEOUT_MILLIS = 5_000;

    private final int port;
    private final long pauseNanos;
    private final AtomicBoolean over = new AtomicBoolean();
    private final LongAdder failed = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final List<Client> clients = new ArrayList<>();

    /** When an answer came, and how long it took; -1 for a failure. */
    private record Sample(long atNanos, long nanos) {}

    Clients(int port, int count, int perSecond) {
        this.port = port;
        pauseNanos = 1_000_000_000L * count / perSecond;
        for (int i = 0; i < count; i++) {
            clients.add(new Client());
        }
        clients.forEach(Thread::start);
    }

    private final class Client extends Thread {
        private final List<Sample> samples = new ArrayList<>(100_000);
        private Socket socket;
        private InputStream in;
        private boolean used;

        @Override
        public void run() {
            long next = System.nanoTime() + (long) (Math.random() * pauseNanos);
            while (!over.get()) {
                LockSupport.parkNanos(next - System.nanoTime());
                long start = System.nanoTime();
                boolean good = ask(true);
                long end = System.nanoTime();
                samples.add(new Sample(end, good ? end - start : -1));
                if (!good) {
                    failed.increment();
                    drop();
                }
                next = Math.max(next + pauseNanos, end - 10 * pauseNanos);
            }
            drop();
        }

        private boolean ask(boolean again) {
            boolean kept = used;
            try {
                if (socket == null) {
                    socket = new Socket();
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(TIMEOUT_MILLIS);
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
                    in = socket.getInputStream();
                }
                socket.getOutputStream().write(REQUEST);
                used = true;
                int first = in.read();
                if (first < 0) {
                    return kept && again && onceMore();
                }
                return readAnswer(first);
            } catch (IOException e) {
                return kept && again && !(e instanceof java.net.SocketTimeoutException) && onceMore();
            }
        }

        private boolean onceMore() {
            lost.increment();
            drop();
            return ask(false);
        }

        private boolean readAnswer(int first) throws IOException {
            StringBuilder head = new StringBuilder().append((char) first);
            while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
                int b = in.read();
                if (b < 0) {
                    return false;
                }
                head.append((char) b);
            }
            if (!head.substring(9, 12).equals("200") || in.readNBytes(Origin.bodyBytes()).length != Origin.bodyBytes()) {
                return false;
            }
            if (head.indexOf("Connection: close") >= 0) {
                drop();
            }
            return true;
        }

        private void drop() {
            used = false;
            if (socket != null) {
                try {
                    socket.close();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                socket = null;
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        over.set(true);
        for (Client client : clients) {
            client.join();
        }
    }

    // ---- after the end

    long failed() {
        return failed.sum();
    }

    /** Kept connections that were closed in the moment of their use. */
    long lost() {
        return lost.sum();
    }

    long answered() {
        return clients.stream().mapToLong(client -> client.samples.size()).sum() - failed();
    }

    /** The 99th percentile of answers that came in this time, in microseconds; failures count as endless. */
    double p99Micros(long fromNanos, long toNanos) {
        long[] nanos = clients.stream().flatMap(client -> client.samples.stream()).filter(sample -> sample.atNanos - fromNanos >= 0 && sample.atNanos - toNanos < 0)
                .mapToLong(sample -> sample.nanos < 0 ? Long.MAX_VALUE : sample.nanos).sorted().toArray();
        return nanos.length == 0 ? Double.NaN : nanos[Math.min(nanos.length - 1, nanos.length * 99 / 100)] / 1e3;
    }

    /** From when on the 99th percentile of each half second stays below a bound, in seconds since {@code fromNanos}. */
    double calmAfterSeconds(long fromNanos, long toNanos, double boundMicros) {
        long half = 500_000_000L;
        long calm = fromNanos;
        for (long at = fromNanos; at + half <= toNanos; at += half) {
            if (!(p99Micros(at, at + half) <= boundMicros)) {
                calm = at + half;
            }
        }
        return (calm - fromNanos) / 1e9;
    }

    /** The longest of all answers, in milliseconds. */
    double longestMillis() {
        return Arrays.stream(clients.stream().flatMap(client -> client.samples.stream()).mapToLong(Sample::nanos).toArray()).max().orElse(0) / 1e6;
    }
}
