package weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Joins continued lines, leaves comments out, splits at the first {@code =}. */
final class LineReader {
    /** What continued lines may add up to, in characters. */
    static final int JOINED_MAX = SourceReader.LINE_BYTES_MAX;

    static final int KEY_MAX = 256;

    /** @param broken whether a fault was reported already, so that the value is not to be judged */
    record Line(Word key, Word value, boolean broken) {}

    private final SourceReader.Lines lines;
    private final Problems problems;
    private int number;                                     // of the physical line last taken

    private LineReader(SourceReader.Lines lines, Problems problems) {
        this.lines = lines;
        this.problems = problems;
    }

    /** Reads up to {@code most} settings; what is behind them is left out without a word. */
    static List<Line> read(SourceReader.Lines lines, int most, Problems problems) {
        return new LineReader(lines, problems).all(most);
    }

    private List<Line> all(int most) {
        List<Line> entries = new ArrayList<>();
        int count = lines.source().lines().size();
        while (number < count && entries.size() < most) {
            String line = lines.source().line(++number);
            int start = afterBlanks(line);
            if (start == line.length() || line.charAt(start) == '#' || line.charAt(start) == '!') continue;
            joined(line, start).ifPresent(entries::add);
        }
        return entries;
    }

    private static int afterBlanks(String line) {
        int i = 0;
        while (i < line.length() && Word.isBlank(line.charAt(i))) i++;
        return i;
    }

    private Optional<Line> joined(String first, int start) {
        Word.Builder out = new Word.Builder(lines.source());
        boolean broken = lines.broken().get(number);
        int firstNumber = number;
        String line = first;
        int from = start;
        while (line.endsWith("\\")) {
            append(out, line, from, line.length() - 1);
            if (number == lines.source().lines().size()) {
                problems.error(lines.source().place(number, columnOf(line, line.length() - 1)),
                        "nothing follows this backslash", "it joins the next line; remove it");
                return Optional.empty();
            }
            line = lines.source().line(++number);
            from = afterBlanks(line);
            broken |= lines.broken().get(number);
            if (from < line.length() && line.charAt(from) == '#') {
                problems.warning(lines.source().place(number, columnOf(line, from)),
                        "this line continues the one above, so '#' starts no comment here",
                        "move the comment above the joined lines", null);
            }
        }
        append(out, line, from, line.length());
        if (out.length() > JOINED_MAX) {
            problems.error(lines.source().place(firstNumber, columnOf(first, start)), "these joined lines have "
                    + out.length() + " characters", "at most " + JOINED_MAX + " are taken");
            return Optional.empty();
        }
        return split(out.build(number, columnOf(line, line.length())).trim(), broken);
    }

    private void append(Word.Builder out, String line, int from, int to) {
        if (out.length() > JOINED_MAX) return;              // already too long: keep no more of it
        int column = columnOf(line, from);
        for (int i = from; i < to; i++) {
            char c = line.charAt(i);
            if (Character.isLowSurrogate(c) && i > from) column--;
            out.append(c, number, column++, 0);
        }
    }

    private static int columnOf(String line, int index) {
        return line.codePointCount(0, index) + 1;
    }

    private Optional<Line> split(Word joined, boolean broken) {
        int equals = joined.text().indexOf('=');
        if (equals < 0) {
            if (!broken) {
                problems.error(joined.place(), "no '=' in this line", "write key = value, or # before a comment", withEquals(joined));
            }
            return Optional.empty();
        }
        Word key = joined.slice(0, equals).trim();
        Word value = joined.from(equals + 1).trim();
        if (!isKey(key, broken)) return Optional.empty();
        return Optional.of(new Line(key, value, broken));
    }

    /** `key: value` is how others write it. */
    private static String withEquals(Word joined) {
        int colon = joined.text().indexOf(':');
        if (colon < 0 || colon > KEY_MAX) return null;
        String key = joined.slice(0, colon).trim().text();
        return Keys.find(Keys.parts(key)).isPresent() ? key + " = …" : null;
    }

    private boolean isKey(Word key, boolean broken) {
        if (key.isEmpty()) {
            if (!broken) problems.error(key, "no key before '='", "write key = value");
            return false;
        }
        if (key.length() > KEY_MAX) {
            problems.error(key, "this key has " + key.length() + " characters", "at most " + KEY_MAX + " are taken");
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (!Word.isBlank(key.charAt(i))) continue;
            if (!broken) problems.error(key.place(i), "a blank inside the key " + key.shown(), "write kind.name.option = value");
            return false;
        }
        return !broken || (key.text().indexOf('\uFFFD') < 0 && SourceReader.indexOfControl(key.text()) < 0);
    }
}
