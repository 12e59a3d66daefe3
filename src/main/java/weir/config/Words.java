package weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts a value into words (by blanks) and items (by commas). {@code "…"} protects both; inside quotes {@code \"} and
 * {@code \\} are a quote and a backslash, everywhere else a backslash is a plain character. What came from the environment
 * splits like what was written, but inside quotes it stays together; a secret always stays together.
 */
final class Words {
    private static final byte BARE = 0;
    private static final byte MARK = 1;                     // a quote, or the backslash of an escape: not part of the word
    private static final byte PROTECTED = 2;

    private Words() {}

    private static byte[] mask(Word raw, Problems problems) {
        byte[] mask = new byte[raw.length()];
        int open = -1;
        for (int i = 0; i < mask.length; i++) {
            char c = raw.charAt(i);
            boolean steers = !raw.has(Word.SECRET, i) && (open < 0 || !raw.has(Word.SUBSTITUTED, i) || raw.has(Word.SUBSTITUTED, open));
            if (c == '"' && steers) {
                mask[i] = MARK;
                open = open < 0 ? i : -1;
            } else if (open >= 0 && c == '\\' && steers) {
                char next = i + 1 < mask.length ? raw.charAt(i + 1) : ' ';
                if (next == '"' || next == '\\') {
                    mask[i++] = MARK;
                } else if (problems != null) {
                    problems.error(raw.place(i), "a backslash inside quotes", "write \\\\ for a backslash, \\\" for a quote");
                }
                mask[i] = PROTECTED;
            } else {
                mask[i] = open >= 0 || raw.has(Word.SECRET | Word.QUOTED, i) ? PROTECTED : BARE;
            }
        }
        if (open >= 0 && problems != null) {
            problems.error(raw.place(open), "this quote is not closed", "write \"…\"");
        }
        return mask;
    }

    /** The words between blanks, without their quotes. An unclosed quote is reported and reaches to the end. */
    static List<Word> words(Word raw, Problems problems) {
        byte[] mask = mask(raw, problems);
        List<Word> words = new ArrayList<>();
        int i = 0;
        while (i < mask.length) {
            if (isBareBlank(raw, mask, i)) {
                i++;
                continue;
            }
            int from = i;
            while (i < mask.length && !isBareBlank(raw, mask, i)) i++;
            words.add(withoutMarks(raw, mask, from, i));
        }
        return words;
    }

    private static boolean isBareBlank(Word raw, byte[] mask, int i) {
        return mask[i] == BARE && Word.isBlank(raw.charAt(i));
    }

    private static Word withoutMarks(Word raw, byte[] mask, int from, int to) {
        Word.Builder out = raw.builder();
        for (int i = from; i < to; i++) {
            if (mask[i] != MARK) out.append(raw, i, mask[i] == PROTECTED ? Word.QUOTED : 0);
        }
        return out.length() == 0 ? out.buildEndingAt(raw, from) : out.buildEndingAt(raw, to);
    }

    /** The items between commas, still with their quotes. An empty one is reported and left out. */
    static List<Word> items(Word raw, Problems problems) {
        byte[] mask = mask(raw, null);                      // whoever cuts the items into words reports their quotes
        List<Word> items = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= mask.length; i++) {
            if (i < mask.length && (mask[i] != BARE || raw.charAt(i) != ',')) continue;
            Word item = raw.slice(from, i).trim();
            if (!item.isEmpty()) items.add(item);
            else problems.error(raw.place(i), i < mask.length ? "nothing before this comma" : "nothing after the last comma", "remove the comma");
            from = i + 1;
        }
        return items;
    }

    /** Where that text stands outside quotes, at or after an index; -1 when nowhere. */
    static int indexOfBare(Word raw, String wanted, int from) {
        byte[] mask = mask(raw, null);
        for (int i = raw.text().indexOf(wanted, from); i >= 0; i = raw.text().indexOf(wanted, i + 1)) {
            if (mask[i] == BARE) return i;
        }
        return -1;
    }

    /** Where the last word begins. */
    static int lastWordIndex(Word raw) {
        byte[] mask = mask(raw, null);
        int i = mask.length;
        while (i > 0 && !isBareBlank(raw, mask, i - 1)) i--;
        return i;
    }

    /** The value as one text: literally what is written, or, when it begins with a quote, what is inside the quotes. */
    static Optional<Word> text(Word raw, Problems problems) {
        if (raw.isEmpty() || raw.charAt(0) != '"' || raw.has(Word.SECRET, 0)) return Optional.of(raw);
        byte[] mask = mask(raw, problems);
        int end = 1;
        while (end < mask.length && !(mask[end] == MARK && raw.charAt(end) == '"')) end++;
        if (end >= mask.length) return Optional.empty();    // not closed: reported by the mask
        if (end < mask.length - 1) {
            problems.error(raw.place(end + 1), "text after the closing quote",
                    "quote all of it, with \\\" for a quote inside; or none of it");
            return Optional.empty();
        }
        return Optional.of(withoutMarks(raw, mask, 0, mask.length));
    }
}
