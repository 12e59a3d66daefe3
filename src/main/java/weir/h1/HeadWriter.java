package weir.h1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.HttpDate;
import weir.http.Method;
import weir.http.Status;
import weir.net.Outbox;

/**
 * Writes heads anew from what was understood (RFC 9112 §3 to §6): start line, Host, framing and Connection are ours, every
 * other field line is copied as bytes. Allocates nothing.
 */
final class HeadWriter {
    /** What a head may take beyond its region, of which no byte is written twice: names, framing, Connection, Date. */
    private static final int OWN_BYTES_MAX = 512;

    private static final byte[] VERSION_CRLF = ascii(" HTTP/1.1\r\n");
    private static final byte[] VERSION = ascii("HTTP/1.1 ");
    private static final byte[] HOST = ascii("Host: ");
    private static final byte[] LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] TE_TRAILERS = ascii("TE: trailers\r\nConnection: TE\r\n");
    private static final byte[] UPGRADE_TE = ascii("TE: trailers\r\nConnection: upgrade, TE\r\nUpgrade: ");
    private static final byte[] UPGRADE = ascii("Connection: upgrade\r\nUpgrade: ");
    private static final byte[] EXPECT = ascii("Expect: 100-continue\r\n");
    private static final byte[] DATE = ascii("Date: ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] END_OF_CHUNKS = ascii("0\r\n");

    private HeadWriter() {}

    static void request(Head head, Outbox to) {
        ByteBuffer out = to.stage(head.length() + OWN_BYTES_MAX);
        copy(head, head.methodFrom(), head.methodTo(), out);
        out.put((byte) ' ');
        if (head.pathTo() == head.pathFrom()) {
            out.put((byte) (head.method() == Method.OPTIONS && head.queryTo() == head.queryFrom() ? '*' : '/'));
        } else {
            copy(head, head.pathFrom(), head.pathTo(), out);
        }
        copy(head, head.queryFrom(), head.queryTo(), out);
        out.put(VERSION_CRLF).put(HOST);
        copy(head, head.authorityFrom(), head.authorityTo(), out);
        out.put(CRLF);
        head.copyFieldLines(out);
        if (head.framing() == BodyFraming.CHUNKED) {
            out.put(CHUNKED);
        } else if (head.contentLength() >= 0) {
            length(head.contentLength(), out);
        }
        if (head.expectsContinue()) {
            out.put(EXPECT);
        }
        if (head.wantsUpgrade()) {
            out.put(head.acceptsTrailers() ? UPGRADE_TE : UPGRADE);
            copy(head, head.upgradeFrom(), head.upgradeTo(), out);
            out.put(CRLF);
        } else if (head.acceptsTrailers()) {
            out.put(TE_TRAILERS);
        }
        out.put(CRLF);
    }

    /** A 1xx response but 101: no framing, no Connection. */
    static void interim(Head head, Outbox to) {
        ByteBuffer out = to.stage(head.length() + OWN_BYTES_MAX);
        statusLine(head, out);
        head.copyFieldLines(out);
        out.put(CRLF);
    }

    static void upgrade(Head head, Outbox to) {
        ByteBuffer out = to.stage(head.length() + OWN_BYTES_MAX);
        statusLine(head, out);
        head.copyFieldLines(out);
        out.put(UPGRADE);
        copy(head, head.upgradeFrom(), head.upgradeTo(), out);
        out.put(CRLF).put(CRLF);
    }

    /**
     * @param framing how the end of this body is marked on the wire
     * @param close the connection ends after this response
     * @param keepAlive say that it does not, as HTTP/1.0 needs to hear
     */
    static void response(Head head, BodyFraming framing, boolean close, boolean keepAlive, long wallMillis, Outbox to) {
        ByteBuffer out = to.stage(head.length() + OWN_BYTES_MAX);
        statusLine(head, out);
        head.copyFieldLines(out);
        if (!head.has(FieldName.DATE)) {                            // RFC 9110 §6.6.1: who forwards adds what is missing
            out.put(DATE).put(HttpDate.bytes(wallMillis)).put(CRLF);
        }
        if (framing == BodyFraming.CHUNKED) {
            out.put(CHUNKED);
        } else if (head.contentLength() >= 0 && head.status() != 204) {
            length(head.contentLength(), out);
        }
        if (close) {
            out.put(CLOSE);
        } else if (keepAlive) {
            out.put(KEEP_ALIVE);
        }
        out.put(CRLF);
    }

    /** A response without content that ends the connection. */
    static void bare(int status, long wallMillis, Outbox to) {
        ByteBuffer out = to.stage(OWN_BYTES_MAX);
        out.put(Status.line(status)).put(DATE).put(HttpDate.bytes(wallMillis)).put(CRLF);
        length(0, out);
        out.put(CLOSE).put(CRLF);
    }

    /** The last chunk, the trailer section and the end. @param trailers or null */
    static void endOfChunks(Head trailers, Outbox to) {
        ByteBuffer out = to.stage((trailers == null ? 0 : trailers.length()) + 16);
        out.put(END_OF_CHUNKS);
        if (trailers != null) {
            trailers.copyFieldLines(out);
        }
        out.put(CRLF);
    }

    private static void statusLine(Head head, ByteBuffer out) {
        int status = head.status();
        out.put(VERSION).put((byte) ('0' + status / 100)).put((byte) ('0' + status / 10 % 10)).put((byte) ('0' + status % 10));
        out.put((byte) ' ');
        copy(head, head.reasonFrom(), head.reasonTo(), out);
        out.put(CRLF);
    }

    private static void length(long length, ByteBuffer out) {
        out.put(LENGTH);
        decimal(length, out);
        out.put(CRLF);
    }

    private static void decimal(long value, ByteBuffer out) {
        int digits = 1;
        for (long v = value; v >= 10; v /= 10) {
            digits++;
        }
        int at = out.position();
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            out.put(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        out.position(at + digits);
    }

    private static void copy(Head head, int from, int to, ByteBuffer out) {
        int at = out.position();
        out.put(at, head.bytes(), head.at(from), to - from).position(at + to - from);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
