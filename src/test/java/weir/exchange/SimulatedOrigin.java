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
    final SimulatedPeer peer;
    private final List<RandomExchange> exchanges;
    private final SimulatedClient client;
    private final Seen seen;
    private final Random random;
    private final boolean early;
    private final boolean pauses;
    private final WireReader reader = new WireReader();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int sent;
    private int pauseAt = Integer.MAX_VALUE;      // no more is sent until nothing else moves
    private int answerFrom;
    private RandomExchange answering;
    private boolean continueSent;
    private boolean answeredEarly;
    private boolean untilClose;
    private boolean closing;
    private boolean stalled;
    private boolean closed;

    /**
     * @param peer the far end of the connection, or what TLS makes of it
     * @param early answers as soon as it has the head
     * @param pauses sometimes in the middle of an answer, until what was sent must have arrived
     */
    SimulatedOrigin(FaultyTransport connection, SimulatedPeer peer, List<RandomExchange> exchanges, SimulatedClient client, Seen seen, Random random,
            boolean early, boolean pauses) {
        this.connection = connection;
        this.peer = peer;
        this.exchanges = exchanges;
        this.client = client;
        this.seen = seen;
        this.random = random;
        this.early = early;
        this.pauses = pauses;
    }

    boolean canReceive() {
        return !stalled && !closed && !connection.isConnecting()
                && (peer.peerReadable() > 0 || peer.peerSeesEnd() || peer.peerSeesReset());
    }

    void receive() {
        int there = peer.peerReadable();
        if (there == 0) {
            closed = true;
            peer.peerClose();
            return;
        }
        reader.add(peer.peerRead(random.nextInt(3) == 0 ? 1 + random.nextInt(there) : there));
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
        if (pauses && exchange.answerContent().length > 0 && random.nextBoolean()) {
            answering = exchange;
            answerFrom = out.size();
            int head = exchange.answerHeadBytes();
            pauseAt = answerFrom + head + random.nextInt(exchange.answer().length - head);
        }
        out.writeBytes(exchange.answer());
        closing |= exchange.closes();
        untilClose = exchange.untilClose();
    }

    boolean canSend() {
        return !stalled && !closed && sent < Math.min(out.size(), pauseAt) && peer.peerCanSend();
    }

    void send() {
        byte[] all = out.toByteArray();
        int most = Math.min(all.length, pauseAt) - sent;
        int piece = switch (random.nextInt(3)) {
            case 0 -> Math.min(most, 1 + random.nextInt(20));
            case 1 -> 1 + random.nextInt(most);
            default -> most;
        };
        sent += peer.peerSend(all, sent, sent + piece);
        if (sent == all.length) {
            out.reset();
            sent = 0;
            if (closing && !closed) {
                closed = true;
                if (untilClose || random.nextInt(4) > 0) {
                    peer.peerClose();
                } else {
                    peer.peerCloseSilently();                     // the answer was whole, and many origins do
                }
            }
        }
    }

    boolean isPausing() {
        return sent == pauseAt;
    }

    /** Nothing moves any more: what was sent has arrived, and the rest follows. */
    void goOn() {
        WireReader own = new WireReader();
        own.add(Arrays.copyOfRange(out.toByteArray(), answerFrom, pauseAt));
        client.checkSeen(answering, own.part(false));
        pauseAt = Integer.MAX_VALUE;
    }

    /** Some of an answer is out, and not all. */
    boolean isAnswering() {
        return sent > 0;
    }

    // ---- faults

    void stall() {
        stalled = true;
        peer.peerMute();
        peer.peerDeafen();
    }

    void reset() {
        if (!closed && !connection.isConnecting()) {
            closed = true;
            peer.peerReset();
        }
    }

    /** Ends in order, wherever it is; but where that would complete a body, in a way that says so. */
    void close() {
        if (!closed && !connection.isConnecting()) {
            closed = true;
            if (untilClose) {
                peer.peerCut();
            } else {
                peer.peerClose();
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
