package weir.exchange;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import weir.http.ClientStream;
import weir.http.Head;
import weir.net.EventLoop;
import weir.net.Inbox;
import weir.net.Protection;
import weir.net.Transport;

/** A client in memory: remembers what it was sent, and takes as much of the content as it is told to. */
final class ClientDouble implements ClientStream {
    final List<Integer> statuses = new ArrayList<>();
    final List<String> heads = new ArrayList<>();
    final ByteArrayOutputStream content = new ByteArrayOutputStream();
    /** So many bytes are taken, then no more. */
    int room = Integer.MAX_VALUE;
    boolean ended;
    boolean cut;
    private final EventLoop loop;
    private final InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    ClientDouble(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public InetSocketAddress peer() {
        return here;
    }

    @Override
    public InetSocketAddress local() {
        return here;
    }

    @Override
    public Protection protection() {
        return null;
    }

    @Override
    public int versionMinor() {
        return 1;
    }

    @Override
    public void requestContent() {}

    @Override
    public void refuseContent() {}

    @Override
    public void sendInterim(Head head) {}

    @Override
    public void sendHead(Head head, boolean last) {
        statuses.add(head.status());
        ByteBuffer lines = ByteBuffer.allocate(head.length());
        head.copyFieldLines(lines);
        heads.add(new String(lines.array(), 0, lines.position(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public void sendBare(int status) {
        statuses.add(status);
    }

    @Override
    public void sendUpgrade(Head head) {}

    @Override
    public int write(ByteBuffer bytes, int from, int to) {
        int taken = Math.min(room, to - from);
        for (int i = 0; i < taken; i++) {
            content.write(bytes.get(from + i));
        }
        room -= taken;
        return taken;
    }

    @Override
    public void end(Head trailers) {
        ended = true;
    }

    @Override
    public void abort() {
        cut = true;
    }

    @Override
    public Transport takeOver(Inbox rest) {
        return null;
    }

    @Override
    public void released() {}

    @Override
    public long bytesSent() {
        return 0;
    }
}
