package weir.tunnel;

import java.io.IOException;
import weir.net.Deferred;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Outbox;
import weir.net.Timer;
import weir.net.Transport;
import weir.net.TransportHandler;

/**
 * Two transports joined: what one sends the other gets, and not more is read than the other takes. The end of one direction
 * is passed on as the end of that direction only (half-close); the tunnel is over when both have ended, when either breaks,
 * or when nothing moved for the idle limit. One loop's.
 */
public final class Tunnel extends Timer {
    private static final int READS_PER_EVENT = 4;

    /** Who opened the tunnel. */
    public interface Owner {
        /**
         * Both transports are closed.
         *
         * @param reason for the log; {@code ok} when both directions ended in order
         * @param clientBytes from the client to the origin
         * @param originBytes from the origin to the client
         */
        void onTunnelEnd(String reason, long clientBytes, long originBytes);
    }

    private final EventLoop loop;
    private final long idleNanos;
    private final Owner owner;
    private final Side client;
    private final Side origin;
    private boolean over;

    /** Takes over both transports and the bytes that were read from them already. */
    public Tunnel(EventLoop loop, Transport client, Inbox fromClient, Transport origin, Inbox fromOrigin, long idleNanos,
            Owner owner) {
        this.loop = loop;
        this.idleNanos = idleNanos;
        this.owner = owner;
        this.client = new Side("client", client, fromClient);
        this.origin = new Side("origin", origin, fromOrigin);
        this.client.other = this.origin;
        this.origin.other = this.client;
    }

    /** Starts to move bytes, those first that are there already. */
    public void start() {
        client.begin();
        origin.begin();
        touch();
    }

    /** Ends the tunnel at once. The owner is told. */
    public void cut(String reason) {
        if (!over) {
            over = true;
            loop.timers().cancel(this);
            boolean inOrder = "ok".equals(reason);
            client.close(inOrder);
            origin.close(inOrder);
            owner.onTunnelEnd(reason, client.bytes, origin.bytes);
        }
    }

    private void touch() {
        if (!over) {
            loop.timers().set(this, loop.nowNanos() + idleNanos);
        }
    }

    @Override
    protected void onExpired(long nowNanos) {
        cut("timeout-tunnel");
    }

    private final class Side implements TransportHandler, Outbox.Owner, Deferred {
        private final String name;
        private final Transport transport;
        private final Inbox inbox;
        private final Outbox outbox;
        private Side other;
        private boolean blocked;           // the other side takes no more for now
        private boolean endPassedOn;
        private boolean resumeQueued;
        private long bytes;

        Side(String name, Transport transport, Inbox inbox) {
            this.name = name;
            this.transport = transport;
            this.inbox = inbox;
            this.outbox = new Outbox(loop, transport, this);
        }

        void begin() {
            transport.handler(this);
            if (!inbox.settle()) {
                cut("memory");
            } else {
                resume();
            }
        }

        void close(boolean inOrder) {
            inbox.close();
            outbox.close();
            if (inOrder) {
                transport.close();
            } else {
                transport.abort();
            }
        }

        @Override
        public void onReadable() throws IOException {
            if (blocked) {
                transport.reading(false);
            } else {
                pull();
            }
        }

        private void pull() throws IOException {
            for (int i = 0; i < READS_PER_EVENT && !over; i++) {
                int n = inbox.fill(transport, bytes > 256 << 10);
                if (n < 0) {
                    transport.reading(false);
                    break;
                }
                if (n > 0) {
                    touch();
                    push();
                }
                if (!inbox.filledUp(n) || blocked) {
                    break;
                }
            }
            afterMove();
        }

        private void push() {
            int taken = other.outbox.write(inbox.bytes(), inbox.from(), inbox.to());
            bytes += taken;
            inbox.consume(taken);
            blocked = inbox.length() > 0;
        }

        private void afterMove() {
            if (over) {
                return;
            }
            if (!inbox.settle()) {
                cut("memory");
            } else if (inbox.hasEnded() && inbox.length() == 0 && other.outbox.isEmpty() && !other.outbox.isBroken()) {
                passEndOn();
            }
        }

        private void passEndOn() {
            if (endPassedOn) {
                return;
            }
            endPassedOn = true;
            if (other.endPassedOn) {
                cut("ok");
                return;
            }
            try {
                other.transport.shutdownOutput();
            } catch (IOException e) {
                cut(other.name + "-gone: " + e.getMessage());
            }
        }

        @Override
        public void onWritable() {
            outbox.onWritable();
        }

        /** The other side's bytes found room here. */
        @Override
        public void onDrained() {
            touch();
            if (other.blocked || other.inbox.hasEnded()) {
                other.resume();
            }
        }

        private void resume() {
            if (!resumeQueued) {
                resumeQueued = true;
                loop.defer(this);
            }
        }

        @Override
        public void runDeferred() {
            resumeQueued = false;
            if (over) {
                return;
            }
            try {
                if (inbox.length() > 0) {
                    push();
                }
                if (!blocked && !inbox.hasEnded()) {
                    pull();
                } else {
                    afterMove();
                }
                if (!over && !blocked && !inbox.hasEnded()) {
                    transport.reading(true);
                }
            } catch (IOException e) {
                onFailed(e);
            }
        }

        @Override
        public void onBroken(String reason) {
            cut("memory".equals(reason) ? reason : name + "-gone: " + reason);
        }

        @Override
        public void onFailed(IOException cause) {
            cut(name + "-gone: " + cause.getMessage());
        }
    }
}
