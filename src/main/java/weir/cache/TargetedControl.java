package weir.cache;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import weir.cache.Directives.Name;
import weir.http.FieldName;
import weir.http.Head;

/**
 * Cache directives for caches like this one (RFC 9213): CDN-Cache-Control, and by setting Surrogate-Control, as a Dictionary of
 * structured fields (RFC 9651 §3.2). One that does not parse is not there at all; a member of a wrong type is not there; of
 * several members with one key the last counts. A field that holds anything stands for Cache-Control and Expires.
 */
final class TargetedControl {
    /** More members than these are no field that anybody wrote by hand: it counts as one that does not parse. */
    static final int MEMBERS_MAX = 64;

    private static final byte[] SURROGATE_CONTROL = "surrogate-control".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS_MAX = 15;

    private enum Type { TRUE, INTEGER, STRING, OTHER }

    private final Head head;
    private final int[] keys = new int[MEMBERS_MAX * 2];
    private final Type[] types = new Type[MEMBERS_MAX];
    private final long[] numbers = new long[MEMBERS_MAX];
    private final int[] strings = new int[MEMBERS_MAX * 2];  // with their quotes
    private int count;
    private int at;
    private int to;
    private Type type;
    private long number;

    private TargetedControl(Head head) {
        this.head = head;
    }

    /** Fills directives that are empty, if the response has such a field. @return whether it did */
    static boolean read(Head response, boolean surrogate, Directives into) {
        return response.has(FieldName.CDN_CACHE_CONTROL) && new TargetedControl(response).read(FieldName.CDN_CACHE_CONTROL.ordinal(), null, into)
                || surrogate && new TargetedControl(response).read(FieldName.UNKNOWN, SURROGATE_CONTROL, into);
    }

    private boolean read(int id, byte[] lowerCase, Directives into) {
        for (int field = 0; field < head.fields(); field++) {
            if (head.id(field) == id && (lowerCase == null || head.nameIs(field, lowerCase))) {
                at = head.valueFrom(field);
                to = head.valueTo(field);
                if (!dictionary()) {
                    return false;
                }
            }
        }
        if (count == 0) {
            return false;
        }
        into.target();
        for (int i = 0; i < count; i++) {
            if (!isRepeated(i)) {
                add(i, into);
            }
        }
        return true;
    }

    private boolean isRepeated(int member) {
        for (int i = member + 1; i < count; i++) {
            if (Elements.equalsIgnoreCase(head, keys[2 * member], keys[2 * member + 1], head, keys[2 * i], keys[2 * i + 1])) {
                return true;
            }
        }
        return false;
    }

    private void add(int member, Directives into) {
        Name name = Name.of(head, keys[2 * member], keys[2 * member + 1]);
        if (name == null) {
            return;
        }
        if (name.hasSeconds()) {
            if (types[member] == Type.INTEGER) {
                into.addSeconds(name, Math.min(Math.max(0, numbers[member]), Directives.SECONDS_MAX));
            }
        } else if (types[member] == Type.STRING && (name == Name.PRIVATE || name == Name.NO_CACHE)) {
            into.addNames(name, strings[2 * member], strings[2 * member + 1]);
        } else if (types[member] == Type.TRUE) {
            into.add(name);
        }
    }

    // ---- RFC 9651 §4.2: every method leaves `at` behind what it has read, and answers false where that cannot be

    private boolean dictionary() {
        while (at < to) {
            if (count == MEMBERS_MAX || !member()) {
                return false;
            }
            blanks();
            if (at == to) {
                return true;
            }
            if (next() != ',') {
                return false;
            }
            at++;
            blanks();
            if (at == to) {
                return false;                                // a comma behind the last member
            }
        }
        return true;
    }

    private boolean member() {
        keys[2 * count] = at;
        if (!key()) {
            return false;
        }
        keys[2 * count + 1] = at;
        type = Type.TRUE;
        if (at < to && next() == '=') {
            at++;
            int from = at;
            if (at == to || !(next() == '(' ? innerList() : bare())) {
                return false;
            }
            strings[2 * count] = from;
            strings[2 * count + 1] = at;
        }
        types[count] = type;
        numbers[count++] = number;
        return parameters();
    }

    private boolean parameters() {
        while (at < to && next() == ';') {
            at++;
            while (at < to && next() == ' ') {
                at++;
            }
            if (!key()) {
                return false;
            }
            if (at < to && next() == '=') {
                at++;
                if (!bare()) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean key() {
        if (at == to || !(isLower(next()) || next() == '*')) {
            return false;
        }
        while (at < to && (isLower(next()) || isDigit(next()) || "_-.*".indexOf(next()) >= 0)) {
            at++;
        }
        return true;
    }

    private boolean innerList() {
        at++;
        while (at < to) {
            while (at < to && next() == ' ') {
                at++;
            }
            if (at < to && next() == ')') {
                at++;
                type = Type.OTHER;
                return true;
            }
            if (!bare() || !parameters() || at == to || next() != ' ' && next() != ')') {
                return false;
            }
        }
        return false;
    }

    private boolean bare() {
        if (at == to) {
            return false;
        }
        byte b = next();
        if (b == '-' || isDigit(b)) {
            return number();
        }
        if (b == '"') {
            return string();
        }
        if (b == '?') {
            return bool();
        }
        type = Type.OTHER;
        if (b == ':') {
            return bytes();
        }
        if (b == '%') {
            return displayString();
        }
        if (b == '@') {
            at++;
            boolean date = at < to && number() && type == Type.INTEGER;
            type = Type.OTHER;
            return date;
        }
        return token();
    }

    private boolean number() {
        boolean negative = next() == '-';
        at += negative ? 1 : 0;
        int from = at;
        long value = 0;
        while (at < to && isDigit(next()) && at - from < DIGITS_MAX) {
            value = value * 10 + next() - '0';
            at++;
        }
        number = negative ? -value : value;
        type = Type.INTEGER;
        int whole = at - from;
        if (whole == 0 || at < to && isDigit(next())) {
            return false;
        }
        if (at < to && next() == '.') {
            at++;
            int fraction = at;
            while (at < to && isDigit(next())) {
                at++;
            }
            type = Type.OTHER;
            return whole <= 12 && at > fraction && at - fraction <= 3;
        }
        return true;
    }

    private boolean string() {
        at++;
        type = Type.STRING;
        while (at < to) {
            byte b = next();
            at++;
            if (b == '"') {
                return true;
            }
            if (b == '\\') {
                if (at == to || next() != '"' && next() != '\\') {
                    return false;
                }
                at++;
            } else if (b < ' ' || b > '~') {
                return false;
            }
        }
        return false;
    }

    /** RFC 9651 §4.2.10. */
    private boolean displayString() {
        at++;
        if (at == to || next() != '"') {
            return false;
        }
        at++;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (at < to) {
            byte b = next();
            at++;
            if (b == '"') {
                return isUtf8(text.toByteArray());
            }
            if (b < ' ' || b > '~') {
                return false;
            }
            int read = b;
            if (b == '%') {
                if (to - at < 2 || hex(at) < 0 || hex(at + 1) < 0) {
                    return false;
                }
                read = hex(at) << 4 | hex(at + 1);
                at += 2;
            }
            text.write(read);
        }
        return false;
    }

    /** Of a digit in lower case; -1 for none. */
    private int hex(int offset) {
        return "0123456789abcdef".indexOf(Elements.at(head, offset));
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException notText) {
            return false;
        }
    }

    private boolean bool() {
        at++;
        if (at == to || next() != '0' && next() != '1') {
            return false;
        }
        type = next() == '1' ? Type.TRUE : Type.OTHER;
        at++;
        return true;
    }

    private boolean bytes() {
        at++;
        while (at < to && (isLower(next()) || isUpper(next()) || isDigit(next()) || "+/=".indexOf(next()) >= 0)) {
            at++;
        }
        boolean closed = at < to && next() == ':';
        at++;
        return closed;
    }

    private boolean token() {
        byte first = next();
        if (!isLower(first) && !isUpper(first) && first != '*') {
            return false;
        }
        while (at < to && (Elements.isToken(next()) || next() == ':' || next() == '/')) {
            at++;
        }
        return true;
    }

    private void blanks() {
        at = head.skipBlanks(at, to);
    }

    private byte next() {
        return Elements.at(head, at);
    }

    private static boolean isLower(byte b) {
        return b >= 'a' && b <= 'z';
    }

    private static boolean isUpper(byte b) {
        return b >= 'A' && b <= 'Z';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
