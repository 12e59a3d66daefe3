package weir.exchange;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One connection of an origin: reads requests, answers them, and checks every request that looks complete. */
final class SimulatedOrigin {
    /** What all connections of a run have seen. */
    static final class Seen {
        final int[] requests;

        Seen(int count) {
            requests = new int[count];
        }
    }

    final FaultyTransport connection;
    private final List<RandomExchange> exchanges;
    private final SimulatedClient client;
    private final Seen seen;
    private final Random random;
    private final boolean early;
    private final WireReader reader = new WireReader();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int sent;
    private boolean continueSent;
    private boolean answeredEarly;
    private boolean untilClose;
    private boolean closing;
    private boolean stalled;
    private boolean closed;

    /** @param early answers as soon as it has the head */
    SimulatedOrigin(FaultyTransport connection, List<RandomExchange> exchanges, SimulatedClient client, Seen seen, Random random, boolean early) {
        this.connection = connection;
        this.exchanges = exchanges;
        this.client = client;
        this.seen = seen;
        this.random = random;
        this.early = early;
    }

    boolean canReceive() {
        return !stalled && !closed && !connection.isConnecting()
                && (connection.peerReadable() > 0 || connection.peerSeesEnd() || connection.peerSeesReset());
    }

    void receive() {
        int there = connection.peerReadable();
        if (there == 0) {
            closed = true;
            connection.peerClose();
            return;
        }
        reader.add(connection.peerRead(random.nextInt(3) == 0 ? 1 + random.nextInt(there) : there));
        String head = reader.head();
        if (head != null) {
            RandomExchange exchange = exchange(head);
            if (exchange.expects() && !continueSent) {
                continueSent = true;
                out.writeBytes(RandomExchange.ascii("HTTP/1.1 100 Continue\r\nX-Id: " + exchange.id() + "\r\n\r\n"));
            }
            if (early && !answeredEarly) {
                answeredEarly = true;
                answer(exchange);
            }
        }
        WireReader.Message request = reader.next(false, false);
        if (request != null) {
            check(exchange(request.head()), request);
        }
    }

    private RandomExchange exchange(String head) {
        return exchanges.get(Integer.parseInt(WireReader.field(head, "X-Id")));
    }

    /** A complete request is one that the client has completed, with all of its content; and one that may not come twice does not. */
    private void check(RandomExchange exchange, WireReader.Message request) {
        if (!client.hasSent(exchange.id())) {
            throw new AssertionError("request " + exchange.id() + " is complete here, and not at the client's");
        }
        if (!Arrays.equals(request.content(), exchange.content())) {
            throw new AssertionError("request " + exchange.id() + " came with " + request.content().length + " bytes of content, sent were "
                    + exchange.content().length);
        }
        if (++seen.requests[exchange.id()] > 1 && exchange.method().equals("POST")) {
            throw new AssertionError("POST " + exchange.id() + " came twice");
        }
        continueSent = false;
        if (!answeredEarly) {
            answer(exchange);
        }
        answeredEarly = false;
    }

    private void answer(RandomExchange exchange) {
        for (int i = 0; i < exchange.interims(); i++) {
            out.writeBytes(exchange.interim());
        }
        out.writeBytes(exchange.answer());
        closing |= exchange.closes();
        untilClose = exchange.untilClose();
    }

    boolean canSend() {
        return !stalled && !closed && sent < out.size() && connection.peerCanSend();
    }

    void send() {
        byte[] all = out.toByteArray();
        int most = all.length - sent;
        int piece = switch (random.nextInt(3)) {
            case 0 -> Math.min(most, 1 + random.nextInt(20));
            case 1 -> 1 + random.nextInt(most);
            default -> most;
        };
        sent += connection.peerSend(all, sent, sent + piece);
        if (sent == all.length) {
            out.reset();
            sent = 0;
            if (closing && !closed) {
                closed = true;
                connection.peerClose();
            }
        }
    }

    // ---- faults

    void stall() {
        stalled = true;
    }

    void reset() {
        if (!closed && !connection.isConnecting()) {
            closed = true;
            connection.peerReset();
        }
    }

    /** Ends in order, wherever it is; but where that would complete a body, by a reset. */
    void close() {
        if (!closed && !connection.isConnecting()) {
            if (untilClose) {
                reset();
            } else {
                closed = true;
                connection.peerClose();
            }
        }
    }

    /** Says something that nobody asked for. */
    void babble() {
        if (!closed && out.size() == 0) {
            out.writeBytes(RandomExchange.ascii("babble\r\n\r\n"));
        }
    }
}
