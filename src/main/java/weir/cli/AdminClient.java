package weir.cli;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Asks the admin listener of a weir one thing, on a connection of its own. Every wait and every length is bounded. */
final class AdminClient {
    private static final int HEAD_BYTES_MAX = 16 << 10;
    private static final int BODY_BYTES_MAX = 64 << 20;

    private final SocketAddress address;
    private final String host;
    private final String token;

    /** @param body JSON; or what else came */
    record Answer(int status, String body) {}

    /** @param host for the field Host. @param token empty for none */
    AdminClient(SocketAddress address, String host, String token) {
        this.address = address;
        this.host = host;
        this.token = token;
    }

    /**
     * Asks.
     *
     * @param target path and query, percent-encoded
     * @param nanosMax for all of it
     * @throws IOException nobody is there, or does not speak HTTP, or takes longer
     */
    Answer ask(String method, String target, long nanosMax) throws IOException {
        String request = method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n";
        long start = System.nanoTime();
        try (Selector selector = Selector.open();
                SocketChannel channel = address instanceof UnixDomainSocketAddress ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            if (!channel.connect(address)) {
                await(key, SelectionKey.OP_CONNECT, start, nanosMax);
                channel.finishConnect();
            }
            ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    await(key, SelectionKey.OP_WRITE, start, nanosMax);
                }
            }
            return read(channel, key, start, nanosMax);
        }
    }

    private static void await(SelectionKey key, int operation, long start, long nanosMax) throws IOException {
        long left = nanosMax - (System.nanoTime() - start);
        key.interestOps(operation);
        if (left <= 0 || key.selector().select(waiting -> { }, Math.max(1, left / 1_000_000)) == 0 && System.nanoTime() - start >= nanosMax) {
            throw new SocketTimeoutException("no answer within " + nanosMax / 1_000_000_000 + " s");
        }
    }

    private static Answer read(SocketChannel channel, SelectionKey key, long start, long nanosMax) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(HEAD_BYTES_MAX);
        int bodyFrom = -1;
        int length = -1;
        String head = "";
        while (bodyFrom < 0 || in.position() < bodyFrom + length) {
            if (!in.hasRemaining()) {
                if (bodyFrom < 0) {
                    throw new IOException("what answers there is no weir: its head is too long");
                }
                in = ByteBuffer.allocate(Math.min(bodyFrom + length, in.capacity() * 2)).put(in.flip());
            }
            int n = channel.read(in);
            if (n < 0) {
                throw new EOFException(in.position() == 0 ? "the connection was closed without an answer" : "the answer broke off");
            }
            if (n == 0) {
                await(key, SelectionKey.OP_READ, start, nanosMax);
            } else if (bodyFrom < 0) {
                head = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
                bodyFrom = head.indexOf("\r\n\r\n") + 4;
                bodyFrom = bodyFrom < 4 ? -1 : bodyFrom;
                length = bodyFrom < 0 ? -1 : length(head.substring(0, bodyFrom));
            }
        }
        return new Answer(Integer.parseInt(head.substring(9, 12)), new String(in.array(), bodyFrom, length, StandardCharsets.UTF_8));
    }

    private static int length(String head) throws IOException {
        if (!head.matches("(?s)HTTP/1\\.1 [1-5][0-9][0-9] .*")) {
            throw new IOException("what answers there is no weir");
        }
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).matches("content-length: [0-9]{1,9}")) {
                int length = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
                if (length <= BODY_BYTES_MAX) {
                    return length;
                }
            }
        }
        throw new IOException("what answers there is no weir: no usable Content-Length");
    }
}
