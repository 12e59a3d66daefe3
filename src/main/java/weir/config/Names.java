package weir.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The names that an operator gives, and the tokens that HTTP has. */
final class Names {
    /** Fields that decide where a message ends or who is asked; weir writes these itself. */
    private static final Set<String> OWN_FIELDS = Set.of("connection", "content-length", "expect", "host", "http2-settings", "keep-alive",
            "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade");

    private Names() {}

    /** Letters, digits, '-' and '_'. */
    static boolean isName(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> Ascii.isLetterDigitOr("-_", c));
    }

    /** RFC 9110 §5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> Ascii.isLetterDigitOr("!#$%&'*+-.^_`|~", c));
    }

    /** Whether a field line of that name may be edited; reports it when not. */
    static boolean isEditableField(Word name, Problems problems) {
        if (!isToken(name.text())) {
            problems.error(name, name.shown() + " is no field name", "write a token such as X-Request-Id");
            return false;
        }
        if (OWN_FIELDS.contains(name.text().toLowerCase(Locale.ROOT))) {
            boolean host = name.text().equalsIgnoreCase("host");
            problems.error(name, name.shown() + " cannot be edited", host ? "use route.NAME.host" : "weir writes this field itself");
            return false;
        }
        return true;
    }

    /** A name that the operator gave elsewhere. */
    static final class NameType implements ValueType.OfWord<NameType.Reference> {
        /** A name and where it is used. */
        record Reference(String name, Place place) {}

        @Override
        public String name() {
            return "name";
        }

        @Override
        public String range() {
            return "name";
        }

        @Override
        public Optional<Reference> parseWord(Word word, Problems problems) {
            if (isName(word.text())) return Optional.of(new Reference(word.text(), word.place()));
            problems.error(word, word.shown() + " is no name", "a name has letters, digits, '-' and '_'");
            return Optional.empty();
        }
    }

    /** A field name, as it is written. */
    static final class FieldType implements ValueType.OfWord<String> {
        @Override
        public String name() {
            return "field name";
        }

        @Override
        public String range() {
            return "Field-Name";
        }

        @Override
        public Optional<String> parseWord(Word word, Problems problems) {
            return isEditableField(word, problems) ? Optional.of(word.text()) : Optional.empty();
        }
    }

    /** One token, perhaps with some that are refused. */
    static final class TokenType implements ValueType.OfWord<String> {
        private final Set<String> refused;

        /** @param refused in lower case */
        TokenType(String... refused) {
            this.refused = Set.of(refused);
        }

        @Override
        public String name() {
            return "token";
        }

        @Override
        public String range() {
            return "token";
        }

        @Override
        public Optional<String> parseWord(Word word, Problems problems) {
            if (!isToken(word.text())) {
                problems.error(word, word.shown() + " is no token", "write letters, digits and -._~!#$%&'*+^`|");
            } else if (refused.contains(word.text().toLowerCase(Locale.ROOT))) {
                problems.error(word, word.shown() + " is never passed on", "leave it out");
            } else {
                return Optional.of(word.text());
            }
            return Optional.empty();
        }
    }

    /** The value of a field line: all that is written, or what is between the quotes around it. */
    static final class FieldValueType implements ValueType<String> {
        @Override
        public String name() {
            return "text";
        }

        @Override
        public String range() {
            return "text, or \"text\"";
        }

        @Override
        public Optional<String> parse(Word value, Problems problems) {
            return Words.text(value, problems).map(Word::text);
        }
    }
}
