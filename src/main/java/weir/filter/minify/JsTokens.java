package weir.filter.minify;

/**
 * The tokens of a script (ECMA-262 §12). Whether a slash begins a regular expression, and whether a brace closes the substitution of
 * a template, only the syntax can tell (§12.1, the goal symbols): the caller says. What is no token is {@link Kind#BAD}, and so is
 * what browsers take for a comment as HTML would write one (§B.1.1), and U+2028 and U+2029 in code and comments: these end a line
 * only where the text is UTF-8.
 */
abstract class JsTokens extends Rewrite {
    enum Kind {
        WORD, PRIVATE, NUMBER, STRING, REGEX, TEMPLATE, TEMPLATE_HEAD, TEMPLATE_MIDDLE, TEMPLATE_TAIL, PUNCTUATOR, SPACE, LINE_COMMENT,
        BLOCK_COMMENT, END, BAD
    }

    Kind kind = Kind.END;
    int tokenFrom;
    /** Whether the white space or the comment ends a line. */
    boolean endsLine;

    JsTokens(byte[] in, int from, int end, byte[] out, int written) {
        super(in, from, end, out, written);
    }

    /** Reads the token at {@code at}: it is {@code in[tokenFrom, at)} then. */
    final Kind next(boolean slashIsRegex, boolean braceIsTemplate) {
        tokenFrom = at;
        endsLine = false;
        kind = token(peek(0), slashIsRegex, braceIsTemplate);
        return kind;
    }

    private Kind token(int c, boolean slashIsRegex, boolean braceIsTemplate) {
        return switch (c) {
            case NOTHING -> Kind.END;
            case ' ', '\t', '\n', '\r', '\f', 0x0b -> space();
            case '"', '\'' -> string(c);
            case '`' -> template(Kind.TEMPLATE, Kind.TEMPLATE_HEAD);
            case '}' -> braceIsTemplate ? template(Kind.TEMPLATE_TAIL, Kind.TEMPLATE_MIDDLE) : punctuator(1);
            case '/' -> peek(1) == '/' ? lineComment() : peek(1) == '*' ? blockComment() : slashIsRegex ? regex() : punctuator(longest(c));
            case '.' -> isDigit(peek(1)) ? number() : punctuator(startsWith(at, "...") ? 3 : 1);
            case '#' -> privateName();
            case '<' -> startsWith(at, "<!--") ? Kind.BAD : punctuator(longest(c));
            case '{', '(', ')', '[', ']', ';', ',', ':', '~', '?', '=', '!', '+', '-', '*', '%', '>', '&', '|', '^' -> punctuator(longest(c));
            default -> isDigit(c) ? number() : word(Kind.WORD);
        };
    }

    private Kind punctuator(int length) {
        at += length;
        return Kind.PUNCTUATOR;
    }

    /** ECMA-262 §12.8: how many characters the punctuator has that begins with this one. */
    private int longest(int c) {
        int most = switch (c) {
            case '=', '>' -> 3;
            case '+', '-', '*', '<', '&', '|', '?' -> 2;
            default -> 1;
        };
        int count = 1;
        while (count < most && peek(count) == c) {
            count++;
        }
        return switch (c) {
            case '{', '(', ')', '[', ']', ';', ',', ':', '~' -> 1;
            case '=' -> count == 1 && peek(1) == '>' ? 2 : count;
            case '!' -> peek(1) != '=' ? 1 : peek(2) == '=' ? 3 : 2;
            case '?' -> count == 2 ? peek(2) == '=' ? 3 : 2 : peek(1) == '.' && !isDigit(peek(2)) ? 2 : 1;
            case '+', '-' -> count == 2 || peek(1) == '=' ? 2 : 1;
            default -> peek(count) == '=' ? count + 1 : count;
        };
    }

    private Kind space() {
        for (int c = peek(0); isSpace(c) || c == 0x0b; c = peek(0)) {
            endsLine |= isLineEnd(c);
            at++;
        }
        return Kind.SPACE;
    }

    private Kind lineComment() {
        while (at < end && !isLineEnd(peek(0))) {
            if (isSeparator()) {
                return Kind.BAD;
            }
            at++;
        }
        return Kind.LINE_COMMENT;
    }

    private Kind blockComment() {
        for (at += 2; at < end; at++) {
            if (peek(0) == '*' && peek(1) == '/') {
                at += 2;
                return Kind.BLOCK_COMMENT;
            }
            if (isSeparator()) {
                return Kind.BAD;
            }
            endsLine |= isLineEnd(peek(0));
        }
        return Kind.BAD;
    }

    private Kind string(int quote) {
        for (at++; at < end; at++) {
            int c = peek(0);
            if (c == quote) {
                at++;
                return Kind.STRING;
            }
            if (isLineEnd(c)) {
                return Kind.BAD;
            }
            if (c == '\\') {
                at += peek(1) == '\r' && peek(2) == '\n' ? 2 : 1;
            }
        }
        return Kind.BAD;
    }

    /** From a backtick, or from the brace that closes a substitution, to the next of these. */
    private Kind template(Kind whole, Kind opens) {
        for (at++; at < end; at++) {
            int c = peek(0);
            if (c == '`') {
                at++;
                return whole;
            }
            if (c == '$' && peek(1) == '{') {
                at += 2;
                return opens;
            }
            if (c == '\\') {
                at++;
            }
        }
        return Kind.BAD;
    }

    /** ECMA-262 §12.9.5: a slash in a class does not end it; classes do not nest here, whatever the flags. */
    private Kind regex() {
        boolean inClass = false;
        for (at++; at < end; at++) {
            int c = peek(0);
            if (isLineEnd(c) || isSeparator()) {
                return Kind.BAD;
            }
            if (c == '/' && !inClass) {
                at++;
                return isWordPart() ? word(Kind.REGEX) : Kind.REGEX;
            }
            if (c == '\\') {
                at++;
                if (isLineEnd(peek(0)) || isSeparator()) {
                    return Kind.BAD;
                }
            }
            inClass = c == '[' || inClass && c != ']';
        }
        return Kind.BAD;
    }

    /** ECMA-262 §12.9.3 and §B.1.1, and whatever letters follow. */
    private Kind number() {
        if (peek(0) == '0' && isLetter(peek(1)) && fold(peek(1)) != 'e') {
            return word(Kind.NUMBER);
        }
        digits();
        if (peek(0) == '.') {
            at++;
            digits();
        }
        if (fold(peek(0)) == 'e') {
            at += peek(1) == '+' || peek(1) == '-' ? 2 : 1;
        }
        return isWordPart() ? word(Kind.NUMBER) : Kind.NUMBER;
    }

    private void digits() {
        while (isDigit(peek(0)) || peek(0) == '_') {
            at++;
        }
    }

    private Kind privateName() {
        at++;
        return isWordPart() && !isDigit(peek(0)) ? word(Kind.PRIVATE) : Kind.BAD;
    }

    /** ECMA-262 §12.7, also with escapes: such a word is never a reserved one (§12.7.2), nor does it look like one. */
    private Kind word(Kind what) {
        int start = at;
        while (isWordPart()) {
            int length = wordPart();
            if (length == 0) {
                return Kind.BAD;
            }
            at += length;
        }
        return at == start ? Kind.BAD : what;
    }

    private boolean isWordPart() {
        int c = peek(0);
        return isWordPart(c) || c == '\\';
    }

    static boolean isWordPart(int c) {
        return isLetter(c) || isDigit(c) || c == '_' || c == '$' || c >= 0x80;
    }

    /** How many octets the character of a name has, 0 when it is none. */
    private int wordPart() {
        int c = peek(0);
        return c >= 0x80 ? letter(c) : c == '\\' ? escape() : 1;
    }

    private int escape() {
        if (peek(1) != 'u') {
            return 0;
        }
        int length = 2;
        boolean braced = peek(2) == '{';
        length += braced ? 1 : 0;
        int digits = 0;
        while (digits < 8 && isHex(peek(length))) {
            length++;
            digits++;
            if (!braced && digits == 4) {
                return length;
            }
        }
        return braced && digits > 0 && peek(length) == '}' ? length + 1 : 0;
    }

    /** A letter in UTF-8. Other charsets, and what is white space outside of ASCII, are left to those who know. */
    private int letter(int c) {
        int length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        int point = c & 0xff >> length + 1;
        if (c < 0xc2 || c > 0xf4) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((peek(i) & 0xc0) != 0x80 || peek(i) == NOTHING) {
                return 0;
            }
            point = point << 6 | peek(i) & 0x3f;
        }
        return Character.isUnicodeIdentifierPart(point) && !Character.isIdentifierIgnorable(point) ? length : 0;
    }

    /** U+2028 or U+2029 in UTF-8. */
    private boolean isSeparator() {
        return peek(0) == 0xe2 && peek(1) == 0x80 && (peek(2) == 0xa8 || peek(2) == 0xa9);
    }

    static boolean isLineEnd(int c) {
        return c == '\n' || c == '\r';
    }
}
