package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.Await;
import weir.net.Resolver;
import weir.observe.Journal;

/** SRV records from a name server of the test's own, asked by the JDK's client. */
class SrvMembersTest {
    private static final Server LINE = new Server(Server.Kind.SRV, "_http._tcp.app.test", 0, 1, false, List.of());
    private static final int SRV = 33;

    /** Answers every question with the same SRV records, over UDP. */
    private static final class NameServer implements AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final AtomicReference<List<SrvLookup.Srv>> records;
        private final Thread thread = new Thread(this::run);

        NameServer(List<SrvLookup.Srv> first) throws SocketException {
            records = new AtomicReference<>(first);
            thread.start();
        }

        private void run() {
            byte[] question = new byte[512];
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(question, question.length);
                    socket.receive(packet);
                    byte[] answer = answer(question, packet.getLength());
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (SocketException e) {
                // closed
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** RFC 1035 §4.1: header, the question as it came, and one record after the other. */
        private byte[] answer(byte[] question, int length) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.write(question, 0, 2);
            out.writeShort(0x8580);
            out.writeShort(1);
            out.writeShort(records.get().size());
            out.writeInt(0);
            int end = 12;
            while (question[end] != 0) {
                end += question[end] + 1;
            }
            assertThat(end + 5).isLessThanOrEqualTo(length);
            out.write(question, 12, end + 5 - 12);
            for (SrvLookup.Srv record : records.get()) {
                ByteArrayOutputStream target = new ByteArrayOutputStream();
                for (String label : record.target().split("\\.", -1)) {
                    target.write(label.length());
                    target.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
                }
                target.write(0);
                out.writeShort(0xc00c);
                out.writeShort(SRV);
                out.writeShort(1);
                out.writeInt(1);
                out.writeShort(6 + target.size());
                out.writeShort(record.priority());
                out.writeShort(record.weight());
                out.writeShort(record.port());
                target.writeTo(out);
            }
            return bytes.toByteArray();
        }

        @Override
        public void close() {
            socket.close();                                  // ends the thread
        }
    }

    private static Resolver resolver() {
        return new Resolver(1, host -> host.startsWith("gone") ? fail(host) : new InetAddress[] {InetAddress.getLoopbackAddress()},
                new Journal(new PrintStream(PrintStream.nullOutputStream())));
    }

    private static InetAddress[] fail(String host) throws UnknownHostException {
        throw new UnknownHostException(host);
    }

    @Test
    void prioritiesAreTiersAndWeightsFitThePools() throws Exception {
        try (NameServer dns = new NameServer(List.of(new SrvLookup.Srv(20, 0, 9090, "backup.test"), new SrvLookup.Srv(10, 60_000, 8080, "a.test"),
                new SrvLookup.Srv(10, 30_000, 8081, "gone.test"))); Resolver resolver = resolver()) {
            AtomicReference<List<Member>> found = new AtomicReference<>();
            SrvMembers members = new SrvMembers(LINE, resolver, 1_000_000, new SrvLookup("dns://127.0.0.1:" + dns.socket.getLocalPort()));
            try (Membership.Watch watch = members.watch(found::set)) {
                Await.until("the records", () -> found.get() != null);
                assertThat(found.get()).extracting(Member::name, Member::tier, Member::weight, member -> member.addresses().size())
                        .containsExactly(tuple("a.test:8080", 0, 1000, 1),
                                tuple("gone.test:8081", 0, 500, 0),
                                tuple("backup.test:9090", 1, 1, 1));
                dns.records.set(List.of(new SrvLookup.Srv(1, 5, 7000, "new.test")));
                Await.until("the other record", () -> found.get().size() == 1);
                assertThat(found.get().get(0)).extracting(Member::name, Member::weight).containsExactly("new.test:7000", 5);
                watch.refresh();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'0 0 0 .', false", "'1 2 80 a.test.', true", "'1 2 80', false", "'x 2 80 a.', false", "'1 2 70000 a.', false"})
    void takesOnlyWholeRecords(String text, boolean good) {
        assertThat(SrvLookup.parse(text) != null).isEqualTo(good);
    }
}
