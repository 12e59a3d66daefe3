package weir.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which Host an origin gets.
 *
 * @param authority what is sent, for {@link Kind#LITERAL}; else null
 */
record HostSent(Kind kind, String authority) {
    /** The client's, the origin's own address, or always the same. */
    enum Kind {
        CLIENT,
        ORIGIN,
        LITERAL
    }

    static final class Type implements ValueType.OfWord<HostSent> {
        @Override
        public String name() {
            return "host";
        }

        @Override
        public String range() {
            return "client | origin | \"host[:port]\"";
        }

        @Override
        public Optional<HostSent> parseWord(Word word, Problems problems) {
            if (word.is("client")) return Optional.of(new HostSent(Kind.CLIENT, null));
            if (word.is("origin")) return Optional.of(new HostSent(Kind.ORIGIN, null));
            if (!word.isQuoted()) {
                problems.error(word.place(), word.shown() + " is not one of the words known here", "write client, origin, or a host between quotes",
                        Nearest.of(word.text(), List.of("client", "origin"))
                                .orElse(word.isSecret() ? null : "\"" + word.text() + "\""));
                return Optional.empty();
            }
            return AddressType.ofOrigin(0).parseWord(word, problems)
                    .map(address -> new HostSent(Kind.LITERAL, word.text().toLowerCase(Locale.ROOT)));
        }
    }
}
