package weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the code to the picture of packages in {@code weir/package-info.java}, which it reads: a package imports only from lower rows. */
class PackageDirectionTest {
    private static final Pattern PICTURE_LINE = Pattern.compile(" \\*   (?:row (\\d+)|     )  ([a-z][a-z0-9]*) .*");
    private static final Pattern JDEPS_LINE = Pattern.compile("\\s+(weir[\\w.]*)\\s+->\\s+(weir[\\w.]*)\\s.*");
    private static final Path SOURCES = Path.of(System.getProperty("weir.basedir", ""), "src", "main", "java");

    private record Arrow(String from, String to) {}

    @Test
    void everyArrowPointsToALowerRow() throws IOException {
        Map<String, Integer> rows = rows(Files.readAllLines(SOURCES.resolve("weir/package-info.java")));
        List<Arrow> arrows = arrows(Jdeps.run("-verbose:package", "-filter:none"));
        assertThat(arrows).as("what jdeps prints was understood").contains(new Arrow("weir.buffer", "weir.buffer"));
        assertThat(faults(arrows, rows)).isEmpty();
    }

    @Test
    void everyPackageStandsInThePictureAndSaysWhatItIsFor() throws IOException {
        Map<String, Integer> rows = rows(Files.readAllLines(SOURCES.resolve("weir/package-info.java")));
        List<String> faults = new ArrayList<>();
        for (String name : packages()) {
            if (!rows.containsKey(part(name))) {
                faults.add(name + " is missing from the picture in weir/package-info.java");
            }
            if (!Files.exists(SOURCES.resolve(name.replace('.', '/')).resolve("package-info.java"))) {
                faults.add(name + " has no package-info.java");
            }
        }
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @MethodSource("verdicts")
    void judgesAnArrow(String from, String to, String fault) {
        Map<String, Integer> rows = Map.of("weir", 9, "cli", 9, "upstream", 3, "h1", 3, "net", 1, "filter", 6, "cache", 6);
        assertThat(faults(List.of(new Arrow(from, to)), rows)).isEqualTo(fault.isEmpty() ? List.of() : List.of(fault));
    }

    static Stream<Arguments> verdicts() {
        return Stream.of(
                arguments("weir.h1", "weir.net", ""),
                arguments("weir.cli", "weir.h1", ""),
                arguments("weir.h1", "weir.h1", ""),
                arguments("weir.filter", "weir.filter.gzip", ""),
                arguments("weir.filter.gzip", "weir.filter", ""),
                arguments("weir.net", "weir.h1", "weir.net (row 1) -> weir.h1 (row 3)"),
                arguments("weir.h1", "weir.upstream", "weir.h1 (row 3) -> weir.upstream (row 3)"),
                arguments("weir.net", "weir.filter.gzip", "weir.net (row 1) -> weir.filter.gzip (row 6)"),
                arguments("weir.cache", "weir.filter", "weir.cache (row 6) -> weir.filter (row 6)"),
                arguments("weir.h1", "weir", "weir.h1 (row 3) -> weir (row 9)"),
                arguments("weir.h1", "weir.util", "weir.h1 (row 3) -> weir.util (row null)"),
                arguments("weir.util", "weir.net", "weir.util (row null) -> weir.net (row 1)"));
    }

    @Test
    void readsThePicture() {
        List<String> lines = List.of(
                "/** A text that says row 9 cli first.",
                " *   row 9  cli        Main, sub-commands, demo",
                " *   row 3  upstream   pools of origins",
                " *          h1         wire format",
                " *   row 0  observe    counters",
                " * row 7 is no line of the picture",
                " */");
        assertThat(rows(lines)).isEqualTo(Map.of("weir", 9, "cli", 9, "upstream", 3, "h1", 3, "observe", 0));
    }

    private static Map<String, Integer> rows(List<String> picture) {
        Map<String, Integer> rows = new TreeMap<>();
        int row = -1;
        for (String line : picture) {
            Matcher matcher = PICTURE_LINE.matcher(line);
            if (matcher.matches()) {
                row = matcher.group(1) == null ? row : Integer.parseInt(matcher.group(1));
                assertThat(rows.put(matcher.group(2), row)).as("in the picture twice: " + matcher.group(2)).isNull();
            }
        }
        assertThat(rows).as("the picture was found").containsKeys("cli", "observe");
        rows.put("weir", rows.get("cli")); // the root package is what an embedding program imports: nothing here may
        return rows;
    }

    private static List<Arrow> arrows(String jdepsOutput) {
        List<Arrow> arrows = new ArrayList<>();
        for (String line : jdepsOutput.lines().toList()) {
            Matcher matcher = JDEPS_LINE.matcher(line + " ");
            if (matcher.matches()) {
                arrows.add(new Arrow(matcher.group(1), matcher.group(2)));
            }
        }
        return arrows;
    }

    private static List<String> faults(List<Arrow> arrows, Map<String, Integer> rows) {
        List<String> faults = new ArrayList<>();
        for (Arrow arrow : arrows) {
            Integer from = rows.get(part(arrow.from));
            Integer to = rows.get(part(arrow.to));
            boolean inside = part(arrow.from).equals(part(arrow.to));
            if (!inside && (from == null || to == null || from <= to)) {
                faults.add(arrow.from + " (row " + from + ") -> " + arrow.to + " (row " + to + ")");
            }
        }
        return faults;
    }

    /** Returns the name in the picture: {@code filter} for {@code weir.filter.gzip}, {@code weir} for the root package. */
    private static String part(String packageName) {
        String[] names = packageName.split("\\.", -1);
        return names.length == 1 ? names[0] : names[1];
    }

    private static SortedSet<String> packages() throws IOException {
        SortedSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> names.add(SOURCES.relativize(file.getParent()).toString().replace('/', '.').replace('\\', '.')));
        }
        assertThat(names).contains("weir", "weir.buffer");
        return names;
    }
}
