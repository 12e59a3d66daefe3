package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import weir.RawConnection;
import weir.RawOrigin;
import weir.TestProxy;

/** The JDK's WebSocket client through a tunnel, to an origin of raw sockets that echoes frames. */
class WebSocketTest {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";              // RFC 6455 §1.3
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static void echo(RawConnection connection) throws IOException, GeneralSecurityException {
        String head = connection.readHead();
        int at = head.indexOf("Sec-WebSocket-Key: ") + 19;
        byte[] hash = MessageDigest.getInstance("SHA-1")
                .digest((head.substring(at, head.indexOf('\r', at)) + GUID).getBytes(StandardCharsets.US_ASCII));
        connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n");
        DataInputStream in = new DataInputStream(connection.socket().getInputStream());
        int opcode;
        do {
            int first = in.readUnsignedByte();
            opcode = first & 15;
            byte[] payload = payload(in);
            send(connection.socket().getOutputStream(), first & 0xf0 | (opcode == PING ? PONG : opcode), payload);
        } while (opcode != CLOSE);
    }

    /** RFC 6455 §5.2: length in 7, 16 or 64 bits; a client's payload is masked. */
    private static byte[] payload(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() & 127;
        length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return payload;
    }

    private static void send(OutputStream out, int first, byte[] payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(10).put((byte) first);
        if (payload.length < 126) {
            head.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            head.put((byte) 126).putShort((short) payload.length);
        } else {
            head.put((byte) 127).putLong(payload.length);
        }
        out.write(head.array(), 0, head.position());
        out.write(payload);
        out.flush();
    }

    private static final class Collector implements WebSocket.Listener {
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final CompletableFuture<String> pong = new CompletableFuture<>();
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            message.writeBytes(bytes);
            if (last) {
                messages.add(message.toByteArray());
                message.reset();
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            pong.complete(StandardCharsets.US_ASCII.decode(data).toString());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
            pong.completeExceptionally(error);
        }
    }

    @Test
    void carriesMessagesOfAnySizeBothWays() throws Exception {
        try (var origin = RawOrigin.running(WebSocketTest::echo); var proxy = TestProxy.to(origin)) {
            Collector collector = new Collector();
            WebSocket socket = HttpClient.newHttpClient().newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + proxy.port() + "/chat"), collector).orTimeout(10, TimeUnit.SECONDS).join();
            assertThat(socket.sendPing(ByteBuffer.wrap("there?".getBytes(StandardCharsets.US_ASCII))).orTimeout(10, TimeUnit.SECONDS).join()).isNotNull();
            assertThat(collector.pong.get(10, TimeUnit.SECONDS)).isEqualTo("there?");
            for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536, 2_000_000}) {
                byte[] sent = new byte[length];
                new Random(length).nextBytes(sent);
                assertThat(socket.sendBinary(ByteBuffer.wrap(sent), true).orTimeout(20, TimeUnit.SECONDS).join()).isNotNull();
                assertThat(collector.messages.poll(20, TimeUnit.SECONDS)).isEqualTo(sent);
            }
            assertThat(socket.sendClose(WebSocket.NORMAL_CLOSURE, "").orTimeout(10, TimeUnit.SECONDS).join()).isNotNull();
            assertThat(collector.closed.get(10, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
            assertThat(proxy.nextEnd()).isEqualTo("ok");
            assertThat(origin.failure()).isNull();
        }
    }
}
