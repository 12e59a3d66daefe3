package weir.exchange;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A client that sends its requests, reads what it likes when it likes, and checks every response that looks complete. */
final class SimulatedClient {
    private final List<RandomExchange> exchanges;
    private final RandomFilters filters;
    private final Random random;
    private final boolean pipelined;
    private final SimulatedPeer connection;
    private final WireReader reader = new WireReader();
    private final int[] contentStart;
    private final int[] end;
    private final boolean[] continued;
    private final byte[] wire;
    private int sent;
    private int answered;
    private int interims;
    private boolean mute;
    private boolean deaf;
    private boolean closed;
    private boolean madeHere;

    SimulatedClient(List<RandomExchange> exchanges, RandomFilters filters, Random random, boolean pipelined, SimulatedPeer connection) {
        this.exchanges = exchanges;
        this.filters = filters;
        this.random = random;
        this.pipelined = pipelined;
        this.connection = connection;
        contentStart = new int[exchanges.size()];
        end = new int[exchanges.size()];
        continued = new boolean[exchanges.size()];
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < exchanges.size(); i++) {
            all.writeBytes(exchanges.get(i).head());
            contentStart[i] = all.size();
            all.writeBytes(exchanges.get(i).contentWire());
            end[i] = all.size();
        }
        wire = all.toByteArray();
    }

    /** Up to here it may send now. */
    private int sendLimit() {
        int limit = pipelined ? wire.length : answered < end.length ? end[answered] : wire.length;
        for (int i = answered; i < end.length && contentStart[i] < limit; i++) {
            if (exchanges.get(i).expects() && !continued[i]) {
                return contentStart[i];
            }
        }
        return limit;
    }

    boolean canSend() {
        return !mute && !closed && sent < sendLimit() && connection.peerCanSend();
    }

    void send() {
        int most = sendLimit() - sent;
        int piece = switch (random.nextInt(3)) {
            case 0 -> Math.min(most, 1 + random.nextInt(20));
            case 1 -> 1 + random.nextInt(most);
            default -> most;
        };
        sent += connection.peerSend(wire, sent, sent + piece);
    }

    boolean canReceive() {
        return !deaf && !closed && (connection.peerReadable() > 0 || connection.peerSeesEnd() || connection.peerSeesReset());
    }

    void receive() {
        if (connection.peerReadable() > 0) {
            int there = connection.peerReadable();
            reader.add(connection.peerRead(random.nextInt(3) == 0 ? 1 + random.nextInt(there) : there));
            readResponses(false);
        } else {
            readResponses(connection.peerSeesEnd());
            checkPart();
            close();
        }
    }

    private void readResponses(boolean ended) {
        while (!reader.isEmpty() && answered < exchanges.size()) {
            RandomExchange exchange = exchanges.get(answered);
            WireReader.Message response = reader.next(exchange.isHead(), ended);
            if (response == null) {
                return;
            }
            if (response.status() < 200) {
                interim(exchange, response);
            } else {
                check(exchange, response);
                answered++;
            }
        }
        if (!reader.isEmpty() && !madeHere) {                     // a HEAD that was cut is answered as what nobody could read
            throw new AssertionError("bytes behind the last response: " + reader.head());
        }
    }

    private void interim(RandomExchange exchange, WireReader.Message response) {
        if (!String.valueOf(exchange.id()).equals(response.field("X-Id"))) {
            throw new AssertionError("request " + exchange.id() + " got the interim response\n" + response.head());
        }
        if (response.status() == 100) {
            continued[answered] = true;
        } else {
            interims++;
        }
    }

    /** A complete response is either the whole answer to its request, or an error that was made by the proxy. */
    private void check(RandomExchange exchange, WireReader.Message response) {
        String id = response.field("X-Id");
        if (id == null) {
            madeHere = true;
            if (response.status() < 400) {
                throw new AssertionError("made by nobody:\n" + response.head());
            }
            return;
        }
        if (!id.equals(String.valueOf(exchange.id()))) {
            throw new AssertionError("request " + exchange.id() + " got the answer of " + id);
        }
        checkContent(exchange, response);
        String trailers = exchange.takesTrailers() ? exchange.trailers() : "";
        if (!response.trailers().equals(trailers)) {
            throw new AssertionError("trailers of " + exchange.id() + ": '" + response.trailers() + "', should be '" + trailers + "'");
        }
    }

    private void checkContent(RandomExchange exchange, WireReader.Message response) {
        boolean bodiless = exchange.isHead() || response.status() != 200;
        byte[] wanted = bodiless ? new byte[0] : filters.seen(exchange.answerContent());
        RandomFilters.Unpacked got = bodiless ? new RandomFilters.Unpacked(response.content(), true) : RandomFilters.read(response.head(), response.content());
        if (!Arrays.equals(got.content(), wanted)) {
            throw new AssertionError("request " + exchange.id() + " got " + got.content().length + " bytes of content, its origin sent "
                    + exchange.answerContent().length + ", which make " + (wanted == null ? "no whole" : wanted.length));
        }
        if (!bodiless && response.field("Content-Encoding") != null && !got.complete()) {
            throw new AssertionError("request " + exchange.id() + " got a part of a gzip stream as a whole response");
        }
    }

    /** What was cut is no complete gzip stream either, but where only the end of the response is missing. */
    void checkPart() {
        String head = reader.head();
        if (head == null || answered == exchanges.size() || WireReader.field(head, "X-Id") == null || !head.startsWith("HTTP/1.1 200")) {
            return;
        }
        RandomFilters.Unpacked part = part(head);
        if (part.complete() && !Arrays.equals(part.content(), filters.seen(exchanges.get(answered).answerContent()))) {
            throw new AssertionError("request " + answered + " was cut, and its content looks complete");
        }
    }

    private RandomFilters.Unpacked part(String head) {
        return RandomFilters.read(head, reader.part(exchanges.get(answered).isHead()));
    }

    /** While an origin holds the rest back: whatever can be told of what it sent is here. */
    void checkSeen(RandomExchange exchange, byte[] sent) {
        String head = reader.head();
        if (answered != exchange.id() || head == null) {
            throw new AssertionError("the head of " + exchange.id() + " was sent, and did not come");
        }
        byte[] wanted = filters.seenOfPart(sent);
        byte[] got = part(head).content();
        if (!Arrays.equals(got, wanted)) {
            throw new AssertionError("request " + exchange.id() + " has got " + got.length + " bytes of content, its origin sent " + sent.length
                    + " so far, which make " + wanted.length);
        }
    }

    /** Whether the client has handed over the whole of a request. */
    boolean hasSent(int id) {
        return sent >= end[id];
    }

    boolean isDone() {
        return answered == exchanges.size() && !madeHere;
    }

    int answered() {
        return answered;
    }

    int interims() {
        return interims;
    }

    /** Sends nothing any more. */
    void mute() {
        mute = true;
        connection.peerMute();
    }

    /** Reads nothing any more. */
    void deafen() {
        deaf = true;
        connection.peerDeafen();
    }

    void endOutput() {
        if (!closed && !mute) {
            mute = true;
            connection.peerEnd();
        }
    }

    void reset() {
        if (!closed) {
            closed = true;
            connection.peerReset();
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            connection.peerClose();
        }
    }

    @Override
    public String toString() {
        return "client sent " + sent + " of " + wire.length + (pipelined ? " pipelined" : "") + ", answered " + answered
                + (mute ? " mute" : "") + (deaf ? " deaf" : "") + (closed ? " closed" : "");
    }
}
