package weir.filter.minify;

/**
 * Shortens a page (HTML Living Standard §13): a run of white space in text becomes one character, a line end if there was one, and
 * none in and before the head, where the parser drops it or nothing shows; comments of people go; tags lose the white space that
 * says nothing, and quotes that are not needed. Style sheets, scripts and JSON inside are made shorter by their own rules, where
 * these say yes.
 *
 * <p>It assumes that text outside of {@code pre}, {@code code} and their like is laid out with {@code white-space: normal}, or with
 * {@code pre-line}; where a page speaks of white-space anywhere, its text stays. It also assumes that no script counts text nodes or
 * looks for comments that begin with a blank and a letter. Comments without that blank are what frameworks, servers and caches left
 * for each other ({@code <!--$-->}, {@code <!--#include}, {@code <!--esi}, {@code <!--[if}): they stay.
 *
 * <p>What the parser of the standard would call an error in a tag or a comment leaves the page as it is.
 */
final class HtmlMinifier extends HtmlTags {
    /** Elements whose content stays; foreign ones are the last two. */
    private static final String[] KEPT = {"pre", "listing", "code", "samp", "kbd", "tt", "svg", "math"};
    private static final int FOREIGN = 6;
    /** What hides a pre outside from an end tag inside (§13.2.4.2, has an element in scope). */
    private static final String[] SCOPES = {"table", "template", "object", "marquee", "applet"};
    /** Elements whose content has no tags (§13.2.6.4): style, script and title have places of their own in a page. */
    private static final String[] RAW = {"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"};
    private static final String[] HEAD = {"html", "head", "meta", "link", "base", "title", "script", "style", "noscript"};

    private final int[] open = new int[KEPT.length];
    private int kept;                    // the sum of these
    private int scopes;                  // in a pre
    private boolean textStays;
    private boolean inHead;              // nothing but the head has begun
    private boolean begun;               // something has that is no part of the head
    private int blank = NOTHING;         // white space that waits for what follows

    HtmlMinifier(byte[] in, int from, int end, byte[] out, int written) {
        super(in, from, end, out, written);
    }

    @Override
    boolean run() {
        for (int p = from; p < end; p++) {
            if (in[p] == 0) {
                return false;
            }
        }
        textStays = namesWhiteSpace(in, from, end);
        byteOrderMark();
        while (at < end) {
            if (!(peek(0) == '<' ? markup(peek(1)) : text())) {
                return false;
            }
        }
        flush();
        return true;
    }

    /** A property of CSS, or a class of those who have one for each value. What says so must stay: it counts for another time, too. */
    private static boolean namesWhiteSpace(byte[] text, int textFrom, int textTo) {
        for (int p = textFrom; p < textTo - 9; p++) {
            boolean white = fold(text[p]) == 'w' && fold(text[p + 1]) == 'h' && fold(text[p + 4]) == 'e';
            if (white && (isWord(text, p, textTo, "white-space") || isWord(text, p, textTo, "whitespace-"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWord(byte[] text, int place, int textTo, String word) {
        int same = 0;
        while (same < word.length() && place + same < textTo && fold(text[place + same]) == word.charAt(same)) {
            same++;
        }
        return same == word.length();
    }

    private void flush() {
        if (blank != NOTHING) {
            put(blank);
            blank = NOTHING;
        }
    }

    private void bodyBegins() {
        inHead = false;
        begun = true;
    }

    /** Up to the next tag. */
    private boolean text() {
        int start = at;
        while (at < end && peek(0) != '<') {
            at++;
        }
        if (kept > 0 || textStays) {
            copy(start, at);
            return true;
        }
        for (int p = start; p < at; p++) {
            int c = look(p);
            if (isSpace(c)) {
                blank = blank == '\n' || c == '\n' || c == '\r' ? '\n' : ' ';
            } else {
                bodyBegins();
                flush();
                put(c);
            }
        }
        return true;
    }

    private boolean markup(int c) {
        if (c == '!' || c == '?') {
            return startsWith(at, "<!--") ? comment() : declaration();
        }
        if (c == '/') {
            return isLetter(peek(2)) && endTag();
        }
        if (isLetter(c)) {
            return startTag();
        }
        bodyBegins();
        flush();
        put('<');                                                      // §13.2.5.6: just a character
        at++;
        return true;
    }

    /** A doctype, or what the parser takes for a comment up to the first {@code >} (§13.2.5.42). */
    private boolean declaration() {
        int close = find(at, ">");
        if (close < 0 || startsWith(at, "<![CDATA[")) {
            return false;
        }
        if (startsWithFolded(at, "<!doctype") && !begun) {
            inHead = true;
        }
        between();
        copy(at, close + 1);
        at = close + 1;
        return true;
    }

    /** White space before a tag. */
    private void between() {
        if (inHead) {
            blank = NOTHING;
        }
        flush();
    }

    private boolean comment() {
        int close = find(at + 4, "-->");
        if (close < 0 || startsWith(at + 4, ">") || startsWith(at + 4, "->")) {
            return false;
        }
        for (int p = at + 4; p < close; p++) {
            if (startsWith(p, "--!>")) {
                return false;
            }
        }
        boolean counts = textStays && namesWhiteSpace(in, at, close);
        if (kept > 0 || counts || !isOfPeople(at + 4, close) || blank == NOTHING && joins(at, close + 3)) {
            between();
            copy(at, close + 3);
        }
        at = close + 3;
        return true;
    }

    private boolean isOfPeople(int contentFrom, int contentTo) {
        int p = contentFrom;
        while (p < contentTo && isSpace(look(p))) {
            p++;
        }
        int c = look(p);
        boolean spoken = isLetter(c) || isDigit(c) || c >= 0x80 || c == '<' || c == '=' || c == '*' || c == '_' || c == '~' || c == '+' || c == '.' || c == '(';
        return p > contentFrom && p < contentTo && spoken && !startsWith(p, "ko ") && !startsWith(p, "esi") && !startsWith(p, "wp:")
                && !startsWith(p, "google") && !startsWithFolded(p, "noindex");
    }

    private boolean endTag() {
        int start = at;
        if (!scanEndTag()) {
            return false;
        }
        int scope = index(SCOPES);
        if (scope >= 0 && open[0] > 0) {
            scopes = Math.max(0, scopes - 1);
        }
        int element = index(KEPT);
        if (element == 0 && scopes > 0) {
            return false;
        }
        inHead &= index(HEAD) >= 0;
        begun |= !inHead;
        between();
        if (kept > 0) {
            copy(start, at);
        } else {
            put('<');
            put('/');
            copy(nameFrom, nameTo);
            put('>');
        }
        if (element >= 0 && open[element] > 0) {
            open[element]--;
            kept--;
        }
        return true;
    }

    private boolean startTag() {
        int start = at;
        scanName(at + 1);
        boolean body = isFolded(nameFrom, nameTo, "body");
        if (index(HEAD) < 0) {
            begun = true;
            inHead &= body;
        } else if (!begun && (isFolded(nameFrom, nameTo, "html") || isFolded(nameFrom, nameTo, "head"))) {
            inHead = true;
        } else {
            begun |= !inHead;
        }
        between();
        inHead &= !body;
        int before = written;
        if (!writeStartTag()) {
            return false;
        }
        if (kept > 0) {
            written = before;
            copy(start, at);
        }
        if (open[0] > 0 && index(SCOPES) >= 0) {
            scopes++;
        }
        int element = index(KEPT);
        if (element >= 0 && !(selfClosing && element >= FOREIGN)) {
            open[element]++;
            kept++;
        }
        return content();
    }

    /** What follows a start tag and has no tags. */
    private boolean content() {
        int raw = index(RAW);
        if (isFolded(nameFrom, nameTo, "plaintext")) {
            copy(at, end);
            at = end;
        }
        if (raw < 0) {
            return true;
        }
        if (open[FOREIGN] + open[FOREIGN + 1] > 0) {
            return isFolded(nameFrom, nameTo, "title");                // §13.2.6.5: other rules there
        }
        int close = endOf(RAW[raw]);
        if (close < 0 || raw == RAW.length - 1 && !isPlain(close)) {
            return false;
        }
        Minifier language = raw > 1 || kept > 0 ? null : raw == 1 ? styleLanguage() : scriptLanguage();
        if (raw == 0 && has("<!--", close)) {
            if (has("<script", close)) {
                return false;                                          // §13.2.5.26: the end tag may be no end then
            }
            language = null;
        }
        embed(language, close);
        at = close;
        return true;
    }

    private void embed(Minifier language, int close) {
        if (language != null && close > at) {
            Rewrite inside = language.rewrite(in, at, close, out, written);
            if (inside.run() && inside.written - written < close - at
                    && !(textStays && namesWhiteSpace(in, at, close) && !namesWhiteSpace(out, written, inside.written))) {
                written = inside.written;
                return;
            }
        }
        copy(at, close);
    }

    /** Whether a noscript ends here for those that run scripts, and to whom it is text, and for those that do not. */
    private boolean isPlain(int close) {
        int quotes = 0;
        for (int p = at; p < close; p++) {
            quotes += look(p) == '"' ? 1 : 0;
        }
        return quotes % 2 == 0 && !has("<!--", close);
    }

    private boolean has(String text, int to) {
        for (int p = at; p < to; p++) {
            if (look(p) == '<' && startsWithFolded(p, text)) {
                return true;
            }
        }
        return false;
    }
}
