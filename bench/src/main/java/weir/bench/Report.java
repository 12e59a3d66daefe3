package weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What a comparison has measured, as a table for each scenario and as JSON. */
final class Report {
    /**
     * Of one contender in one round.
     *
     * @param micros CPU time for each request
     * @param userMicros what of it was spent outside the kernel
     * @param latency null where it is not measured
     */
    record Sample(double micros, double userMicros, double perSecond, long residentBytes, long idleBytes, Load.Latency latency) {}

    private static final double MIB = 1 << 20;

    private final String versions;
    private final int rounds;
    private final Map<String, Map<String, List<Sample>>> scenarios = new LinkedHashMap<>();

    Report(String versions, int rounds) {
        this.versions = versions;
        this.rounds = rounds;
    }

    void printHead() {
        System.out.printf(Locale.ROOT, "CPU time of the proxy process for each request: median of %d rounds (lowest to highest), and the median of the%n"
                + "ratios within a round; medians of what of it is user time, of requests a second, latency and resident memory. %s, %d processors, %s.%n", rounds, LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(), versions);
    }

    /** Prints a table. @param samples of each contender, a round after the other */
    void add(String scenario, Map<String, List<Sample>> samples) {
        scenarios.put(scenario, samples);
        List<String> rivals = samples.keySet().stream().filter(name -> !name.startsWith("weir")).toList();
        boolean timed = samples.values().stream().flatMap(List::stream).allMatch(sample -> sample.latency != null);
        boolean idles = samples.values().stream().flatMap(List::stream).anyMatch(sample -> sample.idleBytes != 0);
        System.out.printf("%n| proxy | CPU us/request | user | of %s | requests/s | %sMiB |%s%n|---|---|---|%s---|%s---|%s%n", String.join(" | of ", rivals), timed ? "p50 ms | p99 ms | p99.9 ms | " : "",
                idles ? " bytes each |" : "", "---|".repeat(rivals.size()), timed ? "---|".repeat(3) : "", idles ? "---|" : "");
        samples.forEach((name, own) -> {
            StringBuilder row = new StringBuilder("| " + name + " | " + spread(values(own, Sample::micros), "%.1f") + " | " + number("%.1f", own, Sample::userMicros));
            rivals.forEach(rival -> row.append(spread(ratios(own, samples.get(rival)), "%.2f")).append(" | "));
            row.append(number("%,.0f", own, Sample::perSecond));
            if (timed) {
                row.append(number("%.2f", own, each -> each.latency.p50() / 1000)).append(number("%.2f", own, each -> each.latency.p99() / 1000))
                        .append(number("%.2f", own, each -> each.latency.p999() / 1000));
            }
            row.append(number("%.0f", own, each -> each.residentBytes / MIB));
            System.out.println(idles ? row + number("%,.0f", own, each -> each.idleBytes) : row);
        });
    }

    private static String number(String format, List<Sample> own, ToDoubleFunction<Sample> value) {
        return String.format(Locale.ROOT, format, median(values(own, value))) + " | ";
    }

    private static double[] values(List<Sample> own, ToDoubleFunction<Sample> value) {
        return own.stream().mapToDouble(value).toArray();
    }

    private static double[] ratios(List<Sample> own, List<Sample> other) {
        double[] ratios = new double[own.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = own.get(i).micros / other.get(i).micros;
        }
        return ratios;
    }

    private static String spread(double[] values, String format) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", median(values), sorted[0], sorted[sorted.length - 1]);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** All that was measured so far: scenario, contender, rounds. No text in it needs escapes. */
    void write(Path file) throws IOException {
        String text = scenarios.entrySet().stream().map(scenario -> "    \"" + scenario.getKey() + "\": {\n" + scenario.getValue().entrySet().stream()
                .map(contender -> "      \"" + contender.getKey() + "\": [" + contender.getValue().stream().map(Report::json).collect(Collectors.joining(", ")) + "]")
                .collect(Collectors.joining(",\n")) + "\n    }").collect(Collectors.joining(",\n"));
        Files.writeString(file, "{\n  \"date\": \"" + LocalDate.now(ZoneOffset.UTC) + "\",\n  \"processors\": " + Runtime.getRuntime().availableProcessors()
                + ",\n  \"versions\": \"" + versions + "\",\n  \"scenarios\": {\n" + text + "\n  }\n}\n");
    }

    private static String json(Sample sample) {
        String latency = sample.latency == null ? "" : String.format(Locale.ROOT, ", \"p50Micros\": %.0f, \"p99Micros\": %.0f, \"p999Micros\": %.0f", sample.latency.p50(),
                sample.latency.p99(), sample.latency.p999());
        return String.format(Locale.ROOT, "{\"cpuMicros\": %.2f, \"userMicros\": %.2f, \"perSecond\": %.0f, \"residentBytes\": %d, \"idleBytes\": %d%s}", sample.micros, sample.userMicros, sample.perSecond,
                sample.residentBytes, sample.idleBytes, latency);
    }
}
