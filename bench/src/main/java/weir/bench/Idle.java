package weir.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections that have asked once and are kept open beside another load: what they cost in memory, and what they cost those that work.
 *
 * @param load runs while they idle
 */
record Idle(int connections, Load load) implements Load {
    private static final int HEAD_BYTES_MAX = 4096;
    private static final int SETTLE_SECONDS = 5;
    private static final Map<Contender, Long> BEFORE = new ConcurrentHashMap<>();       // memory of each, before any connection idled: what was theirs is not given back

    @Override
    public Result run(Contender contender, int seconds) throws IOException, InterruptedException {
        List<SocketChannel> open = new ArrayList<>();
        Long before = BEFORE.get(contender);
        if (before == null) {
            load.run(contender, SETTLE_SECONDS);
            before = contender.residentBytes();
            BEFORE.put(contender, before);
        }
        try {
            for (int i = 0; i < connections; i++) {
                open.add(ask(contender));
            }
            long bytes = (contender.residentBytes() - before) / connections;
            Result result = load.run(contender, seconds);
            return new Result(result.requests(), result.trouble(), result.latency(), bytes);
        } finally {
            for (SocketChannel each : open) {
                each.close();
            }
        }
    }

    private static SocketChannel ask(Contender contender) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), contender.plainPort()));
        channel.write(ByteBuffer.wrap("GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer answer = ByteBuffer.allocate(HEAD_BYTES_MAX);
        while (!new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1).endsWith("xxx")) {
            if (channel.read(answer) < 0) {
                throw new IOException(contender.name() + " closed a connection");
            }
        }
        return channel;
    }
}
