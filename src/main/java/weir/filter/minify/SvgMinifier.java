package weir.filter.minify;

import java.util.Arrays;

/**
 * Drops comments of an SVG image, white space between its tags where no text is drawn, and in its tags where it says nothing (SVG 2
 * §5, XML 1.0). Text, titles, style sheets, scripts, foreign objects, CDATA sections and what says {@code xml:space} stay as they are,
 * as do processing instructions, the document type with its internal subset, and all values. What is not well-formed, and what has
 * no {@code svg} at its root, is left alone.
 */
final class SvgMinifier extends Rewrite {
    /** Elements inside each other. */
    static final int DEPTH_MAX = 512;
    private static final String[] KEPT = {"text", "tspan", "tref", "textPath", "altGlyph", "flowRoot", "flowPara", "flowSpan", "title", "desc", "style", "script",
            "foreignObject", "metadata"};

    private int[] names = new int[32];   // where the name of each open element begins
    private int depth;
    private int keptDepth;               // of the outermost element whose content stays, 0 when there is none
    private boolean rootSeen;
    private boolean inText;              // since the last tag, more than white space
    private boolean opened;              // the last tag began an element
    private boolean spaceKept;           // the tag has xml:space

    SvgMinifier(byte[] in, int from, int end, byte[] out, int written) {
        super(in, from, end, out, written);
    }

    @Override
    boolean run() {
        byteOrderMark();
        int start = at;
        while (at < end) {
            boolean sound = peek(0) != '<' ? text() : switch (peek(1)) {
                case '?' -> (at == start || !startsWithFolded(at, "<?xml ")) && through("?>");
                case '!' -> startsWith(at, "<!--") ? comment() : startsWith(at, "<![CDATA[") ? depth > 0 && through("]]>") : doctype();
                case '/' -> endTag();
                default -> startTag();
            };
            if (!sound) {
                return false;
            }
        }
        return rootSeen && depth == 0;
    }

    private boolean through(String close) {
        int p = find(at, close);
        if (p < 0) {
            return false;
        }
        copy(at, p + close.length());
        at = p + close.length();
        return true;
    }

    /** Of white space only, between two tags or beside the root: it shows nowhere. Between a start and its end it makes an element not :empty. */
    private boolean text() {
        int start = at;
        boolean blank = true;
        while (at < end && peek(0) != '<') {
            if (peek(0) == 0) {
                return false;
            }
            blank &= isSpace(peek(0)) && peek(0) != '\f';
            at++;
        }
        boolean only = opened && startsWith(at, "</");
        if (keptDepth > 0 || !blank || only || inText) {
            copy(start, at);
        }
        inText |= !blank;
        return depth > 0 || blank;
    }

    /** XML 1.0 §2.5: no two hyphens inside. */
    private boolean comment() {
        int close = find(at + 4, "--");
        if (close < 0 || look(close + 2) != '>') {
            return false;
        }
        if (keptDepth > 0 || look(at + 4) == '!' || joins(at, close + 3)) {
            copy(at, close + 3);
        }
        at = close + 3;
        return true;
    }

    /** XML 1.0 §2.8. With attribute lists in it, there may be more to a tag than it says. */
    private boolean doctype() {
        if (rootSeen || !startsWith(at, "<!DOCTYPE")) {
            return false;
        }
        int start = at;
        boolean subset = false;
        while (at < end) {
            int c = peek(0);
            if (c == '"' || c == '\'') {
                at++;
                while (at < end && peek(0) != c) {
                    at++;
                }
            } else if (startsWith(at, "<!--") || startsWith(at, "<?")) {
                int close = find(at, peek(1) == '?' ? "?>" : "-->");
                if (close < 0) {
                    return false;
                }
                at = close + 1;
            } else if (startsWith(at, "<!ATTLIST")) {
                return false;
            } else if (c == '>' && !subset) {
                at++;
                copy(start, at);
                return true;
            }
            subset = c == '[' || subset && c != ']';
            at++;
        }
        return false;
    }

    private boolean endTag() {
        int name = at + 2;
        int nameTo = nameEnd(name);
        if (depth == 0 || nameTo == name || !isSameName(names[depth - 1], name, nameTo)) {
            return false;
        }
        at = nameTo;
        skipSpace();
        if (peek(0) != '>') {
            return false;
        }
        at++;
        copy(name - 2, nameTo);
        put('>');
        if (keptDepth == depth) {
            keptDepth = 0;
        }
        depth--;
        opened = false;
        inText = false;
        return true;
    }

    private boolean isSameName(int open, int name, int nameTo) {
        return nameEnd(open) - open == nameTo - name && Arrays.equals(in, open, open + nameTo - name, in, name, nameTo);
    }

    private int nameEnd(int start) {
        int p = start;
        for (int c = look(p); isLetter(c) || isDigit(c) || c == '_' || c == ':' || c == '-' || c == '.' || c >= 0x80; c = look(p)) {
            p++;
        }
        return p;
    }

    private boolean startTag() {
        int name = at + 1;
        int nameTo = nameEnd(name);
        int local = nameTo;
        while (local > name && look(local - 1) != ':') {
            local--;
        }
        boolean svg = nameTo - local == 3 && startsWith(local, "svg");
        int first = look(name);
        if (!isLetter(first) && first != '_' && first < 0x80 || depth == 0 && (rootSeen || !svg)) {
            return false;
        }
        copy(at, nameTo);
        at = nameTo;
        spaceKept = false;
        if (!attributes()) {
            return false;
        }
        rootSeen = true;
        inText = false;
        if (look(at - 2) == '/') {
            opened = false;
            return true;
        }
        if (depth == DEPTH_MAX) {
            return false;
        }
        if (depth == names.length) {
            names = Arrays.copyOf(names, 2 * depth);
        }
        names[depth++] = name;
        opened = true;
        if (keptDepth == 0 && (spaceKept || isKept(local, nameTo))) {
            keptDepth = depth;
        }
        return true;
    }

    private boolean isKept(int local, int nameTo) {
        for (String name : KEPT) {
            if (name.length() == nameTo - local && startsWith(local, name)) {
                return true;
            }
        }
        return false;
    }

    /** XML 1.0 §3.1: white space before each, quotes around each value, and no {@code <} in it. */
    private boolean attributes() {
        while (true) {
            boolean apart = skipSpace();
            if (peek(0) == '>' || startsWith(at, "/>")) {
                int close = peek(0) == '>' ? at + 1 : at + 2;
                copy(at, close);
                at = close;
                return true;
            }
            int nameTo = nameEnd(at);
            if (!apart || nameTo == at) {
                return false;
            }
            put(' ');
            copy(at, nameTo);
            spaceKept |= isFolded(at, nameTo, "xml:space");
            at = nameTo;
            skipSpace();
            if (peek(0) != '=') {
                return false;
            }
            put('=');
            at++;
            skipSpace();
            int quote = peek(0);
            int p = at + 1;
            while (p < end && in[p] != quote && in[p] != '<') {
                p++;
            }
            if (quote != '"' && quote != '\'' || look(p) != quote) {
                return false;
            }
            copy(at, p + 1);
            at = p + 1;
        }
    }

    private boolean skipSpace() {
        int start = at;
        while (isSpace(peek(0)) && peek(0) != '\f') {
            at++;
        }
        return at > start;
    }
}
