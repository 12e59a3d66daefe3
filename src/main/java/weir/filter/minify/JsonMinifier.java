package weir.filter.minify;

/**
 * Drops the insignificant white space of a JSON text (RFC 8259 §2), and nothing else: strings and numbers stay as they are written.
 * What is not one whole JSON text is refused, so that whoever reads it finds the fault where it was.
 *
 * <pre>
 *   VALUE -[-> VALUE_OR_END       -{-> NAME_OR_END     -string, number, true, false, null-> AFTER
 *   NAME_OR_END, NAME -string-> COLON -:-> VALUE       AFTER -,-> NAME in an object, VALUE in an array
 *   VALUE_OR_END -]-> AFTER       NAME_OR_END -}-> AFTER       AFTER -] or }-> AFTER of what holds it
 * </pre>
 */
final class JsonMinifier extends Rewrite {
    /** Arrays and objects inside each other; RFC 8259 §9 lets a parser set a limit. */
    static final int DEPTH_MAX = 1024;

    private enum State { VALUE, VALUE_OR_END, NAME, NAME_OR_END, COLON, AFTER, BROKEN }

    private final long[] objects = new long[DEPTH_MAX / 64];     // a bit for each level: is it an object?
    private int depth;

    JsonMinifier(byte[] in, int from, int end, byte[] out, int written) {
        super(in, from, end, out, written);
    }

    @Override
    boolean run() {
        State state = State.VALUE;
        while (at < end && state != State.BROKEN) {
            int c = peek(0);
            if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
                at++;
            } else {
                int start = at;
                state = next(state, c);
                if (state != State.BROKEN) {
                    copy(start, at);
                }
            }
        }
        return state == State.AFTER && depth == 0;
    }

    /** One token: moves {@code at} behind it. */
    private State next(State state, int c) {
        return switch (state) {
            case VALUE -> value(c);
            case VALUE_OR_END -> c == ']' ? close(c) : value(c);
            case NAME -> c == '"' && string() ? State.COLON : State.BROKEN;
            case NAME_OR_END -> c == '}' ? close(c) : c == '"' && string() ? State.COLON : State.BROKEN;
            case COLON -> c == ':' ? sign(State.VALUE) : State.BROKEN;
            case AFTER -> c == ',' && depth > 0 ? sign(inObject() ? State.NAME : State.VALUE) : close(c);
            case BROKEN -> throw new AssertionError(state);
        };
    }

    private State value(int c) {
        return switch (c) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> string() ? State.AFTER : State.BROKEN;
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number() ? State.AFTER : State.BROKEN;
        };
    }

    private State sign(State then) {
        at++;
        return then;
    }

    private State open(boolean object) {
        if (depth == DEPTH_MAX) {
            return State.BROKEN;
        }
        long bit = 1L << depth;
        objects[depth / 64] = object ? objects[depth / 64] | bit : objects[depth / 64] & ~bit;
        depth++;
        return sign(object ? State.NAME_OR_END : State.VALUE_OR_END);
    }

    private State close(int c) {
        if (depth == 0 || c != (inObject() ? '}' : ']')) {
            return State.BROKEN;
        }
        depth--;
        return sign(State.AFTER);
    }

    private boolean inObject() {
        return (objects[(depth - 1) / 64] >>> (depth - 1) & 1) != 0;
    }

    private State word(String word) {
        boolean is = startsWith(at, word);
        at += is ? word.length() : 0;
        return is ? State.AFTER : State.BROKEN;
    }

    /** RFC 8259 §7: control characters must be escaped. */
    private boolean string() {
        for (at++; at < end; at++) {
            int c = peek(0);
            if (c == '"') {
                at++;
                return true;
            }
            if (c < 0x20 || c == '\\' && !escape()) {
                return false;
            }
        }
        return false;
    }

    /** Leaves {@code at} on the last character of the escape. */
    private boolean escape() {
        at++;
        switch (peek(0)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return true;
            }
            case 'u' -> {
                at += 4;
                return isHex(look(at - 3)) && isHex(look(at - 2)) && isHex(look(at - 1)) && isHex(look(at));
            }
            default -> {
                return false;
            }
        }
    }

    /** RFC 8259 §6. */
    private boolean number() {
        if (peek(0) == '-') {
            at++;
        }
        if (peek(0) == '0') {
            at++;
        } else if (!digits()) {
            return false;
        }
        if (peek(0) == '.') {
            at++;
            if (!digits()) {
                return false;
            }
        }
        if (fold(peek(0)) == 'e') {
            at++;
            if (peek(0) == '+' || peek(0) == '-') {
                at++;
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int start = at;
        while (isDigit(peek(0))) {
            at++;
        }
        return at > start;
    }
}
