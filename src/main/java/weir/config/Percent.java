package weir.config;

import java.util.Optional;

/** A whole number of percent, as {@code 150%}. */
final class Percent implements ValueType.OfWord<Integer> {
    private final int least;
    private final int most;
    private final Quantity<Integer> number;

    Percent(int least, int most) {
        this.least = least;
        this.most = most;
        number = Quantity.number(least, most);
    }

    @Override
    public String name() {
        return "percent";
    }

    @Override
    public String range() {
        return least + "% to " + most + "%";
    }

    @Override
    public Optional<Integer> parseWord(Word word, Problems problems) {
        if (word.text().endsWith("%")) {
            return number.parseWord(word.slice(0, word.length() - 1), problems);
        }
        problems.error(word.place(), word.shown() + " has no '%'", "write " + range(), Ascii.isDigits(word.text()) && !word.isSecret() ? word.text() + "%" : null);
        return Optional.empty();
    }
}
