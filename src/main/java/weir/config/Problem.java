package weir.config;

/**
 * One thing that is wrong in the configuration.
 *
 * @param what what is wrong, in a few words
 * @param whatToDo what the operator can write instead; may be empty
 * @param suggestion the nearest thing that would be right, or null
 */
public record Problem(Severity severity, Place place, String what, String whatToDo, String suggestion) {
    /** An error refuses the configuration, a warning does not. */
    public enum Severity {
        ERROR,
        WARNING;

        @Override
        public String toString() {
            return this == ERROR ? "error" : "warning";
        }
    }

    private static final int SHOWN_CHARACTERS_MAX = 160;
    private static final String INDENT = "    ";

    /**
     * The problem as the operator reads it, without a line end after the last line:
     *
     * <pre>
     * weir.properties:12:17: error: unknown unit 'sec' in '5sec'; write 250ms, 5s, 10m, 2h
     *     pool.app.resolve = 5sec
     *                         ^
     *     did you mean '5s'?
     * </pre>
     */
    public String render() {
        StringBuilder out = new StringBuilder(200);
        out.append(printable(place.toString())).append(": ").append(severity).append(": ").append(printable(what));
        if (!whatToDo.isEmpty()) out.append("; ").append(printable(whatToDo));
        if (place.line() > 0) sourceAndCaret(out);
        if (suggestion != null) {
            out.append('\n').append(INDENT).append("did you mean '").append(printable(suggestion)).append("'?");
        }
        return out.toString();
    }

    private void sourceAndCaret(StringBuilder out) {
        if (place.source().holdsSecret(place.line())) return;
        int[] line = place.sourceLine().codePoints().toArray();
        int caret = Math.min(place.column() - 1, line.length);
        int from = 0;
        int to = line.length;
        if (line.length > SHOWN_CHARACTERS_MAX) {            // a window around the caret, never a screenful
            from = Math.max(0, Math.min(caret - SHOWN_CHARACTERS_MAX / 2, line.length - SHOWN_CHARACTERS_MAX));
            to = from + SHOWN_CHARACTERS_MAX;
        }
        out.append('\n').append(INDENT);
        if (from > 0) out.append('…');
        for (int i = from; i < to; i++) out.appendCodePoint(printable(line[i]));
        if (to < line.length) out.append('…');
        out.append('\n').append(INDENT);
        if (from > 0) out.append(' ');
        for (int i = from; i < caret; i++) out.append(line[i] == '\t' ? '\t' : ' ');
        out.append('^');
    }

    /** What a file holds must not steer the terminal that shows it: controls and direction marks become U+FFFD. */
    static int printable(int character) {
        if (character == '\t') return character;
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR, Character.UNASSIGNED -> 0xFFFD;
            default -> character;
        };
    }

    static String printable(String text) {
        return text.codePoints().map(Problem::printable)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    @Override
    public String toString() {
        return render();
    }
}
