package weir.filter.minify;

import java.util.Arrays;

/**
 * Drops comments and white space of a style sheet, the last semicolon of a block, the zero of {@code 0.5}, and every second digit of
 * {@code #ffffff} where a colour must stand. Selectors, values and the preludes of at-rules have different ideas of white space, so
 * that each statement is looked at first up to its end (CSS Syntax 3 §5.5), and then written:
 *
 * <pre>
 *   at-word ...          ends at ; or {  PRELUDE      --word : ...   ends at ; or }  CUSTOM, its value as it is
 *   word : ...           ends at ; or }  DECLARATION  anything else  ends at ; or }  UNKNOWN, as it is
 *   anything else        ends at {       SELECTOR     anything else  BAD: the whole sheet stays as it is
 * </pre>
 *
 * Kept: comments that begin with {@code !}, {@code #} or {@code @}; white space around {@code +} and {@code -} (§10.2 of Values 4), before
 * {@code (}, {@code [}, {@code :} and {@code .}; custom properties (Variables 1 §2), which scripts read as they are written.
 */
final class CssMinifier extends CssTokens {
    /** Blocks inside each other, and brackets inside each other in one statement. */
    static final int DEPTH_MAX = 256;

    private enum Statement { PRELUDE, SELECTOR, DECLARATION, CUSTOM, UNKNOWN, BAD }

    private Kind[] brackets = new Kind[16];
    private final Gap gap = new Gap();
    private int bracketDepth;
    private int blockDepth;
    private boolean semicolonDue;        // a declaration has ended; the semicolon is written when another statement follows
    private int statementEnd;            // the place of what ends it: ; { or }
    private boolean holdsCustom;         // the statement has a custom property somewhere inside
    private boolean colonsAreOfFeatures; // in the prelude of @media, @supports or @container

    CssMinifier(byte[] in, int from, int end, byte[] out, int written) {
        super(in, from, end, out, written);
    }

    @Override
    boolean run() {
        int start = written;
        byteOrderMark();
        if (at == from && startsWith(at, "@charset \"")) {              // §3.2: these very bytes, at this place
            int close = at + 10;
            while (isLetter(look(close)) || isDigit(look(close)) || look(close) == '-' || look(close) == '_') {
                close++;
            }
            if (!startsWith(close, "\";")) {
                return false;
            }
            copy(at, close + 2);
            at = close + 2;
        }
        while (next() != Kind.END) {
            boolean sound = switch (kind) {
                case SPACE -> true;
                case COMMENT -> comment();
                case SEMICOLON -> straySemicolon();
                case CLOSE_BRACE -> closeBlock();
                case AT_WORD -> !(isFolded(tokenFrom, at, "@charset") && written == start) && statement();
                default -> statement();
            };
            if (!sound) {
                return false;
            }
        }
        return blockDepth == 0;
    }

    private boolean comment() {
        if (isKept()) {
            semicolon();
            copy(tokenFrom, at);
        }
        return true;
    }

    /** A licence, or the place of a source map. */
    private boolean isKept() {
        int c = look(tokenFrom + 2);
        return c == '!' || c == '#' || c == '@';
    }

    /** Outside of blocks it would be part of a selector. Behind a declaration it changes nothing; elsewhere old readers stumble over it. */
    private boolean straySemicolon() {
        if (!semicolonDue && blockDepth > 0) {
            put(';');
        }
        return blockDepth > 0;
    }

    private boolean closeBlock() {
        semicolonDue = false;
        put('}');
        return --blockDepth >= 0;
    }

    private void semicolon() {
        if (semicolonDue) {
            put(';');
            semicolonDue = false;
        }
    }

    /** Its first token has been read. */
    private boolean statement() {
        int start = tokenFrom;
        int name = at;
        Statement what = classify();
        if (what == Statement.BAD) {
            return false;
        }
        semicolon();
        at = start;
        switch (what) {
            case PRELUDE -> {
                colonsAreOfFeatures = isFolded(start, name, "@media") || isFolded(start, name, "@supports") || isFolded(start, name, "@container");
                write(what);
            }
            case SELECTOR -> write(what);
            case DECLARATION -> declaration(start, name);
            case CUSTOM -> custom(start, name);
            case UNKNOWN -> copyTrimmed(start, statementEnd);
            case BAD -> throw new AssertionError(what);
        }
        at = statementEnd;
        return ends(what);
    }

    private boolean ends(Statement what) {
        switch (next()) {
            case SEMICOLON -> {
                semicolonDue = what == Statement.DECLARATION || what == Statement.CUSTOM;
                if (!semicolonDue) {
                    put(';');
                }
                return true;
            }
            case OPEN_BRACE -> {
                put('{');
                return ++blockDepth <= DEPTH_MAX;
            }
            case CLOSE_BRACE -> {
                at = tokenFrom;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** Finds where the statement ends, and so what it is. All brackets must be in pairs. */
    private Statement classify() {
        boolean prelude = kind == Kind.AT_WORD;
        int first = tokenFrom;
        boolean word = kind == Kind.WORD;
        boolean named = false;                                          // a word, and then a colon
        boolean dashed = false;                                         // the last token is a word that begins with two dashes
        bracketDepth = 0;
        holdsCustom = false;
        for (int tokens = 0; ; next()) {
            if (kind == Kind.SPACE || kind == Kind.COMMENT) {
                continue;
            }
            named |= word && tokens == 1 && kind == Kind.COLON;
            boolean custom = named && startsWith(first, "--");
            holdsCustom |= dashed && kind == Kind.COLON;
            dashed = kind == Kind.WORD && startsWith(tokenFrom, "--");
            tokens++;
            if (bracketDepth == 0 && isEnd(custom)) {
                statementEnd = tokenFrom;
                return blockDepth == 0 && !(prelude ? kind != Kind.CLOSE_BRACE : kind == Kind.OPEN_BRACE) ? Statement.BAD
                        : prelude ? Statement.PRELUDE : kind == Kind.OPEN_BRACE ? Statement.SELECTOR
                        : custom ? Statement.CUSTOM : named ? Statement.DECLARATION : Statement.UNKNOWN;
            }
            if (!bracket()) {
                return Statement.BAD;
            }
        }
    }

    private boolean isEnd(boolean custom) {
        return kind == Kind.SEMICOLON || kind == Kind.CLOSE_BRACE || kind == Kind.OPEN_BRACE && !custom;
    }

    private boolean bracket() {
        return switch (kind) {
            case END, BAD -> false;
            case OPEN_PAREN, FUNCTION -> open(Kind.CLOSE_PAREN);
            case OPEN_BRACKET -> open(Kind.CLOSE_BRACKET);
            case OPEN_BRACE -> open(Kind.CLOSE_BRACE);
            case CLOSE_PAREN, CLOSE_BRACKET, CLOSE_BRACE -> bracketDepth > 0 && brackets[--bracketDepth] == kind;
            default -> true;
        };
    }

    private boolean open(Kind close) {
        if (bracketDepth == DEPTH_MAX) {
            return false;
        }
        if (bracketDepth == brackets.length) {
            brackets = Arrays.copyOf(brackets, 2 * bracketDepth);
        }
        brackets[bracketDepth++] = close;
        return true;
    }

    /** Some values are read by others than the parser of CSS: IE's filters, and what takes tokens as they are (Properties and Values 1 §2.4). */
    private void declaration(int start, int name) {
        copy(start, name);
        colon(name);
        if (holdsCustom || name - start >= 6 && isFolded(name - 6, name, "filter") || isFolded(start, name, "initial-value")
                || isFolded(start, name, "syntax") || isFolded(start, name, "result")) {
            copyTrimmed(at, statementEnd);
        } else {
            value(mayHoldColours(start, name));
        }
    }

    /** An empty value is one blank: without it, it was no declaration to older readers (Variables 1 §2). */
    private void custom(int start, int name) {
        copy(start, name);
        colon(name);
        int before = written;
        boolean blank = isSpace(peek(0));
        copyTrimmed(at, statementEnd);
        if (written == before && blank) {
            put(' ');
        }
    }

    private void colon(int name) {
        at = name;
        while (next() != Kind.COLON) {
            if (kind == Kind.COMMENT && isKept()) {
                copy(tokenFrom, at);
            }
        }
        put(':');
    }

    /** Copies all but the white space at both ends; a blank that ends an escape is none. */
    private void copyTrimmed(int start, int stop) {
        int first = -1;
        int last = start;
        at = start;
        while (at < stop) {
            if (next() != Kind.SPACE) {
                first = first < 0 ? tokenFrom : first;
                last = at;
            }
        }
        if (first >= 0) {
            copy(first, last);
        }
    }

    /** Where a word with a number sign can be nothing but a colour; in nav-down or element() it is the name of an element. */
    private boolean mayHoldColours(int start, int name) {
        return name - start >= 5 && isFolded(name - 5, name, "color") || startsWithFolded(start, "background") || startsWithFolded(start, "border")
                || startsWithFolded(start, "outline") || startsWithFolded(start, "box-shadow") || startsWithFolded(start, "text-shadow")
                || isFolded(start, name, "fill") || isFolded(start, name, "stroke");
    }

    private void value(boolean colour) {
        gap.begin(Statement.DECLARATION);
        int parens = 0;
        int gradient = 0;                                               // the number of brackets inside a gradient, counted with it
        while (at < statementEnd) {
            if (gap.take(next())) {
                continue;
            }
            boolean apart = gap.write();
            parens += kind == Kind.OPEN_PAREN || kind == Kind.FUNCTION ? 1 : kind == Kind.CLOSE_PAREN ? -1 : 0;
            if (parens == 1 && kind == Kind.FUNCTION) {
                gradient = at - tokenFrom > 9 && isFolded(at - 9, at, "gradient(") ? 1 : 0;
            }
            if (kind == Kind.NUMBER && apart) {
                number();
            } else if (kind == Kind.HASH && colour && parens <= gradient) {
                hash();
            } else {
                copy(tokenFrom, at);
            }
        }
    }

    private void number() {
        int start = tokenFrom;
        if (look(start) == '+' || look(start) == '-') {
            put(look(start++));
        }
        copy(look(start) == '0' && look(start + 1) == '.' && isDigit(look(start + 2)) ? start + 1 : start, at);
    }

    /** Color 4 §5.2: three or four digits stand for each of them twice. */
    private void hash() {
        int digits = at - tokenFrom - 1;
        boolean pairs = digits == 6 || digits == 8;
        for (int p = tokenFrom + 1; pairs && p < at; p += 2) {
            pairs = isHex(look(p)) && fold(look(p)) == fold(look(p + 1));
        }
        if (!pairs) {
            copy(tokenFrom, at);
            return;
        }
        put('#');
        for (int p = tokenFrom + 1; p < at; p += 2) {
            put(look(p));
        }
    }

    private void write(Statement what) {
        if (holdsCustom) {
            copyTrimmed(at, statementEnd);
            return;
        }
        gap.begin(what);
        while (at < statementEnd) {
            if (!gap.take(next())) {
                gap.write();
                copy(tokenFrom, at);
            }
        }
    }

    /** What stands between the token before and the next one, and how much of it has to stay. */
    private final class Gap {
        private Statement where;
        private Kind before;                                            // null: nothing, the statement begins
        private int beforeOctet;
        private boolean feature;                                        // before is the colon of (feature: value)
        private Kind beforeThat;
        private boolean escaped;                                        // before ends with an escape that has no blank
        private int depth;
        private boolean space;
        private boolean comment;

        void begin(Statement what) {
            where = what;
            before = null;
            beforeThat = null;
            beforeOctet = NOTHING;
            depth = 0;
            feature = false;
            space = false;
            comment = false;
        }

        /** @return whether the token is white space or a comment */
        boolean take(Kind what) {
            if (what == Kind.COMMENT && isKept()) {
                copy(tokenFrom, at);
                comment = false;
                return true;
            }
            space |= what == Kind.SPACE;
            comment |= what == Kind.COMMENT;
            return what == Kind.SPACE || what == Kind.COMMENT;
        }

        /** Writes what has to stand before the token that was read. @return whether the token begins apart from what was before */
        boolean write() {
            boolean apart = before == null || before == Kind.COMMA || before == Kind.OPEN_PAREN || before == Kind.FUNCTION;
            boolean blank = before != null && space && !vanishes();
            // A blank behind an escape would be a part of it (CSS Syntax 3 §4.3.7).
            if (before != null && comment && (blank ? escaped : !space && merges())) {
                put('/');
                put('*');
                put('*');
                put('/');
            }
            if (blank) {
                put(' ');
                apart = true;
            }
            feature = kind == Kind.COLON && before == Kind.WORD && beforeThat == Kind.OPEN_PAREN && colonsAreOfFeatures;
            depth += isOpen(kind) ? 1 : isClose(kind) ? -1 : 0;
            beforeThat = before;
            before = kind;
            beforeOctet = look(tokenFrom);
            escaped = endsEscaped();
            space = false;
            comment = false;
            return apart;
        }

        private boolean endsEscaped() {
            int p = at - 1;
            while (p > tokenFrom && at - p <= 6 && isHex(look(p))) {
                p--;
            }
            return look(p) == '\\';
        }

        /** Whether white space between the two can go. None of these pairs makes another token when it does. */
        private boolean vanishes() {
            if (kind == Kind.COMMA || before == Kind.COMMA || isOpen(before) || isClose(kind)) {
                return true;
            }
            return switch (where) {
                case PRELUDE -> feature;
                case DECLARATION -> isDelim("!/") && before != kind;
                case SELECTOR -> depth == 0 && isDelim(">+~") && (before != kind || isEither("*&.")) && kind != Kind.NUMBER;
                case CUSTOM, UNKNOWN, BAD -> throw new AssertionError(where);
            };
        }

        private boolean isDelim(String which) {
            return before == Kind.DELIM && which.indexOf(beforeOctet) >= 0 || kind == Kind.DELIM && which.indexOf(look(tokenFrom)) >= 0;
        }

        private boolean isEither(String which) {
            return which.indexOf(beforeOctet) >= 0 || which.indexOf(look(tokenFrom)) >= 0;
        }

        /** Whether two tokens with nothing but a comment between them might be others without it (CSS Syntax 3 §9), or to a careless reader. */
        private boolean merges() {
            boolean plainBefore = switch (before) {
                case COMMA, STRING, FUNCTION, OPEN_PAREN, OPEN_BRACKET, CLOSE_PAREN, CLOSE_BRACKET -> true;
                default -> false;
            };
            boolean plain = switch (kind) {
                case COMMA, STRING, CLOSE_PAREN, CLOSE_BRACKET, OPEN_BRACKET -> true;
                default -> false;
            };
            return !plainBefore && !plain;
        }

        private boolean isOpen(Kind what) {
            return what == Kind.OPEN_PAREN || what == Kind.OPEN_BRACKET || what == Kind.FUNCTION;
        }

        private boolean isClose(Kind what) {
            return what == Kind.CLOSE_PAREN || what == Kind.CLOSE_BRACKET;
        }
    }
}
