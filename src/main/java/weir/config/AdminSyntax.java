package weir.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where orders are taken.
 *
 * @param socket of {@code unix:/path}, relative to the file that says so; else null
 * @param address else null
 */
record AdminSyntax(Path socket, HostPort address) {
    static final class Type implements ValueType.OfWord<AdminSyntax> {
        private static final String UNIX = "unix:";

        @Override
        public String name() {
            return "socket or address";
        }

        @Override
        public String range() {
            return "unix:/run/weir/admin.sock, or 127.0.0.1:9901";
        }

        @Override
        public Optional<AdminSyntax> parseWord(Word word, Problems problems) {
            if (!word.text().startsWith(UNIX)) {
                if (word.text().startsWith("/")) {
                    problems.error(word.place(), word.shown() + " is no address", "write " + range(), word.isSecret() ? null : UNIX + word.text());
                    return Optional.empty();
                }
                return AddressType.toListen().parseWord(word, problems).map(address -> new AdminSyntax(null, address));
            }
            Word path = word.from(UNIX.length());
            if (path.isEmpty()) {
                problems.error(path, "no path after '" + UNIX + "'", "write " + range());
                return Optional.empty();
            }
            try {
                return Optional.of(new AdminSyntax(Path.of(path.text()), null));
            } catch (InvalidPathException e) {
                problems.error(path, path.shown() + " is no path", "write " + range());
                return Optional.empty();
            }
        }
    }
}
