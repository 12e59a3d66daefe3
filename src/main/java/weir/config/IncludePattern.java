package weir.config;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The pattern of an {@code include}: a path in whose parts {@code *} and {@code ?} stand for any characters. */
final class IncludePattern {
    static final int FILES_MAX = 1_000;
    private static final int DIRECTORY_ENTRIES_MAX = 100_000;

    private IncludePattern() {}

    static boolean hasWildcard(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    }

    /**
     * The files that match, sorted by name in each directory; more than {@link #FILES_MAX} means that there are too many.
     * A path without a wildcard is returned whether it exists or not; hidden files match only a pattern that begins
     * with a dot.
     */
    static List<Path> expand(Path directory, String pattern) throws IOException {
        List<Path> found = List.of(pattern.startsWith("/") ? Path.of("/") : directory);
        String[] parts = pattern.split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (parts[i].isEmpty()) continue;
            List<Path> next = new ArrayList<>();
            for (Path base : found) {
                if (!hasWildcard(parts[i])) next.add(base.resolve(parts[i]));
                else if (Files.isDirectory(base)) addMatches(base, parts[i], last, next);
                if (next.size() > FILES_MAX) return next;
            }
            found = next;
        }
        if (!hasWildcard(pattern)) return found;
        found.removeIf(file -> !Files.isRegularFile(file));
        return found;
    }

    private static void addMatches(Path directory, String part, boolean last, List<Path> out) throws IOException {
        List<Path> matches = new ArrayList<>();
        int seen = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.toString().isEmpty() ? Path.of(".") : directory)) {
            for (Path entry : entries) {
                if (++seen > DIRECTORY_ENTRIES_MAX) throw new IOException("too many files in " + directory);
                String name = entry.getFileName().toString();
                if (name.startsWith(".") && !part.startsWith(".")) continue;
                if (!matches(part, name)) continue;
                Path file = directory.resolve(name);
                if (last || Files.isDirectory(file)) matches.add(file);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        matches.sort(null);
        out.addAll(matches.subList(0, Math.min(matches.size(), FILES_MAX + 1)));
    }

    /** Goes back to the last star only: at worst pattern times name, never exponential. */
    static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int starName = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                starName = n;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++starName;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') p++;
        return p == pattern.length();
    }
}
