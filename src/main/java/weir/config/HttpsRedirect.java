package weir.config;

import java.util.List;
import java.util.Optional;

/**
 * {@code listen.NAME.redirect}: every request of a plain listener is sent to https.
 *
 * @param status 301, 302, 307 or 308
 * @param port of https, 1..65535; 443 is not written into the URL
 */
public record HttpsRedirect(int status, int port) {
    static final int PORT_DEFAULT = 443;

    static final class Type implements ValueType<HttpsRedirect> {
        private static final List<String> STATUSES = List.of("301", "302", "307", "308");
        private static final Quantity<Integer> PORT = Quantity.number(1, 65_535);

        @Override
        public String name() {
            return "redirect";
        }

        @Override
        public String range() {
            return "https [301 | 302 | 307 | 308] [PORT]";
        }

        @Override
        public Optional<HttpsRedirect> parse(Word value, Problems problems) {
            List<Word> words = Words.words(value, problems);
            if (words.isEmpty() || !words.get(0).is("https")) {
                Word at = words.isEmpty() ? value : words.get(0);
                problems.error(at, at.shown() + " is not known here", "write " + range());
                return Optional.empty();
            }
            boolean status = words.size() > 1 && STATUSES.contains(words.get(1).text());
            int port = status ? 2 : 1;
            if (words.size() > 1 && !status && words.get(1).text().matches("3\\d\\d")) {       // a status is meant, no port
                problems.error(words.get(1), words.get(1).shown() + " is no status that sends all requests on", "write " + String.join(" or ", STATUSES));
                return Optional.empty();
            }
            if (words.size() > port + 1) {
                problems.error(words.get(port + 1), words.get(port + 1).shown() + " is one word too many", "write " + range());
                return Optional.empty();
            }
            int given = status ? Integer.parseInt(words.get(1).text()) : 308;
            if (words.size() == port) return Optional.of(new HttpsRedirect(given, PORT_DEFAULT));
            return PORT.parseWord(words.get(port), problems).map(number -> new HttpsRedirect(given, number));
        }
    }
}
