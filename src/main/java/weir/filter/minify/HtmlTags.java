package weir.filter.minify;

/**
 * The tags of a page (HTML Living Standard §13.2.5.6 to .40). Where the tokenizer of the standard would report an error, the tag is
 * refused: nobody should have to know what browsers do then.
 */
abstract class HtmlTags extends Rewrite {
    int nameFrom;
    int nameTo;
    boolean selfClosing;
    private int typeFrom;                // the value of the attribute type, or -1
    private int typeTo;
    private boolean hasLanguage;
    private int valueFrom;               // the last value, without its quotes
    private int valueTo;

    HtmlTags(byte[] in, int from, int end, byte[] out, int written) {
        super(in, from, end, out, written);
    }

    /** The name of a tag that begins here, without moving. */
    final void scanName(int start) {
        nameFrom = start;
        nameTo = start;
        while (isNamePart(look(nameTo))) {
            nameTo++;
        }
    }

    private static boolean isNamePart(int c) {
        return isLetter(c) || isDigit(c) || c == '-' || c == '_' || c == ':' || c == '.' || c >= 0x80;
    }

    /** The place of the tag's name in this table, or -1. */
    final int index(String[] names) {
        for (int i = 0; i < names.length; i++) {
            if (isFolded(nameFrom, nameTo, names[i])) {
                return i;
            }
        }
        return -1;
    }

    /** Moves behind an end tag that has nothing but a name. */
    final boolean scanEndTag() {
        scanName(at + 2);
        at = nameTo;
        skipSpace();
        return peek(0) == '>' && at++ > 0;
    }

    private boolean skipSpace() {
        int start = at;
        while (isSpace(peek(0))) {
            at++;
        }
        return at > start;
    }

    /** Reads a start tag, whose name has been scanned, and writes it. */
    final boolean writeStartTag() {
        typeFrom = -1;
        hasLanguage = false;
        selfClosing = false;
        copy(at, nameTo);
        at = nameTo;
        boolean unquoted = false;                                      // the last attribute ends without a quote
        while (true) {
            boolean apart = skipSpace();
            int c = peek(0);
            if (c == '>') {
                if (unquoted && apart && look(valueTo - 1) == '/') {
                    put(' ');                                          // not an error without it, but no self-closing tag either
                }
                put('>');
                at++;
                return true;
            }
            if (c == '/' && peek(1) == '>') {
                selfClosing = true;
                if (unquoted) {
                    put(' ');                                          // else it would be part of the value
                }
                copy(at, at + 2);
                at += 2;
                return true;
            }
            if (!apart || !isAttributePart(c)) {
                return false;
            }
            put(' ');
            int attribute = at;
            while (isAttributePart(peek(0))) {
                at++;
            }
            copy(attribute, at);
            int attributeTo = at;
            skipSpace();
            if (peek(0) != '=') {
                at = attributeTo;
                unquoted = false;
                continue;
            }
            at++;
            skipSpace();
            put('=');
            int value = value();
            if (value == 0) {
                return false;
            }
            unquoted = value < 0;
            note(attribute, attributeTo);
        }
    }

    private static boolean isAttributePart(int c) {
        return c > ' ' && c != '"' && c != '\'' && c != '<' && c != '>' && c != '/' && c != '=' && c != 0x7f;
    }

    /** @return 1 written with quotes, -1 without, 0 an error */
    private int value() {
        int quote = peek(0);
        boolean quoted = quote == '"' || quote == '\'';
        boolean plain = true;
        at += quoted ? 1 : 0;
        valueFrom = at;
        for (int c = peek(0); quoted ? c != quote : !isSpace(c) && c != '>'; c = peek(0)) {
            if (c == NOTHING || !quoted && (c == '"' || c == '\'' || c == '<' || c == '=' || c == '`')) {
                return 0;
            }
            plain &= isLetter(c) || isDigit(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '#' || c == '/';
            at++;
        }
        valueTo = at;
        at += quoted ? 1 : 0;
        boolean empty = valueTo == valueFrom;
        if (quoted && plain && !empty && look(valueTo - 1) != '/') {
            copy(valueFrom, valueTo);
            return -1;
        }
        copy(quoted ? valueFrom - 1 : valueFrom, at);
        return quoted ? 1 : empty ? 0 : -1;
    }

    private void note(int attribute, int attributeTo) {
        if (typeFrom < 0 && isFolded(attribute, attributeTo, "type")) {
            typeFrom = valueFrom;
            typeTo = valueTo;
        }
        hasLanguage |= isFolded(attribute, attributeTo, "language");
    }

    /** The place of the end tag of this name, or -1. */
    final int endOf(String name) {
        for (int p = at; p < end - name.length() - 2; p++) {
            if (in[p] == '<' && look(p + 1) == '/' && startsWithFolded(p + 2, name)) {
                int c = look(p + 2 + name.length());
                if (isSpace(c) || c == '/' || c == '>') {
                    return p;
                }
            }
        }
        return -1;
    }

    final Minifier styleLanguage() {
        return typeFrom < 0 || typeTo == typeFrom || isType("text/css") ? Minifier.CSS : null;
    }

    /** HTML §4.12.1: the type of a script; what is none of these is data that only the page knows. */
    final Minifier scriptLanguage() {
        if (typeFrom < 0 ? !hasLanguage : typeTo == typeFrom || isType("text/javascript") || isType("application/javascript") || isType("module")) {
            return Minifier.JS;
        }
        boolean json = typeFrom >= 0 && (isType("application/json") || isType("application/ld+json") || isType("importmap") || isType("speculationrules"));
        return json ? Minifier.JSON : null;
    }

    private boolean isType(String type) {
        return isFolded(typeFrom, typeTo, type);
    }
}
