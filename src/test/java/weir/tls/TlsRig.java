package weir.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import weir.exchange.FaultyTransport;
import weir.exchange.SimulatedLoop;
import weir.exchange.TlsPeer;
import weir.exchange.TlsSides;
import weir.net.Transport;
import weir.net.TransportHandler;

/**
 * One {@link TlsTransport} with its owner, and the JDK's engine at the other end of a network in memory. Both ends send, read
 * and end as the seed has it; what each has got so far stands in {@link #nearGot} and {@link #farGot}.
 */
final class TlsRig implements TransportHandler, TlsTransport.Owner {
    private static final int STEPS_MAX = 1_000_000;

    private record Step(String what, Runnable action) {}

    final ByteArrayOutputStream nearGot = new ByteArrayOutputStream();
    final ByteArrayOutputStream farGot = new ByteArrayOutputStream();
    final FaultyTransport wire;
    final TlsPeer far;
    private final SimulatedLoop loop;
    private final Random random;
    private final boolean eager;                // reads with as much room as there is in the server
    private byte[] nearSends = new byte[0];
    private byte[] farSends = new byte[0];
    private int nearSent;
    private int farSent;
    private boolean nearEnds;
    private boolean farEnds;
    private boolean reads = true;
    private boolean writes;
    private Transport near;
    boolean established;
    boolean nearSawEnd;
    boolean refused;
    IOException failure;

    /** @param client whether the near end is the client */
    TlsRig(SimulatedLoop loop, TlsSides sides, TlsVersion version, boolean client, boolean shortened, Random random) throws IOException {
        this.loop = loop;
        this.random = random;
        eager = random.nextInt(3) == 0;
        wire = new FaultyTransport(random, shortened, random.nextBoolean(), client);
        if (client) {
            far = new TlsPeer(sides.origin(version), wire, random);
            loop.connector((own, peer, handler) -> {
                wire.handler(handler);
                return wire;
            });
            near = sides.server(443).connect(loop.tls(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 443), 1_000_000_000L, this);
            wire.fireConnected(true);
        } else {
            if (random.nextBoolean()) {
                sides.visit(loop, version, random);
            }
            far = new TlsPeer(sides.client(version), wire, random);
            near = TlsTransport.accept(loop.tls(), wire, sides.listener(), this);
        }
    }

    /** @param ends whether this direction ends behind the content */
    TlsRig nearSends(byte[] content, boolean ends) {
        nearSends = content;
        nearEnds = ends;
        return this;
    }

    TlsRig farSends(byte[] content, boolean ends) {
        farSends = content;
        farEnds = ends;
        return this;
    }

    // ---- the near end's owner

    @Override
    public void onEstablished(TlsTransport transport) {
        established = true;
        transport.handler(this);
        wantWrites(true);
    }

    @Override
    public void onRefused(TlsTransport transport) {
        refused = true;
    }

    @Override
    public void onConnected() {
        established = true;
        wantWrites(true);
    }

    private void wantWrites(boolean wanted) {
        writes = wanted;
        near.writing(wanted);
    }

    @Override
    public void onReadable() throws IOException {
        if (!reads) {
            throw new AssertionError("told of bytes that nobody wants");
        }
        for (int i = random.nextInt(3); i >= 0 && !nearSawEnd; i--) {
            int room = eager ? 65_536 : random.nextInt(4) == 0 ? 1 + random.nextInt(10) : 1 + random.nextInt(20_000);
            ByteBuffer into = random.nextBoolean() ? ByteBuffer.allocate(room + 2) : ByteBuffer.allocateDirect(room + 2);
            into.position(1).limit(1 + room);
            int n = near.read(into);
            if (n != into.position() - 1 && n >= 0 || n < 0 && into.position() != 1) {
                throw new AssertionError("read says " + n + ", and " + (into.position() - 1) + " bytes came");
            }
            byte[] got = new byte[Math.max(0, n)];
            into.get(1, got);
            nearGot.writeBytes(got);
            nearSawEnd = n < 0;
        }
        if (nearSawEnd) {
            reads = false;
            near.reading(false);
        } else if (random.nextInt(8) == 0) {
            reads = false;
            near.reading(false);
        }
    }

    @Override
    public void onWritable() throws IOException {
        if (!writes) {
            throw new AssertionError("told of room that nobody wants");
        }
        int left = nearSends.length - nearSent;
        if (left > 0) {
            int most = random.nextInt(3) == 0 ? 1 + random.nextInt(left) : left;
            int first = random.nextInt(most + 1);
            ByteBuffer content = ByteBuffer.wrap(nearSends, nearSent, most);
            long taken;
            if (random.nextBoolean()) {
                ByteBuffer head = content.duplicate().limit(nearSent + first);
                ByteBuffer rest = content.duplicate().position(nearSent + first);
                taken = near.write(head, rest);
                if (head.hasRemaining() && rest.position() > nearSent + first || taken != most - head.remaining() - rest.remaining()) {
                    throw new AssertionError("write says " + taken + " of " + head + " and " + rest);
                }
            } else {
                taken = near.write(content);
            }
            nearSent += (int) taken;
        }
        if (nearSent == nearSends.length) {
            wantWrites(false);
            if (nearEnds) {
                near.shutdownOutput();
            }
        }
    }

    @Override
    public void onFailed(IOException cause) {
        failure = cause;
        near.close();
    }

    // ---- the seed's choices

    /** Does one thing after the other until nothing is left to be done. */
    void play() {
        if (play(STEPS_MAX)) {
            throw new AssertionError("goes on for ever");
        }
    }

    /** Does so many things at most. @return whether more could be done */
    boolean play(int steps) {
        List<Step> possible = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            possible.clear();
            collect(possible);
            if (possible.isEmpty()) {
                return false;
            }
            possible.get(random.nextInt(possible.size())).action.run();
            loop.settle();
        }
        return true;
    }

    private void collect(List<Step> possible) {
        if (wire.isReadable()) {
            possible.add(new Step("readable", wire::fireReadable));
        }
        if (wire.isWritable()) {
            possible.add(new Step("writable", wire::fireWritable));
        }
        if (loop.helpers().hasTask()) {
            possible.add(new Step("helper", this::help));
        }
        if (far.canMove()) {
            possible.add(new Step("far moves", far::move));
        }
        if (far.peerReadable() > 0) {
            possible.add(new Step("far reads", () -> farGot.writeBytes(far.peerRead(1 + random.nextInt(far.peerReadable())))));
        }
        if (far.peerCanSend() && (farSent < farSends.length || farEnds)) {
            possible.add(new Step("far sends", this::farSend));
        }
        if (established && !reads && !nearSawEnd && near.isOpen()) {
            possible.add(new Step("near reads again", () -> {
                reads = true;
                near.reading(true);
            }));
        }
    }

    private void help() {
        loop.helpers().runOne(random);
        loop.turn(0);
    }

    private void farSend() {
        if (random.nextInt(6) == 0) {
            far.seal(farSends, 0, 0);                        // a record without content
        }
        if (farSent < farSends.length) {
            farSent += far.peerSend(farSends, farSent, farSent + 1 + random.nextInt(farSends.length - farSent));
        } else {
            farEnds = false;
            far.peerEnd();
        }
    }

    /** Sends this, and ends the stream below somewhere in it, or behind it. */
    void farStops(byte[] more, boolean behind) {
        farSends = Arrays.copyOf(farSends, farSent + more.length);
        System.arraycopy(more, 0, farSends, farSent, more.length);
        farSent += far.peerSend(farSends, farSent, farSends.length);
        for (int i = behind ? STEPS_MAX : random.nextInt(3); i > 0 && far.canMove() && wire.isOpen(); i--) {
            far.move();
        }
        wire.peerClose();
    }

    void assertNearGotPart() {
        byte[] got = nearGot.toByteArray();
        int differ = Arrays.mismatch(farSends, 0, Math.min(farSent, got.length), got, 0, got.length);
        if (differ >= 0) {
            throw new AssertionError("near got " + got.length + " bytes of " + farSent + ", the first that differs is " + differ);
        }
    }

    /** What the near end owns. */
    Transport near() {
        return near;
    }

    /** Whether everything was handed over. */
    boolean allSent() {
        return nearSent == nearSends.length && farSent == farSends.length;
    }

    void assertFarGotAll() {
        assertSame("far", nearSends, nearSent, farGot.toByteArray());
    }

    void assertNearGotAll() {
        assertSame("near", farSends, farSent, nearGot.toByteArray());
    }

    private static void assertSame(String who, byte[] sent, int length, byte[] got) {
        int differ = Arrays.mismatch(sent, 0, length, got, 0, got.length);
        if (differ >= 0) {
            throw new AssertionError(who + " got " + got.length + " bytes of " + length + ", the first that differs is " + differ);
        }
    }

    void close() {
        near.close();
        play();
        loop.turn(6_000_000_000L);
        if (wire.isOpen()) {
            throw new AssertionError("still open: " + wire);
        }
        if (loop.loop().lentByConnections() != 0) {
            throw new AssertionError(loop.loop().lentByConnections() + " buffers are lent");
        }
    }

    @Override
    public String toString() {
        return "near sent " + nearSent + '/' + nearSends.length + " got " + nearGot.size() + (nearSawEnd ? " end" : "") + ", far sent " + farSent + '/'
                + farSends.length + " got " + farGot.size() + ", reads " + reads + " writes " + writes + "; " + wire + "; " + far
                + (failure == null ? "" : "; " + failure);
    }
}
