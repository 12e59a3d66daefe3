package weir.h1;

import java.nio.ByteBuffer;
import weir.buffer.Scan;
import weir.http.FieldName;
import weir.http.Head;

/**
 * Parses start line and field lines (RFC 9112 §2 to §5) where they were read, and fills a {@link Head} with offsets.
 * Stops at any byte and resumes: a line is taken when it is complete; of a partial line only the place up to which no
 * control byte was seen is remembered, so that a head that arrives byte by byte costs no more than a few times its length.
 * What is wrong with a head does not depend on the pieces in which it came: at most, a fault that is no control byte shows
 * only with the end of its line.
 *
 * <pre>
 *   START_LINE -line-> FIELDS -empty line-> DONE      any -bad byte or limit-> FAULT
 * </pre>
 *
 * One connection, one loop: not thread safe. Allocates nothing.
 */
final class HeadParser {
    enum Kind { REQUEST, RESPONSE, TRAILERS }

    enum Result { MORE, DONE, FAULT }

    /** Longest method that is passed on: above any registered one (RFC 9110 §16.1.1). */
    private static final int METHOD_BYTES_MAX = 32;
    /** Empty lines before a request line that are passed over (RFC 9112 §2.2 asks for at least one). */
    private static final int EMPTY_LINES_MAX = 2;

    /** Most heads are smaller; of a larger one more is looked at in the next go. */
    private static final int WINDOW_BYTES = 2 << 10;

    private static final byte CR = '\r';
    private static final byte LF = '\n';
    private static final long HTTP_1_1 = 0x312e312f50545448L;           // "HTTP/1.1", little endian
    private static final long HTTP_1_0 = 0x302e312f50545448L;
    private static final short COLON_BLANK = 0x203a;
    private static final short CRLF = 0x0a0d;                           // little endian
    private final Kind kind;
    private final int headBytesMax;
    private final int fieldLinesMax;
    private final int targetBytesMax;

    private HeadScan scan;
    private boolean inFields;
    private int lineStart;             // of the line that is not complete yet, relative to the message
    private int scanned;               // up to here the partial line holds no control byte, relative to the message
    private int emptyLines;
    private Fault fault;

    /**
     * @param headBytesMax whole head in bytes, above it {@link Fault#HEAD_TOO_LARGE}
     * @param fieldLinesMax field lines, above it {@link Fault#FIELDS_TOO_MANY}
     * @param targetBytesMax request-target in bytes, above it {@link Fault#TARGET_TOO_LONG}
     */
    HeadParser(Kind kind, int headBytesMax, int fieldLinesMax, int targetBytesMax) {
        this.kind = kind;
        this.headBytesMax = headBytesMax;
        this.fieldLinesMax = fieldLinesMax;
        this.targetBytesMax = targetBytesMax;
        reset();
    }

    /** Ready for the next message. */
    void reset() {
        inFields = kind == Kind.TRAILERS;
        lineStart = 0;
        scanned = 0;
        emptyLines = 0;
        fault = null;
    }

    /** What is wrong, after {@link Result#FAULT}. */
    Fault fault() {
        return fault;
    }

    /** Whether any byte but empty lines has been seen of this message: a peer that closes before it has sent nothing. */
    boolean hasBegun() {
        return inFields && kind != Kind.TRAILERS || scanned > lineStart;
    }

    /**
     * Looks at {@code in[from, to)}: all that is there of the message so far, from its first byte on. The caller has called
     * {@link Head#start} with this place (and {@link Head#moved} when the bytes moved since).
     *
     * @return DONE: {@link Head#length()} bytes belong to the head
     */
    Result parse(ByteBuffer in, int from, int to, Head head) {
        boolean cut = to - from > headBytesMax;
        int length = cut ? headBytesMax : to - from;
        // A line that was seen in part is looked at again only when its end has come, or a byte that no line may hold.
        if (scanned > lineStart && !cut && Scan.indexOfControl(in, from + scanned, to) < 0) {
            scanned = length;
            return Result.MORE;
        }
        if (scan == null) {
            scan = HeadScan.ofThisLoop();
        }
        for (int window = WINDOW_BYTES; ; window *= 4) {
            int offset = lineStart;
            int end = Math.min(length - offset, window);
            int next = lines(scan.copy(in, from + offset, end), offset, end, head);
            if (next != LINE_MORE) {
                return next == LINE_DONE ? Result.DONE : Result.FAULT;
            }
            if (offset + end == length) {
                return more(in, from, length, cut);
            }
        }
    }

    private Result more(ByteBuffer in, int from, int length, boolean cut) {
        if (cut) {
            fault = inFields || kind == Kind.RESPONSE ? Fault.HEAD_TOO_LARGE : Fault.TARGET_TOO_LONG;
            return Result.FAULT;
        }
        scanned = length;
        if (scanned > lineStart && in.get(from + length - 1) == CR) {
            scanned--;                                              // whether it is a bare one, the next byte says
        }
        return Result.MORE;
    }

    private static final int LINE_MORE = -1;
    private static final int LINE_FAULT = -2;
    private static final int LINE_DONE = -3;

    /**
     * Takes the lines of {@code b[0, end)}; zeroes follow. Here and below places are those in {@code b}, and
     * {@code offset} is that of its first byte in the message.
     *
     * @return LINE_MORE, LINE_FAULT or LINE_DONE
     */
    private int lines(byte[] b, int offset, int end, Head head) {
        int line = 0;
        int next = 0;
        while (next >= 0 && !inFields) {
            line = next;
            next = kind == Kind.REQUEST ? requestLine(b, offset, line, end, head) : statusLine(b, offset, line, end, head);
        }
        while (next >= 0) {
            line = next;
            next = fieldLine(b, offset, line, end, head);
        }
        lineStart = offset + line;
        return next;
    }

    private int fault(Fault what) {
        fault = what;
        return LINE_FAULT;
    }

    // ---- start lines

    private int requestLine(byte[] b, int offset, int line, int end, Head head) {
        int methodTo = HeadScan.tokenEnd(b, line);
        if (methodTo - line > METHOD_BYTES_MAX) {
            return fault(Fault.METHOD_TOO_LONG);
        }
        if (b[methodTo] != ' ' || methodTo == line) {
            return noMethod(b, line, methodTo, end);
        }
        int target = methodTo + 1;
        int targetTo = HeadScan.targetEnd(b, target);
        if (targetTo - target > targetBytesMax) {
            return fault(Fault.TARGET_TOO_LONG);
        }
        if (b[targetTo] != ' ' || targetTo == target) {
            return targetTo == end ? LINE_MORE : fault(noTarget(b[targetTo]));
        }
        int minor = version(b, targetTo + 1, end, CR);
        if (minor < 0) {
            return minor;
        }
        int lineEnd = targetTo + 9;
        if (HeadScan.pair(b, lineEnd) != CRLF) {
            return lineEnd + 1 == end ? LINE_MORE : fault(Fault.BARE_CR);
        }
        head.requestLine(offset + line, offset + methodTo, offset + target, offset + targetTo, minor);
        inFields = true;
        return lineEnd + 2;
    }

    private int noMethod(byte[] b, int line, int stop, int end) {
        if (stop == end) {
            return LINE_MORE;
        }
        if (stop > line || b[line] != CR) {
            return fault(stop == line && b[line] == LF ? Fault.BARE_LF : Fault.METHOD_INVALID);
        }
        if (line + 1 == end) {
            return LINE_MORE;
        }
        if (b[line + 1] != LF) {
            return fault(Fault.BARE_CR);
        }
        return ++emptyLines > EMPTY_LINES_MAX ? fault(Fault.METHOD_INVALID) : line + 2;
    }

    private static Fault noTarget(byte stop) {
        return switch (stop) {
            case ' ' -> Fault.TARGET_EMPTY;
            case '#' -> Fault.TARGET_FRAGMENT;
            case CR, LF -> Fault.VERSION_INVALID;                       // HTTP/0.9
            default -> Fault.TARGET_CONTROL;
        };
    }

    /** Reads {@code HTTP/1.x} followed by {@code after}. @return the minor version, or LINE_MORE or LINE_FAULT */
    private int version(byte[] b, int at, int end, byte after) {
        long word = HeadScan.word(b, at);
        if ((word == HTTP_1_1 || word == HTTP_1_0) && b[at + 8] == after) {
            return word == HTTP_1_1 ? 1 : 0;
        }
        for (int i = 0; i < 9; i++) {
            if (at + i == end) {
                return LINE_MORE;
            }
            byte c = b[at + i];
            boolean fits = i < 5 ? c == "HTTP/".charAt(i) : i == 6 ? c == '.' : i == 8 ? c == after : c >= '0' && c <= '9';
            if (!fits) {
                return fault(i == 8 && c == LF ? Fault.BARE_LF : Fault.VERSION_INVALID);
            }
        }
        return fault(Fault.VERSION_UNSUPPORTED);
    }

    private int statusLine(byte[] b, int offset, int line, int end, Head head) {
        int minor = version(b, line, end, (byte) ' ');
        if (minor < 0) {
            return minor;
        }
        int status = 0;
        for (int i = line + 9; i < line + 12; i++) {
            if (i == end) {
                return LINE_MORE;
            }
            int digit = b[i] - '0';
            if (digit < 0 || digit > 9) {
                return fault(Fault.STATUS_LINE_INVALID);
            }
            status = status * 10 + digit;
        }
        if (status < 100 || status > 599) {
            return fault(Fault.STATUS_INVALID);
        }
        int reason = line + 12;
        if (reason == end) {
            return LINE_MORE;
        }
        // RFC 9112 §4: the space before the reason phrase is not optional; many servers leave it away with the phrase.
        if (b[reason] == ' ') {
            reason++;
        } else if (b[reason] != CR) {
            return fault(Fault.STATUS_LINE_INVALID);
        }
        int reasonTo = lineEnd(b, reason, end);
        if (reasonTo < 0) {
            return reasonTo;
        }
        head.statusLine(status, offset + reason, offset + reasonTo, minor);
        inFields = true;
        return reasonTo + 2;
    }

    // ---- field lines

    /** The end of the head. */
    private int emptyLine(byte[] b, int offset, int line, int end, Head head) {
        if (HeadScan.pair(b, line) != CRLF) {
            return line + 1 == end ? LINE_MORE : fault(Fault.BARE_CR);
        }
        head.finish(offset + line + 2);
        return LINE_DONE;
    }

    private int fieldLine(byte[] b, int offset, int line, int end, Head head) {
        int p = line;
        long word = HeadScan.word(b, p);
        long stop = HeadScan.noLetters(word);
        while (stop == 0) {
            p += Long.BYTES;
            word = HeadScan.word(b, p);
            stop = HeadScan.noLetters(word);
        }
        int nameTo = p + HeadScan.firstByte(stop);
        if (HeadScan.pair(b, nameTo) != COLON_BLANK || nameTo == line) {
            return rareLine(b, offset, line, end, head);
        }
        // On from this very word, whose letters stop no search, and not from the colon: the place of the next line then hangs
        // on one search only, and what the name is goes on beside it.
        stop = HeadScan.noText(word);
        while (stop == 0) {
            p += Long.BYTES;
            stop = HeadScan.noText(HeadScan.word(b, p));
        }
        int lineEnd = p + HeadScan.firstByte(stop);
        if (HeadScan.pair(b, lineEnd) != CRLF) {
            lineEnd = lineEnd(b, lineEnd, end);
            if (lineEnd < 0) {
                return lineEnd;
            }
        }
        return field(b, offset, line, nameTo, lineEnd, head, FieldName.idOf(b, line, nameTo));
    }

    private int field(byte[] b, int offset, int line, int nameTo, int lineEnd, Head head, int id) {
        if (head.fields() == fieldLinesMax) {
            return fault(Fault.FIELDS_TOO_MANY);
        }
        int value = nameTo + 2;
        if (b[value] <= ' ' || b[value - 1] != ' ') {
            value = skipBlanks(b, nameTo + 1);
        }
        int valueTo = lineEnd;
        if (b[lineEnd - 1] <= ' ') {
            valueTo = trimBlanks(b, value, lineEnd);
        }
        head.field(id, offset + line, offset + nameTo, offset + value, offset + valueTo);
        return lineEnd + 2;
    }

    /** A line whose name is not made of letters and hyphens, or that is no field line, or not complete. */
    private int rareLine(byte[] b, int offset, int line, int end, Head head) {
        int nameTo = HeadScan.tokenEnd(b, line);
        if (nameTo == end) {
            return LINE_MORE;
        }
        if (b[line] == CR) {
            return emptyLine(b, offset, line, end, head);
        }
        if (nameTo == line || b[nameTo] != ':') {
            return notAName(b, line, nameTo);
        }
        int lineEnd = lineEnd(b, nameTo + 1, end);
        if (lineEnd < 0) {
            return lineEnd;
        }
        int id = FieldName.idOf(b, line, nameTo);
        int next = field(b, offset, line, nameTo, lineEnd, head, id);
        if (next >= 0 && id < 0 && FieldName.isLookAlike(b, line, nameTo)) {
            head.remove(head.fields() - 1);     // many origins read X_Forwarded_For as X-Forwarded-For: nobody may forge that
        }
        return next;
    }

    /** What is wrong with a line that does not start with a name and a colon. */
    private int notAName(byte[] b, int line, int stop) {
        byte c = b[stop];
        if (stop > line) {
            return fault(isBlank(c) ? Fault.SPACE_BEFORE_COLON
                    : c == CR || c == LF ? Fault.COLON_MISSING : Fault.NAME_INVALID);
        }
        return fault(isBlank(c) ? Fault.OBS_FOLD
                : c == LF ? Fault.BARE_LF : c == ':' ? Fault.NAME_EMPTY : Fault.NAME_INVALID);
    }

    /** The place of the CR of the CRLF that ends this line, or LINE_MORE or LINE_FAULT. */
    private int lineEnd(byte[] b, int from, int end) {
        int p = HeadScan.textEnd(b, from);
        if (HeadScan.pair(b, p) == CRLF) {
            return p;
        }
        if (p == end || p + 1 == end && b[p] == CR) {
            return LINE_MORE;
        }
        return fault(b[p] == CR ? Fault.BARE_CR : b[p] == LF ? Fault.BARE_LF : Fault.CONTROL_IN_VALUE);
    }

    private static int skipBlanks(byte[] b, int from) {
        int p = from;
        while (isBlank(b[p])) {
            p++;
        }
        return p;
    }

    private static int trimBlanks(byte[] b, int from, int to) {
        int p = to;
        while (p > from && isBlank(b[p - 1])) {
            p--;
        }
        return p;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
