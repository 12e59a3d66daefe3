package weir.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import weir.buffer.SlabStore;
import weir.net.EventLoop;
import weir.net.Protection;
import weir.net.Transport;
import weir.net.TransportHandler;
import weir.observe.Journal;
import weir.observe.Metrics;

/**
 * One record of TLS 1.3 on the server's side, from content in direct memory to the socket and the other way; against the JDK's engine
 * on direct buffers, and on arrays. The socket is memory that does what the JDK does before it calls the system: it copies arrays into
 * direct memory first. So a heap buffer costs here what it costs there.
 *
 * <p>The JDK allocates for each record. What {@code decrypt} shows as allocated contains what the other side needs to encrypt.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class TlsRecordBench {
    private static final int RECORDS = 32;
    private static final int PAIRS_CHECKED = 10;
    private static final long HANDSHAKE_NANOS = 10_000_000_000L;
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final Identity IDENTITY = SelfSigned.of("bench", List.of("localhost"), Duration.ofDays(1));

    /** A connection that stands. */
    @State(Scope.Thread)
    public static class Connection {
        @Param({"weir", "direct", "heap"})
        public String by;

        /** Content: a small answer, and what fits into a record that the JDK does not split. */
        @Param({"200", "16367"})
        public int bytes;

        private final ByteBuffer content = ByteBuffer.allocateDirect(16 << 10);
        private final ByteBuffer received = ByteBuffer.allocateDirect(EventLoop.READ_BYTES);
        private final Wire wire = new Wire();
        private SSLEngine client;
        private Server server;
        private EventLoop loop;
        private long turn;

        @Setup
        public void connect() throws IOException, GeneralSecurityException {
            loop = new EventLoop(0, new SlabStore(4 << 20), new Journal(System.err));
            Metrics metrics = new Metrics(1);
            CertificateFiles unused = new CertificateFiles("bench", Path.of("unused"), null, null, 0);
            TlsListener listener = new TlsListener("bench", new ListenTls(List.of(unused), TlsVersion.TLS_1_3, List.of(), ListenTls.ClientCertificates.NONE,
                    null, null, false, HANDSHAKE_NANOS), new Identities(List.of(IDENTITY)), List.of(), List.of(), List.of(), metrics);
            client = new TlsDialer("bench", new OriginTls(false, null, List.of(), null, null, TlsVersion.TLS_1_3, HANDSHAKE_NANOS), null, null, List.of(), metrics)
                    .to("localhost", 443).engine();
            server = by.equals("weir") ? new Weir(loop, wire, listener) : new Bare(listener.engine(), wire, by.equals("direct"));
            client.beginHandshake();
            boolean moved = true;
            while (moved) {
                moved = false;
                while (step(client, wire.toClient, wire.toServer)) {
                    moved = true;
                }
                moved |= server.shake();
            }
            for (int i = 0; i < PAIRS_CHECKED; i++) {
                check(i >= PAIRS_CHECKED / 2);
            }
        }

        /**
         * What one side sends is what the other one gets.
         *
         * @param inOne whether it is one record: weir begins a connection with small ones
         */
        private void check(boolean inOne) throws IOException {
            ByteBuffer got = ByteBuffer.allocate(2 * TlsLoop.RECORD_BYTES_MAX);
            int taken = send();
            wire.toClient.flip();
            int records = 0;
            while (wire.toClient.hasRemaining()) {
                client.unwrap(wire.toClient, got);
                records++;
            }
            wire.toClient.clear();
            same(got.flip(), taken);
            arrive();
            for (int i = 0; i < RECORDS; i++) {
                int read = receive();
                same(received.flip(), read);
            }
            if (inOne && records != 1 || wire.left() != 0) {
                throw new AssertionError(records + " records, " + wire.left() + " bytes are left");
            }
        }

        private void same(ByteBuffer got, int length) {
            if (length != bytes || !got.equals(content.clear().limit(bytes))) {
                throw new AssertionError(length + " bytes: " + got);
            }
        }

        /** Content in one record. @return bytes taken */
        int send() throws IOException {
            wire.toClient.clear();
            return server.send(content.clear().limit(bytes).putLong(0, turn++));
        }

        /** There are records to be read. */
        void arrive() throws IOException {
            wire.toServer.clear();
            for (int i = 0; i < RECORDS; i++) {
                client.wrap(content.clear().limit(bytes), wire.toServer);
            }
            wire.startReading();
        }

        /** One record. @return bytes of content */
        int receive() throws IOException {
            return server.receive(received.clear());
        }

        @TearDown
        public void close() {
            if (server instanceof Weir weir) {
                weir.transport.abort();
            }
            loop.close();
        }
    }

    /** A connection whose records lie there to be read. */
    @State(Scope.Thread)
    public static class Arrivals extends Connection {
        /** No record can be decrypted twice: new ones for each call. */
        @Setup(Level.Invocation)
        public void fill() throws IOException {
            arrive();
        }
    }

    @Benchmark
    public int encrypt(Connection connection) throws IOException {
        return connection.send();
    }

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long decrypt(Arrivals connection) throws IOException {
        long sum = 0;
        for (int i = 0; i < RECORDS; i++) {
            sum += connection.receive();
        }
        if (sum != (long) RECORDS * connection.bytes) {
            throw new AssertionError(sum + " bytes in " + RECORDS + " records");
        }
        return sum;
    }

    /** One step of an engine. @return whether there was one; else the other side has to make one, or nobody */
    private static boolean step(SSLEngine engine, ByteBuffer come, ByteBuffer go) throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> TaskLane.run(engine);
            case NEED_WRAP -> engine.wrap(EMPTY, go);
            default -> {
                boolean any = come.flip().hasRemaining();
                if (any) {
                    engine.unwrap(come, ByteBuffer.allocate(TlsLoop.RECORD_BYTES_MAX));
                }
                come.compact();
                return any;
            }
        }
        return true;
    }

    /** What is measured. */
    private interface Server {
        /** Takes what has come in the handshake, and answers. @return whether there was anything to do */
        boolean shake() throws IOException;

        /** All of it. @return bytes taken */
        int send(ByteBuffer from) throws IOException;

        /** One record. @return bytes of content */
        int receive(ByteBuffer into) throws IOException;
    }

    /** By a transport, as a connection that was accepted has it. */
    private static final class Weir implements Server, TlsTransport.Owner, TransportHandler {
        private final EventLoop loop;
        private final Wire wire;
        private final TlsTransport transport;

        Weir(EventLoop loop, Wire wire, TlsListener listener) {
            this.loop = loop;
            this.wire = wire;
            transport = TlsTransport.accept(new TlsLoop(loop, null, TlsLoop.TURN_NANOS_MAX, 1), wire, listener, this);
        }

        @Override
        public boolean shake() throws IOException {
            wire.startReading();
            boolean any = wire.left() > 0;
            while (wire.left() > 0) {
                transport.onReadable();
                loop.settle();
            }
            wire.toServer.clear();
            return any;
        }

        @Override
        public int send(ByteBuffer from) throws IOException {
            return transport.write(from);
        }

        @Override
        public int receive(ByteBuffer into) throws IOException {
            return transport.read(into);
        }

        @Override
        public void onEstablished(TlsTransport established) {
            established.handler(this);
        }

        @Override
        public void onRefused(TlsTransport refused) {
            throw new AssertionError("refused");
        }

        @Override
        public void onReadable() {}

        @Override
        public void onWritable() {}

        @Override
        public void onFailed(IOException cause) {
            throw new AssertionError(cause);
        }
    }

    /** The baseline. */
    private static final class Bare implements Server {
        private final SSLEngine engine;
        private final Wire wire;
        private final ByteBuffer in;
        private final ByteBuffer out;

        Bare(SSLEngine engine, Wire wire, boolean direct) {
            this.engine = engine;
            this.wire = wire;
            in = direct ? ByteBuffer.allocateDirect(TlsLoop.RECORD_BYTES_MAX) : ByteBuffer.allocate(TlsLoop.RECORD_BYTES_MAX);
            out = direct ? ByteBuffer.allocateDirect(TlsLoop.RECORD_BYTES_MAX) : ByteBuffer.allocate(TlsLoop.RECORD_BYTES_MAX);
        }

        @Override
        public boolean shake() throws IOException {
            boolean any = false;
            while (step(engine, wire.toServer, wire.toClient)) {
                any = true;
            }
            return any;
        }

        @Override
        public int send(ByteBuffer from) throws IOException {
            int taken = engine.wrap(from, out.clear()).bytesConsumed();
            wire.write(out.flip());
            return taken;
        }

        @Override
        public int receive(ByteBuffer into) throws IOException {
            wire.read(in.clear());
            return engine.unwrap(in.flip(), into).bytesProduced();
        }
    }

    /** A socket in memory. A read gives one record. */
    private static final class Wire implements Transport {
        private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);

        private final ByteBuffer toServer = ByteBuffer.allocateDirect(2 * RECORDS * TlsLoop.RECORD_BYTES_MAX);
        private final ByteBuffer toClient = ByteBuffer.allocateDirect(2 * RECORDS * TlsLoop.RECORD_BYTES_MAX);
        private final ByteBuffer temporary = ByteBuffer.allocateDirect(2 * RECORDS * TlsLoop.RECORD_BYTES_MAX);
        private int end;

        /** What was written to the server is there to be read. */
        void startReading() {
            end = toServer.flip().limit();
        }

        int left() {
            return end - toServer.position();
        }

        @Override
        public int read(ByteBuffer into) {
            if (left() == 0) {
                return 0;
            }
            int record = 5 + (toServer.getShort(toServer.position() + 3) & 0xffff);
            int length = Math.min(record, into.remaining());
            toServer.limit(toServer.position() + length);
            if (into.isDirect()) {
                into.put(toServer);
            } else {
                into.put(temporary.clear().put(toServer).flip());
            }
            toServer.limit(end);
            return length;
        }

        @Override
        public int write(ByteBuffer from) {
            int length = from.remaining();
            if (from.isDirect()) {
                toClient.put(from);
            } else {
                toClient.put(temporary.clear().put(from).flip());
            }
            return length;
        }

        @Override
        public long write(ByteBuffer first, ByteBuffer second) {
            return write(first) + (long) write(second);
        }

        @Override
        public void handler(TransportHandler handler) {}

        @Override
        public void reading(boolean wanted) {}

        @Override
        public void writing(boolean wanted) {}

        @Override
        public void shutdownOutput() {}

        @Override
        public void close() {}

        @Override
        public void abort() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public Protection protection() {
            return null;
        }

        @Override
        public InetSocketAddress peer() {
            return HERE;
        }

        @Override
        public InetSocketAddress local() {
            return HERE;
        }
    }
}
