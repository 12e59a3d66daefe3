package weir.config;

import java.util.Arrays;

/**
 * A run of characters of the configuration that knows for each of them where it stands in its source, also after lines
 * were joined, quotes taken off and <code>${…}</code> replaced (what came from there stands where the dollar stands).
 * Immutable.
 */
final class Word {
    /** Came from <code>${…}</code>. */
    static final int SUBSTITUTED = 1;
    /** Came from <code>${file:…}</code>: never printed, never split, never a quote. */
    static final int SECRET = 2;
    /** Stood between quotes: never split. */
    static final int QUOTED = 4;

    private static final int SHOWN_MAX = 60;

    private final Source source;
    private final String text;
    private final long[] cells;                             // line, column, flags; one more than characters: the end

    private Word(Source source, String text, long[] cells) {
        this.source = source;
        this.text = text;
        this.cells = cells;
    }

    /** The characters, a secret's too: never put them into a message, use {@link #shown()}. */
    String text() {
        return text;
    }

    int length() {
        return text.length();
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    char charAt(int index) {
        return text.charAt(index);
    }

    /** Where the first character stands, or would stand when there is none. */
    Place place() {
        return place(0);
    }

    /** @param index 0..length; length is the place just behind the word */
    Place place(int index) {
        return source.place((int) (cells[index] >>> 32), (int) (cells[index] >>> 8) & 0xff_ffff);
    }

    boolean has(int flag, int index) {
        return (cells[index] & flag) != 0;
    }

    boolean isSecret() {
        return any(SECRET);
    }

    /** Whether any part of it stood between quotes; an empty word can only have been written as {@code ""}. */
    boolean isQuoted() {
        return text.isEmpty() || any(QUOTED);
    }

    private boolean any(int flag) {
        for (int i = 0; i < text.length(); i++) {
            if (has(flag, i)) return true;
        }
        return false;
    }

    /** Whether this is that word, written without quotes. */
    boolean is(String wanted) {
        return text.equals(wanted) && !any(QUOTED);
    }

    Word slice(int from, int to) {
        return new Word(source, text.substring(from, to), Arrays.copyOfRange(cells, from, to + 1));
    }

    Word from(int index) {
        return slice(index, text.length());
    }

    /** The same, and no part of it may be shown. */
    Word asSecret() {
        long[] secret = cells.clone();
        for (int i = 0; i < text.length(); i++) secret[i] |= SECRET;
        return new Word(source, text, secret);
    }

    /** Without the blanks at both ends, unless they are protected. */
    Word trim() {
        int from = 0;
        int to = text.length();
        while (from < to && isOpenBlank(from)) from++;
        while (to > from && isOpenBlank(to - 1)) to--;
        return from == 0 && to == text.length() ? this : slice(from, to);
    }

    private boolean isOpenBlank(int index) {
        return isBlank(text.charAt(index)) && !has(SECRET | QUOTED, index);
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** All of it, secrets left out. */
    String withoutSecrets() {
        if (!isSecret()) return text;
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (!has(SECRET, i)) out.append(text.charAt(i));
            else if (i == 0 || !has(SECRET, i - 1)) out.append("(secret)");
        }
        return out.toString();
    }

    /** In quotes and cut to what fits a message, secrets left out. */
    String shown() {
        String all = withoutSecrets();
        if (all.length() <= SHOWN_MAX) return "'" + all + "'";
        int end = Character.isHighSurrogate(all.charAt(SHOWN_MAX - 1)) ? SHOWN_MAX - 1 : SHOWN_MAX;
        return "'" + all.substring(0, end) + "…'";
    }

    @Override
    public String toString() {
        return shown();                                     // so that a slip in a message tells no secret
    }

    /** Puts characters together. */
    static final class Builder {
        private final Source source;
        private final StringBuilder text = new StringBuilder();
        private long[] cells = new long[64];

        Builder(Source source) {
            this.source = source;
        }

        Builder append(char c, int line, int column, int flags) {
            cell(text.length(), cell(line, column, flags));
            text.append(c);
            return this;
        }

        /** The character of another word with its place, and more flags. */
        Builder append(Word other, int index, int moreFlags) {
            cell(text.length(), other.cells[index] | moreFlags);
            text.append(other.text.charAt(index));
            return this;
        }

        /** A character that stands for what is written at that index of another word. */
        Builder append(char c, Word other, int index, int moreFlags) {
            cell(text.length(), other.cells[index] | moreFlags);
            text.append(c);
            return this;
        }

        int length() {
            return text.length();
        }

        Word build(int endLine, int endColumn) {
            cell(text.length(), cell(endLine, endColumn, 0));
            return new Word(source, text.toString(), Arrays.copyOf(cells, text.length() + 1));
        }

        Word buildEndingAt(Word other, int index) {
            cell(text.length(), other.cells[index]);
            return new Word(source, text.toString(), Arrays.copyOf(cells, text.length() + 1));
        }

        private void cell(int index, long cell) {
            if (index == cells.length) cells = Arrays.copyOf(cells, cells.length * 2);
            cells[index] = cell;
        }

        private static long cell(int line, int column, int flags) {
            return (long) line << 32 | (long) column << 8 | flags;
        }
    }

    Builder builder() {
        return new Builder(source);
    }
}
