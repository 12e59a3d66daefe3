package weir.filter.minify;

/**
 * The tokens of a style sheet (CSS Syntax 3 §4.3), each with what the standard calls white space and comments as tokens of their
 * own. Numbers, percentages and dimensions are one kind: nothing here tells them apart. Where the standard has a parse error (bad
 * strings and URLs, a stray backslash, U+0000) there is no token: {@link Kind#BAD}.
 */
abstract class CssTokens extends Rewrite {
    enum Kind {
        WORD, FUNCTION, AT_WORD, HASH, STRING, URL, NUMBER, SPACE, COMMENT, COLON, SEMICOLON, COMMA, DELIM,
        OPEN_PAREN, CLOSE_PAREN, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE, END, BAD
    }

    Kind kind = Kind.END;
    int tokenFrom;

    CssTokens(byte[] in, int from, int end, byte[] out, int written) {
        super(in, from, end, out, written);
    }

    /** Reads the token at {@code at}: it is {@code in[tokenFrom, at)} then. */
    final Kind next() {
        tokenFrom = at;
        kind = token(peek(0));
        return kind;
    }

    /** CSS Syntax 3 §4.3.1. */
    private Kind token(int c) {
        return switch (c) {
            case NOTHING -> Kind.END;
            case ' ', '\t', '\n', '\r', '\f' -> space();
            case '"', '\'' -> string(c);
            case '(' -> one(Kind.OPEN_PAREN);
            case ')' -> one(Kind.CLOSE_PAREN);
            case '[' -> one(Kind.OPEN_BRACKET);
            case ']' -> one(Kind.CLOSE_BRACKET);
            case '{' -> one(Kind.OPEN_BRACE);
            case '}' -> one(Kind.CLOSE_BRACE);
            case ':' -> one(Kind.COLON);
            case ';' -> one(Kind.SEMICOLON);
            case ',' -> one(Kind.COMMA);
            case '#' -> isNamePart(1) ? named(Kind.HASH) : one(Kind.DELIM);
            case '@' -> startsName(1) ? named(Kind.AT_WORD) : one(Kind.DELIM);
            case '+', '.' -> startsNumber() ? number() : one(Kind.DELIM);
            case '-' -> startsNumber() ? number() : startsWith(at, "-->") ? Kind.BAD : startsName(0) ? word() : one(Kind.DELIM);
            case '<' -> startsWith(at, "<!--") ? Kind.BAD : one(Kind.DELIM);
            case '/' -> peek(1) == '*' ? comment() : one(Kind.DELIM);
            case '\\' -> isEscape(0) ? word() : Kind.BAD;
            case 0 -> Kind.BAD;
            default -> isDigit(c) ? number() : isNameStart(c) ? word() : one(Kind.DELIM);
        };
    }

    private Kind one(Kind what) {
        at++;
        return what;
    }

    private Kind space() {
        while (isSpace(peek(0))) {
            at++;
        }
        return Kind.SPACE;
    }

    private Kind comment() {
        int close = find(at + 2, "*/");
        at = close < 0 ? end : close + 2;
        return close < 0 ? Kind.BAD : Kind.COMMENT;
    }

    /** CSS Syntax 3 §4.3.5: a line end ends it too early, unless a backslash stands before it. */
    private Kind string(int quote) {
        for (at++; at < end; at++) {
            int c = peek(0);
            if (c == quote) {
                return one(Kind.STRING);
            }
            if (c == '\n' || c == '\r' || c == '\f' || c == 0) {
                return Kind.BAD;
            }
            if (c == '\\') {
                at += peek(1) == '\r' && peek(2) == '\n' ? 2 : 1;
            }
        }
        return Kind.BAD;
    }

    /** CSS Syntax 3 §4.3.3. */
    private Kind number() {
        if (peek(0) == '+' || peek(0) == '-') {
            at++;
        }
        digits();
        if (peek(0) == '.' && isDigit(peek(1))) {
            at++;
            digits();
        }
        if (fold(peek(0)) == 'e' && (isDigit(peek(1)) || (peek(1) == '+' || peek(1) == '-') && isDigit(peek(2)))) {
            at += 2;
            digits();
        }
        if (peek(0) == '%') {
            at++;
        } else if (startsName(0)) {
            name();
        }
        return Kind.NUMBER;
    }

    private void digits() {
        while (isDigit(peek(0))) {
            at++;
        }
    }

    private Kind named(Kind what) {
        at++;
        name();
        return what;
    }

    /** CSS Syntax 3 §4.3.4: {@code url(} is a function only where a quoted string follows. */
    private Kind word() {
        int start = at;
        name();
        if (peek(0) != '(') {
            return Kind.WORD;
        }
        at++;
        if (!isFolded(start, at - 1, "url")) {
            return Kind.FUNCTION;
        }
        int p = at;
        while (isSpace(look(p))) {
            p++;
        }
        return look(p) == '"' || look(p) == '\'' ? Kind.FUNCTION : url(p);
    }

    /** CSS Syntax 3 §4.3.6. */
    private Kind url(int start) {
        for (at = start; at < end; at++) {
            int c = peek(0);
            if (c == ')') {
                return one(Kind.URL);
            }
            if (isSpace(c)) {
                space();
                return peek(0) == ')' ? one(Kind.URL) : Kind.BAD;
            }
            if (c == '"' || c == '\'' || c == '(' || c < ' ' || c == 0x7f || c == '\\' && !isEscape(0)) {
                return Kind.BAD;
            }
            if (c == '\\') {
                at++;
            }
        }
        return Kind.BAD;
    }

    /** CSS Syntax 3 §4.3.11. */
    private void name() {
        while (isNamePart(0)) {
            if (peek(0) == '\\') {
                escape();
            } else {
                at++;
            }
        }
    }

    /** CSS Syntax 3 §4.3.7: up to six hex digits, and one white space behind them. */
    private void escape() {
        at++;
        int start = at;
        while (at - start < 6 && isHex(peek(0))) {
            at++;
        }
        if (at == start) {
            at++;
        } else if (peek(0) == '\r' && peek(1) == '\n') {
            at += 2;
        } else if (isSpace(peek(0))) {
            at++;
        }
    }

    private boolean isEscape(int ahead) {
        int c = peek(ahead + 1);
        return peek(ahead) == '\\' && c != '\n' && c != '\r' && c != '\f' && c != NOTHING && c != 0;
    }

    private boolean isNamePart(int ahead) {
        int c = peek(ahead);
        return isNameStart(c) || isDigit(c) || c == '-' || isEscape(ahead);
    }

    /** CSS Syntax 3 §4.3.9. */
    private boolean startsName(int ahead) {
        int second = peek(ahead + 1);
        return peek(ahead) == '-' ? isNameStart(second) || second == '-' || isEscape(ahead + 1) : isNameStart(peek(ahead)) || isEscape(ahead);
    }

    /** CSS Syntax 3 §4.3.10. */
    private boolean startsNumber() {
        int sign = peek(0) == '+' || peek(0) == '-' ? 1 : 0;
        return isDigit(peek(sign)) || peek(sign) == '.' && isDigit(peek(sign + 1));
    }

    private static boolean isNameStart(int c) {
        return isLetter(c) || c == '_' || c >= 0x80;
    }
}
