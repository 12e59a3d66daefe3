package weir.config;

import java.util.Locale;
import java.util.Optional;

/**
 * Where an origin is: {@code host[:port]}, {@code http://host[:port]} or {@code https://host[:port]}.
 *
 * @param tls whether it is spoken to by TLS
 */
record OriginAddress(HostPort address, boolean tls) {
    /** Made here and not by who uses it: an archive of classes has the lambdas of a nested class only if the outer one is there before. */
    static final Type TYPE = new Type();

    @Override
    public String toString() {
        return (tls ? Type.HTTPS : "") + address;
    }

    static final class Type implements ValueType.OfWord<OriginAddress> {
        private static final String HTTP = "http://";
        private static final String HTTPS = "https://";
        private static final AddressType PLAIN = AddressType.ofOrigin(80);
        private static final AddressType TLS = AddressType.ofOrigin(443);

        @Override
        public String name() {
            return "server";
        }

        @Override
        public String range() {
            return "host:port or https://host:port";
        }

        @Override
        public Optional<OriginAddress> parseWord(Word word, Problems problems) {
            String lower = word.text().toLowerCase(Locale.ROOT);
            boolean tls = lower.startsWith(HTTPS);
            Word rest = tls ? word.from(HTTPS.length()) : lower.startsWith(HTTP) ? word.from(HTTP.length()) : word;
            int path = rest == word ? -1 : indexOfPath(rest.text());
            if (path >= 0) {
                problems.error(rest.place(path), "a path behind the address of a server",
                        "write the address alone; route.NAME.add-prefix puts a path before the request's",
                        word.isSecret() ? null : word.slice(0, word.length() - rest.length() + path).text());
                return Optional.empty();
            }
            return (tls ? TLS : PLAIN).parseWord(rest, problems).map(address -> new OriginAddress(address, tls));
        }

        private static int indexOfPath(String text) {
            for (int i = 0; i < text.length(); i++) {
                if ("/?#".indexOf(text.charAt(i)) >= 0) return i;
            }
            return -1;
        }
    }
}
