package weir.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The path of a file. A relative one is relative to the file that says so: who asks for the value resolves it. */
final class FileType implements ValueType.OfWord<Path> {
    /**
     * {@code CERT [KEY]}.
     *
     * @param key null when there is one file for both
     */
    record CertificateAndKey(Path certificate, Path key) {}

    @Override
    public String name() {
        return "file";
    }

    @Override
    public String range() {
        return "/path, or a path relative to this file";
    }

    @Override
    public Optional<Path> parseWord(Word word, Problems problems) {
        try {
            if (!word.isEmpty()) return Optional.of(Path.of(word.text()));
            problems.error(word, "no path between the quotes", "write " + range());
        } catch (InvalidPathException e) {
            problems.error(word, word.shown() + " is no path", "write " + range());
        }
        return Optional.empty();
    }

    /** One or two files. */
    static final class PairType implements ValueType<CertificateAndKey> {
        private static final FileType FILE = new FileType();

        @Override
        public String name() {
            return "files";
        }

        @Override
        public String range() {
            return "certificate.pem [key.pem]";
        }

        @Override
        public Optional<CertificateAndKey> parse(Word value, Problems problems) {
            List<Word> words = Words.words(value, problems);
            if (words.isEmpty() || words.size() > 2) {
                problems.error(words.isEmpty() ? value : words.get(2),
                        words.isEmpty() ? "nothing here" : words.get(2).shown() + " is one word too many", "write " + range());
                return Optional.empty();
            }
            Optional<Path> certificate = FILE.parseWord(words.get(0), problems);
            Optional<Path> key = words.size() == 1 ? certificate : FILE.parseWord(words.get(1), problems);
            if (certificate.isEmpty() || key.isEmpty()) return Optional.empty();
            return Optional.of(new CertificateAndKey(certificate.get(), words.size() == 1 ? null : key.get()));
        }
    }
}
