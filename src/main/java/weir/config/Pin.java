package weir.config;

import java.util.Locale;
import java.util.Optional;

/** SHA-256 of a public key, as 64 lower case hex digits; colons between them are taken off. */
final class Pin implements ValueType.OfWord<String> {
    private static final int DIGITS = 64;

    @Override
    public String name() {
        return "pin";
    }

    @Override
    public String range() {
        return "64 hex digits";
    }

    @Override
    public Optional<String> parseWord(Word word, Problems problems) {
        String digits = word.text().replace(":", "").toLowerCase(Locale.ROOT);
        if (digits.length() == DIGITS && digits.chars().allMatch(Ascii::isHex)) return Optional.of(digits);
        problems.error(word, word.shown() + " is no SHA-256", "write " + range() + ": weir cert prints them");
        return Optional.empty();
    }
}
