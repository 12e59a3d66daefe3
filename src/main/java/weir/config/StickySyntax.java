package weir.config;

import java.time.Duration;
import java.util.Optional;

/**
 * {@code pool.NAME.sticky}: {@code cookie NAME [for TIME] [same-site lax|strict|none] [insecure]}.
 *
 * @param maxAge zero for as long as the browser runs
 */
record StickySyntax(String cookie, Duration maxAge, String sameSite, boolean secure) {
    static final class Type implements ValueType<StickySyntax> {
        private static final Names.TokenType NAME = new Names.TokenType();
        private static final Quantity<Duration> AGE = Quantity.time("1s", "400d");
        private static final Choice<String> SAME_SITE = Choice.of("lax", "strict", "none");

        @Override
        public String name() {
            return "cookie";
        }

        @Override
        public String range() {
            return "cookie NAME [for TIME] [same-site lax|strict|none] [insecure]";
        }

        @Override
        public Optional<StickySyntax> parse(Word value, Problems problems) {
            Phrase phrase = new Phrase(value, problems, range());
            phrase.expect("cookie");
            String cookie = phrase.value(NAME, "name of the cookie", "");
            Duration age = Duration.ZERO;
            String sameSite = "lax";
            boolean secure = true;
            while (phrase.peek() != null) {
                if (phrase.accept("for")) {
                    age = phrase.value(AGE, "time", Duration.ZERO);
                } else if (phrase.accept("same-site")) {
                    sameSite = phrase.value(SAME_SITE, "word", "lax");
                } else if (phrase.accept("insecure")) {
                    secure = false;
                } else {
                    break;
                }
            }
            if (!phrase.end()) return Optional.empty();
            if (!secure && sameSite.equals("none")) {
                problems.error(value, "browsers take same-site none only from secure cookies", "leave insecure out");
                return Optional.empty();
            }
            return Optional.of(new StickySyntax(cookie, age, Character.toUpperCase(sameSite.charAt(0)) + sameSite.substring(1), secure));
        }
    }
}
