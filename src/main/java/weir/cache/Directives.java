package weir.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import weir.buffer.Scan;
import weir.http.FieldName;
import weir.http.Head;

/**
 * The cache directives of one message (RFC 9111 §5.2, RFC 5861, RFC 8246): all its Cache-Control lines as one list. Unknown
 * directives are ignored (§5.2.3). Where the list contradicts itself or a number cannot be read, the answer is the one that
 * stores and serves less (§4.2.1).
 *
 * <p>Reused for each message; one thread; allocates nothing once warm. Field name lists are offsets into the head that was parsed,
 * so that must still be what it was.
 */
final class Directives {
    /** What a greater number of seconds counts as: the RFC's own bound (RFC 9111 §1.2.2). */
    static final long SECONDS_MAX = 1L << 31;
    /** A directive of seconds that is not there. */
    static final long ABSENT = -1;
    /** More lists of field names than these make their directive one without a list, which forbids more. */
    static final int LISTS_MAX = 8;

    /** Argument: none of it matters, seconds, or field names. */
    enum Name {
        NO_CACHE("no-cache"), NO_STORE("no-store"), NO_TRANSFORM("no-transform"), ONLY_IF_CACHED("only-if-cached"),
        PRIVATE("private"), PUBLIC("public"), MUST_REVALIDATE("must-revalidate"), PROXY_REVALIDATE("proxy-revalidate"),
        MUST_UNDERSTAND("must-understand"), IMMUTABLE("immutable"),
        MAX_AGE("max-age"), S_MAXAGE("s-maxage"), MAX_STALE("max-stale"), MIN_FRESH("min-fresh"),
        STALE_WHILE_REVALIDATE("stale-while-revalidate"), STALE_IF_ERROR("stale-if-error");

        private static final Name[] ALL = values();

        @SuppressWarnings("ImmutableEnumChecker") // never written to
        private final byte[] lowerCase;

        Name(String text) {
            lowerCase = text.getBytes(StandardCharsets.US_ASCII);
        }

        int bit() {
            return 1 << ordinal();
        }

        boolean hasSeconds() {
            return ordinal() >= MAX_AGE.ordinal();
        }

        /** The name in {@code head[from, to)}, in any case, or null. */
        static Name of(Head head, int from, int to) {
            for (Name name : ALL) {
                if (Scan.equalsIgnoreCase(head.bytes(), head.at(from), head.at(to), name.lowerCase)) {
                    return name;
                }
            }
            return null;
        }
    }

    private static final byte[] NO_CACHE = Name.NO_CACHE.lowerCase;

    private final long[] seconds = new long[Name.ALL.length];
    private int present;
    private int unclear;
    private boolean targeted;
    private boolean anyField;
    private Head head;
    private final int[] lists = new int[LISTS_MAX * 2];        // where a list of names begins and ends
    private int listCount;

    /** Nothing said. */
    Directives clear(Head of) {
        head = of;
        present = unclear = listCount = 0;
        targeted = anyField = false;
        Arrays.fill(seconds, ABSENT);
        return this;
    }

    /** A request's; without Cache-Control, {@code Pragma: no-cache} counts as {@code no-cache} (RFC 9111 §5.4). */
    Directives request(Head request) {
        parse(request);
        if (!anyField && request.hasToken(FieldName.PRAGMA, NO_CACHE)) {
            present |= Name.NO_CACHE.bit();
        }
        return this;
    }

    /**
     * A response's: of a targeted field, if there is one, else of Cache-Control. Pragma means nothing there (RFC 9111 §5.4).
     *
     * @param surrogate whether Surrogate-Control counts
     */
    Directives response(Head response, boolean surrogate) {
        clear(response);
        if (!TargetedControl.read(response, surrogate, this)) {
            parse(response);
        }
        return this;
    }

    private void parse(Head message) {
        clear(message);
        FieldName name = FieldName.CACHE_CONTROL;
        for (int field = head.find(name); field >= 0; field = head.findAfter(name, field)) {
            anyField = true;
            int to = head.valueTo(field);
            for (int from = head.valueFrom(field); from < to; ) {
                int end = Elements.end(head, from, to);
                directive(head.skipBlanks(from, end), head.trimBlanks(from, end));
                from = end + 1;
            }
        }
    }

    private void directive(int from, int to) {
        int nameTo = Elements.tokenEnd(head, from, to);
        Name name = nameTo == from ? null : Name.of(head, from, nameTo);
        if (name == null) {
            return;
        }
        boolean argument = nameTo < to && Elements.at(head, nameTo) == '=';
        if (name.hasSeconds()) {
            boolean anyStale = nameTo == to && name == Name.MAX_STALE;       // §5.2.1.2: without a value, of any age
            long value = anyStale ? SECONDS_MAX : argument ? seconds(nameTo + 1, to) : Elements.NO_NUMBER;
            addSeconds(name, value);
        } else if (name == Name.NO_CACHE || name == Name.PRIVATE) {
            addNames(name, argument ? nameTo + 1 : to, to);
        } else {
            present |= name.bit();
        }
    }

    /** Both forms of the argument are taken (RFC 9111 §5.2). */
    private long seconds(int from, int to) {
        boolean quoted = to - from >= 2 && Elements.at(head, from) == '"' && Elements.at(head, to - 1) == '"';
        return Elements.delta(head.bytes(), head.at(quoted ? from + 1 : from), head.at(quoted ? to - 1 : to), SECONDS_MAX);
    }

    /** Takes a number in; one that cannot be read, or differs from the one before, turns into what makes responses stale. */
    void addSeconds(Name name, long value) {
        boolean again = (present & name.bit()) != 0;
        long strictest = name == Name.MIN_FRESH ? SECONDS_MAX : 0;
        if (value == Elements.NO_NUMBER || again && value != seconds[name.ordinal()]) {
            unclear |= name.bit();
        }
        seconds[name.ordinal()] = isUnclear(name) ? strictest : value;
        present |= name.bit();
    }

    /** Takes in a directive without an argument, or one whose argument says nothing. */
    void add(Name name) {
        present |= name.bit();
    }

    /** These directives came from a targeted field, which stands for Cache-Control and Expires (RFC 9213 §2.2). */
    void target() {
        targeted = true;
    }

    /** A list of field names, in quotes or one as a token; anything that is no such list counts as none: more is forbidden. */
    void addNames(Name name, int from, int to) {
        boolean quoted = to - from >= 2 && Elements.at(head, from) == '"' && Elements.closingQuote(head, from, to) == to - 1;
        int first = quoted ? from + 1 : from;
        int last = quoted ? to - 1 : to;
        if (listCount == LISTS_MAX || !areNames(first, last)) {
            present |= name.bit();
            return;
        }
        lists[listCount * 2] = first;
        lists[listCount * 2 + 1] = last;
        listCount++;
    }

    private boolean areNames(int from, int to) {
        boolean any = false;
        for (int at = from; at < to; ) {
            int end = head.listEnd(at, to);
            int nameFrom = head.skipBlanks(at, end);
            int nameTo = head.trimBlanks(nameFrom, end);
            if (Elements.tokenEnd(head, nameFrom, nameTo) != nameTo) {
                return false;
            }
            any |= nameTo > nameFrom;
            at = end + 1;
        }
        return any;
    }

    /** Whether the directive stands there without a list of field names. */
    boolean has(Name name) {
        return (present & name.bit()) != 0;
    }

    /** Seconds, 0..{@link #SECONDS_MAX}, or {@link #ABSENT}. */
    long seconds(Name name) {
        return seconds[name.ordinal()];
    }

    /** Whether its number could not be read, or there were two: {@link #seconds} is then the strictest one. */
    boolean isUnclear(Name name) {
        return (unclear & name.bit()) != 0;
    }

    boolean isTargeted() {
        return targeted;
    }

    /**
     * Whether {@code private="…"} or {@code no-cache="…"} names this field (RFC 9111 §5.2.2.7, §5.2.2.4).
     *
     * @param of the head that these directives stand in, or another one that they go for
     */
    boolean keepsOut(Head of, int field) {
        return listCount > 0 && namesField(of, of.nameFrom(field), of.nameTo(field));
    }

    /** As {@link #keepsOut}, for a name. */
    boolean namesField(Head other, int nameFrom, int nameTo) {
        for (int list = 0; list < listCount; list++) {
            int to = lists[list * 2 + 1];
            for (int from = lists[list * 2]; from < to; ) {
                int end = head.listEnd(from, to);
                int first = head.skipBlanks(from, end);
                if (Elements.equalsIgnoreCase(head, first, head.trimBlanks(first, end), other, nameFrom, nameTo)) {
                    return true;
                }
                from = end + 1;
            }
        }
        return false;
    }

    /** A response to a request with Authorization may be stored and used for others (RFC 9111 §3.5). */
    boolean allowsAuthorized() {
        return has(Name.PUBLIC) || has(Name.MUST_REVALIDATE) || has(Name.S_MAXAGE);
    }
}
