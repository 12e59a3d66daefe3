package weir.filter.minify;

/**
 * One way through a text: what is read of {@code in}, and what was written of it to {@code out}. Never writes more than it has
 * read, so that {@code out} needs no more room than the text. Octets from 0x80 on are parts of words that nobody looks into: any
 * charset will do in which ASCII characters, and nothing else, are what they are in ASCII.
 */
abstract class Rewrite {
    /** What {@link #peek} sees behind the end. */
    static final int NOTHING = -1;

    final byte[] in;
    final int from;
    final int end;
    final byte[] out;
    int at;
    int written;

    Rewrite(byte[] in, int from, int end, byte[] out, int written) {
        this.in = in;
        this.from = from;
        this.end = end;
        this.out = out;
        this.at = from;
        this.written = written;
    }

    /** Reads all of the text and writes what remains of it. @return false when it is not fully understood: what was written is void then */
    abstract boolean run();

    final int peek(int ahead) {
        return look(at + ahead);
    }

    final int look(int place) {
        return place < end ? in[place] & 0xff : NOTHING;
    }

    final void put(int octet) {
        out[written++] = (byte) octet;
    }

    final void copy(int copyFrom, int copyTo) {
        System.arraycopy(in, copyFrom, out, written, copyTo - copyFrom);
        written += copyTo - copyFrom;
    }

    /** Whether the text goes on with these ASCII characters at this place. */
    final boolean startsWith(int place, String text) {
        if (text.length() > end - place) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (in[place + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The same, where letters are the same in either case. @param text in lower case */
    final boolean startsWithFolded(int place, String text) {
        if (text.length() > end - place) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (fold(in[place + i]) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code in[wordFrom, wordTo)} is this word. @param word in lower case; letters are the same in either case */
    final boolean isFolded(int wordFrom, int wordTo, String word) {
        return wordTo - wordFrom == word.length() && startsWithFolded(wordFrom, word);
    }

    /** The place of these ASCII characters from here on, or -1. */
    final int find(int place, String text) {
        for (int p = place; p <= end - text.length(); p++) {
            if (in[p] == text.charAt(0) && startsWith(p, text)) {
                return p;
            }
        }
        return -1;
    }

    /** Whether text stands right before and right behind a comment of markup, so that it might be a tag or a reference without it. */
    final boolean joins(int start, int behind) {
        int next = look(behind);
        return start > from && written > 0 && out[written - 1] != '>' && next != NOTHING && next != '<' && !isSpace(next);
    }

    /** A byte order mark (U+FEFF in UTF-8) is part of no token; it stays before all else. */
    final void byteOrderMark() {
        if (look(at) == 0xef && look(at + 1) == 0xbb && look(at + 2) == 0xbf) {
            copy(at, at + 3);
            at += 3;
        }
    }

    static int fold(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHex(int c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    /** White space of CSS (Syntax 3 §4.2) and HTML (Infra §4.6): tab, LF, FF, CR, blank. */
    static boolean isSpace(int c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
    }
}
