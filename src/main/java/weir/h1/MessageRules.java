package weir.h1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import weir.buffer.Scan;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;

/**
 * Decides what a parsed head means: where the body ends (RFC 9112 §6), whether the connection stays open (§9.3), which
 * authority, path and query the request-target names (§3.2). Takes the hop-by-hop fields out of the index (RFC 9110
 * §7.6.1), so that nobody behind passes them on: each hop writes its own.
 *
 * <p>Stateless but for scratch of one call; one loop's. Allocates nothing.
 */
final class MessageRules {
    private static final byte[] CLOSE = ascii("close");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] TE = ascii("te");
    private static final byte[] UPGRADE = ascii("upgrade");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] TRAILERS = ascii("trailers");
    private static final byte[] CONTINUE = ascii("100-continue");
    private static final byte[][] KNOWN_CODINGS = {
        ascii("gzip"), ascii("x-gzip"), ascii("deflate"), ascii("compress"), ascii("x-compress"),
    };

    /**
     * Fields that a Connection option never removes: framing and routing read them, or a server behind trusts them, and a
     * client that could have them dropped by naming them would change what the request means on the way.
     */
    private static final Set<FieldName> NEVER_HOP_BY_HOP = EnumSet.of(FieldName.HOST, FieldName.CONTENT_LENGTH,
            FieldName.TRANSFER_ENCODING, FieldName.EXPECT, FieldName.MAX_FORWARDS, FieldName.AUTHORIZATION, FieldName.COOKIE,
            FieldName.CACHE_CONTROL, FieldName.FORWARDED, FieldName.X_FORWARDED_FOR, FieldName.X_FORWARDED_HOST,
            FieldName.X_FORWARDED_PORT, FieldName.X_FORWARDED_PROTO, FieldName.X_REAL_IP, FieldName.X_CLIENT_CERT_SUBJECT,
            FieldName.X_CLIENT_CERT_FINGERPRINT, FieldName.CLIENT_CERT, FieldName.CLIENT_CERT_CHAIN);

    /** The fields that {@link #field} looks at. */
    private static final long ACTED_ON = bits(EnumSet.of(FieldName.CONTENT_LENGTH, FieldName.TRANSFER_ENCODING, FieldName.TE,
            FieldName.UPGRADE, FieldName.KEEP_ALIVE, FieldName.PROXY_CONNECTION, FieldName.PROXY_AUTHORIZATION,
            FieldName.PROXY_AUTHENTICATE, FieldName.HTTP2_SETTINGS, FieldName.HOST, FieldName.EXPECT));

    /** Each option is looked for among all fields: 16,000 options of one letter would cost milliseconds. */
    private static final int OPTIONS_MAX = 100;

    private long length;               // -1: no Content-Length
    private boolean coded;             // any Transfer-Encoding
    private boolean chunked;           // the last coding so far is chunked
    private int codings;
    private int options;
    private boolean codingUnknown;
    private boolean chunkedTwiceOrEarly;
    private boolean close;
    private boolean keepAlive;
    private boolean upgradeNamed;
    private boolean teTrailers;
    private boolean expects;
    private int upgradeField;
    private int hosts;

    // ---- requests

    /** @param secure whether the request came over TLS @return what is wrong, or null */
    Fault request(Head head, boolean secure) {
        Fault fault = fields(head, true);
        if (fault != null) {
            return fault;
        }
        if (hosts == 0 && head.versionMinor() > 0) {
            return Fault.HOST_MISSING;
        }
        fault = framing(head);
        if (fault != null) {
            return fault;
        }
        if (chunked) {
            head.framing(BodyFraming.CHUNKED, -1);
        } else if (length > 0) {
            head.framing(BodyFraming.LENGTH, length);
        } else {
            head.framing(BodyFraming.NONE, length);
        }
        head.hop(head.versionMinor() > 0 ? !close : keepAlive && !close, teTrailers, expects && head.versionMinor() > 0);
        if (upgradeNamed && upgradeField >= 0 && head.versionMinor() > 0) {
            head.upgrade(head.valueFrom(upgradeField), head.valueTo(upgradeField));
        }
        return target(head, secure);
    }

    /** RFC 9112 §3.2: origin-form, absolute-form, authority-form (CONNECT only), asterisk-form (OPTIONS only). */
    private Fault target(Head head, boolean secure) {
        ByteBuffer b = head.bytes();
        int from = head.targetFrom();
        int to = head.targetTo();
        int hostFrom = head.authorityFrom();
        int hostTo = head.authorityTo();
        byte first = b.get(head.at(from));
        if (head.method() == Method.CONNECT) {
            boolean valid = to > from && Authority.isValid(b, head.at(from), head.at(to), true);
            head.target(from, to, to, to, to, to);
            return valid ? null : Fault.TARGET_FORM;
        }
        if (first == '/') {
            origin(head, hostFrom, hostTo, from, to);
            return null;
        }
        if (first == '*' && to - from == 1) {
            head.target(hostFrom, hostTo, from, to, to, to);
            return head.method() == Method.OPTIONS ? null : Fault.TARGET_FORM;
        }
        return absolute(head, from, to, secure);
    }

    private static void origin(Head head, int authorityFrom, int authorityTo, int from, int to) {
        int query = Scan.indexOf(head.bytes(), head.at(from), head.at(to), (byte) '?');
        int pathTo = query < 0 ? to : query - head.at(0);
        head.target(authorityFrom, authorityTo, from, pathTo, pathTo, to);
    }

    /** The authority of an absolute-form target is the one that counts; Host is replaced (RFC 9112 §3.2.2). */
    private static Fault absolute(Head head, int from, int to, boolean secure) {
        ByteBuffer b = head.bytes();
        int scheme = schemeLength(head, from, to);
        if (scheme == 0) {
            return Scan.indexOf(b, head.at(from), head.at(to), (byte) ':') >= 0 ? Fault.TARGET_SCHEME : Fault.TARGET_FORM;
        }
        if (scheme == 8 != secure) {
            return Fault.MISDIRECTED;
        }
        int authorityFrom = from + scheme;
        int authorityTo = authorityFrom;
        while (authorityTo < to && "/?".indexOf(b.get(head.at(authorityTo))) < 0) {
            authorityTo++;
        }
        if (Scan.indexOf(b, head.at(authorityFrom), head.at(authorityTo), (byte) '@') >= 0) {
            return Fault.TARGET_USERINFO;
        }
        if (authorityFrom == authorityTo || !Authority.isValid(b, head.at(authorityFrom), head.at(authorityTo), false)) {
            return Fault.TARGET_AUTHORITY;
        }
        origin(head, authorityFrom, authorityTo, authorityTo, to);
        return null;
    }

    /** 7 for {@code http://}, 8 for {@code https://}, 0 for anything else. */
    private static int schemeLength(Head head, int from, int to) {
        ByteBuffer b = head.bytes();
        for (int length = 7; length <= 8; length++) {
            byte[] scheme = length == 7 ? HTTP : HTTPS;
            if (to - from >= length && Scan.equalsIgnoreCase(b, head.at(from), head.at(from + length), scheme)) {
                return length;
            }
        }
        return 0;
    }

    private static final byte[] HTTP = ascii("http://");
    private static final byte[] HTTPS = ascii("https://");

    // ---- responses

    /**
     * @param request the request that this response answers
     * @return what is wrong, or null
     */
    Fault response(Head head, Method request) {
        Fault fault = fields(head, false);
        if (fault == null) {
            fault = framing(head);
        }
        if (fault != null) {
            return fault;
        }
        int status = head.status();
        if (request == Method.HEAD || status < 200 || status == 204 || status == 304) {
            head.framing(BodyFraming.NONE, length);         // the length is what a GET would have had: passed on, not read
        } else if (chunked) {
            head.framing(BodyFraming.CHUNKED, -1);
        } else if (length >= 0) {
            head.framing(BodyFraming.LENGTH, length);
        } else {
            head.framing(BodyFraming.UNTIL_CLOSE, -1);
        }
        boolean stays = head.versionMinor() > 0 ? !close : keepAlive && !close;
        head.hop(stays && head.framing() != BodyFraming.UNTIL_CLOSE, false, false);
        if (upgradeField >= 0) {
            head.upgrade(head.valueFrom(upgradeField), head.valueTo(upgradeField));
        }
        return null;
    }

    // ---- both

    private Fault fields(Head head, boolean request) {
        length = -1;
        coded = chunked = codingUnknown = chunkedTwiceOrEarly = false;
        close = keepAlive = upgradeNamed = teTrailers = expects = false;
        codings = hosts = options = 0;
        upgradeField = -1;
        for (long names = head.names() & ACTED_ON; names != 0; names &= names - 1) {
            FieldName name = FieldName.of(Long.numberOfTrailingZeros(names));
            for (int i = head.find(name); i >= 0; i = head.findAfter(name, i)) {
                Fault fault = field(head, i, name, request);
                if (fault != null) {
                    return fault;
                }
            }
        }
        // Options may name any other field: only now is the framing known, which they may not touch.
        for (int i = head.find(FieldName.CONNECTION); i >= 0; i = head.findAfter(FieldName.CONNECTION, i)) {
            connection(head, i);
            head.remove(i);
        }
        return options > OPTIONS_MAX ? Fault.OPTIONS_TOO_MANY : null;
    }

    private Fault field(Head head, int i, FieldName name, boolean request) {
        switch (name) {
            case CONTENT_LENGTH:
                head.remove(i);
                return contentLength(head, i);
            case TRANSFER_ENCODING:
                head.remove(i);
                codings(head, i);
                return null;
            case TE:
                head.remove(i);
                teTrailers |= holdsToken(head, i, TRAILERS);
                return null;
            case UPGRADE:
                head.remove(i);
                upgradeField = upgradeField < 0 ? i : upgradeField;
                return null;
            case KEEP_ALIVE, PROXY_CONNECTION, PROXY_AUTHORIZATION, PROXY_AUTHENTICATE, HTTP2_SETTINGS:
                head.remove(i);
                return null;
            case HOST:
                return request ? host(head, i) : null;
            case EXPECT:
                return request ? expect(head, i) : null;
            default:
                throw new AssertionError(name);
        }
    }

    private Fault host(Head head, int i) {
        head.remove(i);
        if (++hosts > 1) {
            return Fault.HOST_DUPLICATE;
        }
        int from = head.valueFrom(i);
        int to = head.valueTo(i);
        if (from < to && !Authority.isValid(head.bytes(), head.at(from), head.at(to), false)) {
            return Fault.HOST_INVALID;
        }
        head.authority(from, to);
        return null;
    }

    private Fault expect(Head head, int i) {
        if (head.versionMinor() == 0) {
            return null;                                    // RFC 9110 §10.1.1: ignored
        }
        head.remove(i);
        expects = true;
        return head.valueIs(i, CONTINUE) ? null : Fault.EXPECTATION_UNKNOWN;
    }

    private Fault contentLength(Head head, int i) {
        long value = Scan.decimal(head.bytes(), head.at(head.valueFrom(i)), head.at(head.valueTo(i)));
        if (value < 0) {
            return Fault.LENGTH_INVALID;
        }
        if (length >= 0 && length != value) {
            return Fault.LENGTH_DIFFERS;
        }
        length = value;
        return null;
    }

    private void codings(Head head, int i) {
        coded = true;
        int to = head.valueTo(i);
        int from = head.valueFrom(i);
        do {
            int comma = head.listEnd(from, to);
            int codingFrom = head.skipBlanks(from, comma);
            int codingTo = head.trimBlanks(codingFrom, comma);
            if (codingTo > codingFrom) {
                coding(head, codingFrom, codingTo);
            }
            from = comma + 1;
        } while (from < to);
    }

    private void coding(Head head, int from, int to) {
        codings++;
        chunkedTwiceOrEarly |= chunked;
        chunked = Scan.equalsIgnoreCase(head.bytes(), head.at(from), head.at(to), CHUNKED);
        if (!chunked) {
            boolean known = false;
            for (byte[] coding : KNOWN_CODINGS) {
                known |= Scan.equalsIgnoreCase(head.bytes(), head.at(from), head.at(to), coding);
            }
            codingUnknown |= !known;
        }
    }

    /** RFC 9112 §6.1 and §6.3: whatever two servers could read in two ways is refused. */
    private Fault framing(Head head) {
        if (!coded) {
            return null;
        }
        if (head.versionMinor() == 0) {
            return Fault.CODING_IN_OLD_VERSION;
        }
        if (length >= 0) {
            return Fault.LENGTH_WITH_CODING;
        }
        if (chunkedTwiceOrEarly || codings == 0) {
            return Fault.CODING_NOT_FINAL;
        }
        if (codingUnknown || chunked && codings > 1) {
            return Fault.CODING_UNKNOWN;
        }
        return chunked ? null : Fault.CODING_NOT_FINAL;
    }

    private void connection(Head head, int field) {
        if (head.valueIs(field, KEEP_ALIVE)) {
            keepAlive = true;                               // all that most clients ever say
            return;
        }
        int to = head.valueTo(field);
        for (int from = head.valueFrom(field); from < to && ++options <= OPTIONS_MAX; ) {
            int comma = head.listEnd(from, to);
            int optionFrom = head.skipBlanks(from, comma);
            int optionTo = head.trimBlanks(optionFrom, comma);
            option(head, optionFrom, optionTo);
            from = comma + 1;
        }
    }

    private void option(Head head, int from, int to) {
        ByteBuffer b = head.bytes();
        if (Scan.equalsIgnoreCase(b, head.at(from), head.at(to), KEEP_ALIVE)) {
            keepAlive = true;
        } else if (Scan.equalsIgnoreCase(b, head.at(from), head.at(to), CLOSE)) {
            close = true;
        } else if (Scan.equalsIgnoreCase(b, head.at(from), head.at(to), UPGRADE)) {
            upgradeNamed = true;
        } else if (from < to && !Scan.equalsIgnoreCase(b, head.at(from), head.at(to), TE)) {
            removeNamed(head, from, to);
        }
    }

    private static void removeNamed(Head head, int from, int to) {
        int id = FieldName.idOf(head.bytes(), head.at(from), head.at(to));
        if (id >= 0) {
            FieldName name = FieldName.of(id);
            if (!NEVER_HOP_BY_HOP.contains(name) && name != FieldName.CONNECTION) {
                head.removeAll(name);
            }
            return;
        }
        for (int i = 0, n = head.fields(); i < n; i++) {
            if (head.id(i) == FieldName.UNKNOWN && sameIgnoreCase(head, from, to, i)) {
                head.remove(i);
            }
        }
    }

    private static boolean sameIgnoreCase(Head head, int from, int to, int field) {
        int name = head.nameFrom(field);
        if (head.nameTo(field) - name != to - from) {
            return false;
        }
        ByteBuffer b = head.bytes();
        for (int i = 0; i < to - from; i++) {
            if (lower(b.get(head.at(from + i))) != lower(b.get(head.at(name + i)))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }

    private static boolean holdsToken(Head head, int field, byte[] lowerCase) {
        int to = head.valueTo(field);
        for (int from = head.valueFrom(field); from < to; ) {
            int comma = head.listEnd(from, to);
            if (Scan.equalsIgnoreCase(head.bytes(), head.at(head.skipBlanks(from, comma)),
                    head.at(head.trimBlanks(from, comma)), lowerCase)) {
                return true;
            }
            from = comma + 1;
        }
        return false;
    }

    private static long bits(Set<FieldName> names) {
        long bits = 0;
        for (FieldName name : names) {
            bits |= 1L << name.ordinal();
        }
        return bits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
