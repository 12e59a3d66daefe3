package weir.config;

import java.util.Optional;

/** A secret: taken as it is written, or between quotes, and never shown. */
final class SecretType implements ValueType<String> {
    @Override
    public String name() {
        return "secret";
    }

    @Override
    public String range() {
        return "${file:/path}, or text";
    }

    @Override
    public Optional<String> parse(Word value, Problems problems) {
        return Words.text(value, problems).map(Word::text);
    }
}
