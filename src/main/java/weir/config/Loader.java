package weir.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads a file with all it includes into lines, in the order they stand; every amount is bounded. */
final class Loader {
    static final int FILE_BYTES_MAX = 4 << 20;
    static final int ALL_BYTES_MAX = 16 << 20;
    static final int LINES_MAX = 100_000;
    /** Physical lines of all files, comments and blank ones too: what they cost is memory. */
    static final int PHYSICAL_LINES_MAX = 400_000;
    static final int DEPTH_MAX = 8;

    /** @param directory what paths in the value are relative to */
    record Loaded(LineReader.Line line, Path directory) {}

    private record Opened(Place includedAt, boolean open) {}

    private final Substitution substitution;
    private final Problems problems;
    private final List<Loaded> lines = new ArrayList<>();
    private final Map<Path, Opened> files = new HashMap<>();
    private int sourceCount;
    private long byteCount;
    private int physicalLineCount;
    private boolean overflow;

    Loader(UnaryOperator<String> environment, Problems problems) {
        this.substitution = new Substitution(environment, problems);
        this.problems = problems;
    }

    List<Loaded> file(Path file) {
        open(file, null, 0);
        return lines;
    }

    List<Loaded> text(String name, String text) {
        take(name, text.getBytes(StandardCharsets.UTF_8), Path.of(""), 0);
        return lines;
    }

    /** The lines of {@code --set key=value}; {@code include} cannot be set. */
    List<Loaded> arguments(String option, List<String> arguments) {
        List<Loaded> set = new ArrayList<>();
        for (LineReader.Line line
                : LineReader.read(SourceReader.ofArguments(option, nextSource(), arguments, problems), LINES_MAX, problems)) {
            if (line.key().is("include")) {
                problems.error(line.key(), "'include' cannot be given with " + option, "write it into the file");
            } else {
                set.add(new Loaded(line, Path.of("")));
            }
        }
        return set;
    }

    /** The files that were read so far, by their real paths. */
    Set<Path> files() {
        return Set.copyOf(files.keySet());
    }

    private int nextSource() {
        return sourceCount++;
    }

    /** @param includedAt null for the first file */
    private void open(Path file, Word includedAt, int depth) {
        try {
            if (includedAt != null && Files.exists(file) && !Files.isRegularFile(file)) {   // a FIFO would block for ever
                cannotRead(file, includedAt, "not a regular file");
                return;
            }
            byte[] bytes = BoundedFile.readAtMost(file, FILE_BYTES_MAX);
            byteCount += bytes.length;
            if (bytes.length > FILE_BYTES_MAX || byteCount > ALL_BYTES_MAX) {
                cannotRead(file, includedAt, bytes.length > FILE_BYTES_MAX ? "more than 4 MiB" : "more than 16 MiB in all files");
                return;
            }
            Path real = file.toRealPath();
            Opened before = files.get(real);
            if (before != null) {
                problems.error(includedAt, before.open ? "an include loop: '" + file + "' is being read already"
                        : "'" + file + "' is included twice, first at " + before.includedAt, "include each file once");
                return;
            }
            Place at = includedAt == null ? null : includedAt.place();
            files.put(real, new Opened(at, true));
            take(file.toString(), bytes, directoryOf(file), depth);
            files.put(real, new Opened(at, false));
        } catch (IOException | SecurityException | InvalidPathException e) {
            cannotRead(file, includedAt, BoundedFile.why(e));
        }
    }

    private static Path directoryOf(Path file) {
        return file.getParent() == null ? Path.of("") : file.getParent();
    }

    private void cannotRead(Path file, Word includedAt, String why) {
        if (includedAt != null) {
            problems.error(includedAt, "cannot read '" + file + "': " + why, "name a readable file");
        } else {
            Source unread = new Source(file.toString(), nextSource(), List.of());
            problems.error(unread.whole(), "cannot read it: " + why, "name a readable file");
        }
    }

    private void take(String name, byte[] bytes, Path directory, int depth) {
        if (overflow) return;
        SourceReader.Lines read = SourceReader.read(name, nextSource(), bytes, PHYSICAL_LINES_MAX - physicalLineCount, problems);
        physicalLineCount += read.source().lines().size();
        if (physicalLineCount == PHYSICAL_LINES_MAX) overflow(read.source().whole(), "lines in all files", PHYSICAL_LINES_MAX);
        for (LineReader.Line line : LineReader.read(read, LINES_MAX + 1 - lines.size(), problems)) {
            if (overflow) return;
            if (lines.size() == LINES_MAX) {
                overflow(line.key().place(), "settings", LINES_MAX);
                return;
            }
            if (line.key().is("include")) include(line, directory, depth);
            else lines.add(new Loaded(line, directory));
        }
    }

    private void overflow(Place at, String what, int most) {
        overflow = true;
        problems.error(at, "more than " + most + " " + what, "the rest is not read");
    }

    private void include(LineReader.Line line, Path directory, int depth) {
        if (line.broken()) return;
        Optional<Word> put = substitution.apply(line.value(), directory);
        if (put.isEmpty()) return;
        List<Word> words = Words.words(put.get(), problems);
        if (words.size() != 1) {
            problems.error(line.value(), words.isEmpty() ? "no file to include" : "more than one file to include",
                    "write include = conf.d/*.properties, a line for each pattern");
            return;
        }
        Word pattern = words.get(0);
        if (depth == DEPTH_MAX) {
            problems.error(pattern, "includes are nested deeper than " + DEPTH_MAX, "include from fewer levels");
            return;
        }
        try {
            List<Path> found = IncludePattern.expand(directory, pattern.text());
            if (found.isEmpty()) {
                problems.warning(pattern.place(), "no file matches " + pattern.shown(), "", null);
            } else if (found.size() + files.size() > IncludePattern.FILES_MAX) {
                problems.error(pattern, "more than " + IncludePattern.FILES_MAX + " files", "include fewer");
            } else {
                for (Path file : found) open(file, pattern, depth + 1);
            }
        } catch (IOException | SecurityException | InvalidPathException e) {
            problems.error(pattern, "cannot look for " + pattern.shown() + ": " + BoundedFile.why(e), "name a readable directory");
        }
    }
}
