package weir.config;

import java.util.Optional;

/** A part of a whole: `20%`, `12.5%` or `0.2`. Comes out in hundredths of a percent, 0 to 10,000: exact, and it adds up. */
final class Ratio implements ValueType.OfWord<Integer> {
    static final int WHOLE = 10_000;

    @Override
    public String name() {
        return "share";
    }

    @Override
    public String range() {
        return "0% to 100%, or 0.0 to 1.0";
    }

    @Override
    public Optional<Integer> parseWord(Word word, Problems problems) {
        String text = word.text();
        boolean percent = text.endsWith("%");
        String number = percent ? text.substring(0, text.length() - 1) : text;
        int decimals = percent ? 2 : 4;
        int value = scaled(number, decimals);
        if (value >= 0 && value <= WHOLE && (percent || number.indexOf('.') >= 0)) return Optional.of(value);
        String meant = !percent && value > WHOLE && value <= 100 * WHOLE && value % WHOLE == 0 && !word.isSecret() ? text + "%" : null;
        problems.error(word.place(), word.shown() + " is no share of a whole", "write 20%, 12.5% or 0.2, at most 100%", meant);
        return Optional.empty();
    }

    /** The number without its point and with that many decimals; -1 when it is none, or is too long to be in range. */
    private static int scaled(String number, int decimals) {
        int point = number.indexOf('.');
        String before = point < 0 ? number : number.substring(0, point);
        String after = point < 0 ? "" : number.substring(point + 1);
        if (before.isEmpty() || before.length() > 3 || after.length() > decimals || (point >= 0 && after.isEmpty())) return -1;
        String digits = before + after + "0".repeat(decimals - after.length());
        if (!Ascii.isDigits(digits)) return -1;
        return Integer.parseInt(digits);
    }
}
