package weir.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Reads messages out of a growing heap of bytes, from the start of the message each time: slow and obvious. */
final class WireReader {
    /** A complete message. */
    record Message(String head, byte[] content, String trailers) {
        /** The value of the first field line of this name, or null. */
        String field(String name) {
            return WireReader.field(head, name);
        }

        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }
    }

    private byte[] bytes = new byte[1024];
    private int from;
    private int to;

    void add(byte[] more) {
        if (to + more.length > bytes.length) {
            bytes = Arrays.copyOfRange(bytes, from, from + Math.max(bytes.length * 2, to - from + more.length));
            to -= from;
            from = 0;
        }
        System.arraycopy(more, 0, bytes, to, more.length);
        to += more.length;
    }

    boolean isEmpty() {
        return from == to;
    }

    /** Start line and field lines of the message that has begun, or null. */
    String head() {
        for (int i = from; i + 4 <= to; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return new String(bytes, from, i + 4 - from, StandardCharsets.ISO_8859_1);
            }
        }
        return null;
    }

    static String field(String head, String name) {
        int at = head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ": ");
        return at < 0 ? null : head.substring(at + name.length() + 4, head.indexOf("\r\n", at + 2));
    }

    /**
     * The next message, if all of it is there.
     *
     * @param bodiless the response is to HEAD
     * @param ended the stream has ended in order: completes a body that is delimited by that
     */
    Message next(boolean bodiless, boolean ended) {
        String head = head();
        if (head == null) {
            return null;
        }
        boolean response = head.startsWith("HTTP/");
        int status = response ? Integer.parseInt(head.substring(9, 12)) : 0;
        int at = from + head.length();
        String length = field(head, "Content-Length");
        if (bodiless || response && status < 200 || status == 204 || status == 304) {
            return message(head, new byte[0], "", at);
        }
        if ("chunked".equals(field(head, "Transfer-Encoding"))) {
            return chunked(head, at);
        }
        if (length != null || !response) {
            int count = length == null ? 0 : Integer.parseInt(length);
            return to - at < count ? null : message(head, Arrays.copyOfRange(bytes, at, at + count), "", at + count);
        }
        return ended ? message(head, Arrays.copyOfRange(bytes, at, to), "", to) : null;
    }

    /** The content of the message that has begun, as far as it has come; null before its head is complete. */
    byte[] part(boolean bodiless) {
        String head = head();
        if (head == null) {
            return null;
        }
        int at = from + head.length();
        if (bodiless || !"chunked".equals(field(head, "Transfer-Encoding"))) {
            return Arrays.copyOfRange(bytes, at, bodiless ? at : to);
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (int end = lineEnd(at); end >= 0; end = lineEnd(at)) {
            int size = chunkSize(at, end);
            if (size == 0) {
                break;
            }
            content.write(bytes, end + 2, Math.min(size, to - end - 2));
            at = end + 2 + size + 2;
        }
        return content.toByteArray();
    }

    private int chunkSize(int at, int lineEnd) {
        return Integer.parseInt(text(at, lineEnd).split(";", 2)[0], 16);
    }

    private Message chunked(String head, int start) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int at = start;
        while (true) {
            int end = lineEnd(at);
            if (end < 0) {
                return null;
            }
            int size = chunkSize(at, end);
            at = end + 2;
            if (size == 0) {
                return trailers(head, content.toByteArray(), at);
            }
            if (to < at + size + 2) {
                return null;
            }
            content.write(bytes, at, size);
            at += size;
            if (bytes[at] != '\r' || bytes[at + 1] != '\n') {
                throw new AssertionError("no CRLF behind a chunk");
            }
            at += 2;
        }
    }

    private Message trailers(String head, byte[] content, int start) {
        int at = start;
        while (true) {
            int end = lineEnd(at);
            if (end < 0) {
                return null;
            }
            if (end == at) {
                return message(head, content, text(start, at), at + 2);
            }
            at = end + 2;
        }
    }

    private Message message(String head, byte[] content, String trailers, int end) {
        from = end;
        return new Message(head, content, trailers);
    }

    private int lineEnd(int at) {
        for (int i = at; i + 1 < to; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
