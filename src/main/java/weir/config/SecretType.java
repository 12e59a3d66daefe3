package weir.config;

import java.util.Optional;

/** A secret: taken as it is written, or between quotes, and never shown. */
final class SecretType implements ValueType<String> {
    private final int charactersMin;

    SecretType() {
        this(0);
    }

    /** One that travels in a field line (RFC 6750 §2.1): visible ASCII. @param charactersMin 1 or more */
    static SecretType token(int charactersMin) {
        return new SecretType(charactersMin);
    }

    private SecretType(int charactersMin) {
        this.charactersMin = charactersMin;
    }

    @Override
    public String name() {
        return "secret";
    }

    @Override
    public String range() {
        return "${file:/path}, or text" + (charactersMin == 0 ? "" : "; " + charactersMin + " characters or more");
    }

    @Override
    public Optional<String> parse(Word value, Problems problems) {
        Optional<String> secret = Words.text(value, problems).map(Word::text);
        if (secret.isEmpty() || charactersMin == 0) return secret;
        if (!secret.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            problems.error(value, "this token holds a blank, or what is not ASCII", "write letters, digits and marks only");
            return Optional.empty();
        }
        if (secret.get().length() < charactersMin) {
            problems.error(value, "this token has fewer than " + charactersMin + " characters", "write one that nobody can guess, as openssl rand -hex 32 makes them");
            return Optional.empty();
        }
        return secret;
    }
}
