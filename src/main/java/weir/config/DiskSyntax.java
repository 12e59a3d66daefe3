package weir.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code cache.NAME.disk}: {@code /path SIZE}.
 *
 * @param directory relative to the file that says so
 */
record DiskSyntax(Path directory, long bytesMax) {
    static final class Type implements ValueType<DiskSyntax> {
        private static final FileType DIRECTORY = new FileType();
        private static final Quantity<Long> SIZE = Quantity.size("16m", "1024g");

        @Override
        public String name() {
            return "directory and size";
        }

        @Override
        public String range() {
            return "/path 10g (" + SIZE.range() + ")";
        }

        @Override
        public Optional<DiskSyntax> parse(Word value, Problems problems) {
            Phrase phrase = new Phrase(value, problems, range());
            Path directory = phrase.value(DIRECTORY, "directory", Path.of(""));
            long bytesMax = phrase.value(SIZE, "size", 0L);
            return phrase.end() ? Optional.of(new DiskSyntax(directory, bytesMax)) : Optional.empty();
        }
    }
}
