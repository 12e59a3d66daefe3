package weir.http;

import java.nio.ByteBuffer;

/**
 * A response's status line and field lines as bytes that outlive the message, with the index in front: what was parsed once is
 * a {@link Head} again without parsing. Framing is not part of it. Nothing is allocated.
 *
 * <pre>
 *   length of the region: 4 | status: 2 | lines: 2 | length of the reason: 2 | lines | region: reason, CR LF, field lines, CR LF
 *   a line: id: 1 | offset of the name: 4 | length of the name: 4 | length of the value: 4
 * </pre>
 */
public final class HeadImage {
    private static final int FIXED_BYTES = 10;
    private static final int LINE_BYTES = 13;
    private static final int REGION_EXTRA = 4;           // behind the reason and behind the last line

    private HeadImage() {}

    /** How many bytes {@link #write} puts. */
    public static int bytes(Head head) {
        int bytes = FIXED_BYTES + head.reasonTo() - head.reasonFrom() + REGION_EXTRA;
        for (int i = 0; i < head.fields(); i++) {
            if (!head.isRemoved(i)) {
                bytes += LINE_BYTES + head.nameTo(i) - head.nameFrom(i) + head.valueTo(i) - head.valueFrom(i) + 4;
            }
        }
        return bytes;
    }

    /** Puts the image at {@code at}. Numbers are in the buffer's byte order. */
    public static void write(Head head, ByteBuffer out, int at) {
        int lines = 0;
        for (int i = 0; i < head.fields(); i++) {
            lines += head.isRemoved(i) ? 0 : 1;
        }
        int reason = head.reasonTo() - head.reasonFrom();
        int region = at + FIXED_BYTES + lines * LINE_BYTES;
        out.putShort(at + 4, (short) head.status()).putShort(at + 6, (short) lines).putShort(at + 8, (short) reason);
        out.put(region, head.bytes(), head.at(head.reasonFrom()), reason);
        int to = endLine(out, region, reason);
        int line = at + FIXED_BYTES;
        for (int i = 0; i < head.fields(); i++) {
            if (!head.isRemoved(i)) {
                int name = head.nameTo(i) - head.nameFrom(i);
                int value = head.valueTo(i) - head.valueFrom(i);
                out.put(line, (byte) head.id(i)).putInt(line + 1, to).putInt(line + 5, name).putInt(line + 9, value);
                line += LINE_BYTES;
                out.put(region + to, head.bytes(), head.at(head.nameFrom(i)), name);
                out.put(region + to + name, (byte) ':').put(region + to + name + 1, (byte) ' ');
                out.put(region + to + name + 2, head.bytes(), head.at(head.valueFrom(i)), value);
                to = endLine(out, region, to + name + 2 + value);
            }
        }
        out.putInt(at, endLine(out, region, to));
    }

    private static int endLine(ByteBuffer out, int region, int at) {
        out.put(region + at, (byte) '\r').put(region + at + 1, (byte) '\n');
        return at + 2;
    }

    /**
     * Makes {@code head} the response whose image stands at {@code at}. Its region is that of the image, until it is kept; its framing
     * is none yet.
     */
    public static void read(ByteBuffer image, int at, Head head) {
        int lines = image.getShort(at + 6);
        head.start(image, at + FIXED_BYTES + lines * LINE_BYTES);
        head.statusLine(image.getShort(at + 4), 0, image.getShort(at + 8), 1);
        for (int i = 0, line = at + FIXED_BYTES; i < lines; i++, line += LINE_BYTES) {
            int nameFrom = image.getInt(line + 1);
            int nameTo = nameFrom + image.getInt(line + 5);
            head.field(image.get(line), nameFrom, nameTo, nameTo + 2, nameTo + 2 + image.getInt(line + 9));
        }
        head.finish(image.getInt(at));
    }
}
