package weir.observe;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The register of all figures of one proxy, and their text for Prometheus. Thread safe; looking a figure up takes a lock
 * and allocates, so that callers keep the {@link Counter} or {@link Histogram} they got.
 *
 * <p>Label pairs are name, value, name, value…; their order does not matter. Values must not come from a client, or the
 * number of figures would be the client's to choose. A name or label that Prometheus would refuse, or one name used for two
 * kinds of figure, is an {@link IllegalArgumentException}: a fault of the program.
 */
public final class Metrics {
    /** The media type of {@link #text()}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("(?!__)[a-zA-Z_][a-zA-Z0-9_]*");

    private final int loops;
    private final Map<String, Family> families = new TreeMap<>(); // guarded by this; sorted, so that pages compare well
    private final Counter readFailures;

    /** @param loops number of event loops, 1 or more; they are 0 to loops - 1 in {@link Counter#add} */
    public Metrics(int loops) {
        if (loops < 1) {
            throw new IllegalArgumentException("loops: " + loops);
        }
        this.loops = loops;
        this.readFailures = counter("weir_metrics_read_failures_total", "Figures that could not be read for this page.");
    }

    /** The index that every thread but the loops gives to {@link Counter#add} and {@link Histogram#record}. */
    public int shared() {
        return loops;
    }

    /** The counter of this name and these labels; made at the first call. */
    public Counter counter(String name, String help, String... labelPairs) {
        return child(name, help, Kind.COUNTER, labelPairs, Counter.class, () -> new Counter(loops));
    }

    /** A counter kept elsewhere, asked when the page is made, from the thread that makes it; replaces an earlier one. */
    public void counter(String name, String help, LongSupplier read, String... labelPairs) {
        put(name, help, Kind.COUNTER, labelPairs, read);
    }

    /** A value asked when the page is made, from the thread that makes it; replaces an earlier one. */
    public void gauge(String name, String help, DoubleSupplier read, String... labelPairs) {
        put(name, help, Kind.GAUGE, labelPairs, read);
    }

    /** Takes the figures of a family that is asked when the page is made. */
    public interface Rows {
        /** One figure. @param labelPairs each name with its value */
        void row(double value, String... labelPairs);
    }

    /**
     * A whole family that is asked when the page is made, from the thread that makes it: for figures of things that come and
     * go. Nothing else may have this name.
     */
    public synchronized void family(String name, String help, Kind kind, Consumer<Rows> read) {
        if (kind == Kind.HISTOGRAM || families.containsKey(name)) {
            throw new IllegalArgumentException("metric name: " + name);
        }
        Family family = family(name, help, kind);
        family.children.put("", read);
        families.put(name, family);
    }

    /**
     * The histogram of this name and these labels; made at the first call.
     *
     * @param boundsSeconds upper bounds, inclusive, rising; the one for +Inf is added
     */
    public Histogram histogram(String name, String help, double[] boundsSeconds, String... labelPairs) {
        return child(name, help, Kind.HISTOGRAM, labelPairs, Histogram.class, () -> new Histogram(loops, boundsSeconds));
    }

    /** Takes a figure off the page; who still holds its counter adds to nothing. Unknown ones are ignored. */
    public synchronized void remove(String name, String... labelPairs) {
        Family family = families.get(name);
        if (family != null) {
            family.children.remove(labels(labelPairs, family.kind));
            if (family.children.isEmpty()) {
                families.remove(name);
            }
        }
    }

    /** All figures in the Prometheus text format 0.0.4, UTF-8. A figure that cannot be read is left out and counted. */
    public byte[] text() {
        StringBuilder page = new StringBuilder(4096);
        for (Family family : copy()) { // read outside the lock: a supplier may take locks of its own
            page.append("# HELP ").append(family.name).append(' ').append(escapeHelp(family.help)).append('\n');
            page.append("# TYPE ").append(family.name).append(' ').append(family.kind.text).append('\n');
            family.children.forEach((labels, child) -> write(page, family.name, labels, child));
        }
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    private synchronized List<Family> copy() {
        List<Family> copies = new ArrayList<>();
        for (Family family : families.values()) {
            copies.add(new Family(family.name, family.help, family.kind, new LinkedHashMap<>(family.children)));
        }
        return copies;
    }

    private void write(StringBuilder page, String name, String labels, Object child) {
        if (child instanceof Histogram histogram) {
            writeHistogram(page, name, labels, histogram);
            return;
        }
        if (child instanceof Consumer<?>) {
            writeRows(page, name, child);
            return;
        }
        String value;
        try {
            value = child instanceof Counter counter ? Long.toString(counter.sum())
                    : child instanceof LongSupplier counter ? Long.toString(counter.getAsLong())
                    : number(((DoubleSupplier) child).getAsDouble());
        } catch (RuntimeException e) { // one broken figure must not blind the operator to the others
            readFailures.increment(shared());
            return;
        }
        sample(page, name, labels, value);
    }

    @SuppressWarnings("unchecked")                          // family() alone puts a Consumer there
    private void writeRows(StringBuilder page, String name, Object child) {
        StringBuilder rows = new StringBuilder();
        try {
            ((Consumer<Rows>) child).accept((value, labelPairs) -> sample(rows, name, labels(labelPairs, Kind.GAUGE), number(value)));
            page.append(rows);
        } catch (RuntimeException e) {
            readFailures.increment(shared());
        }
    }

    private static void writeHistogram(StringBuilder page, String name, String labels, Histogram histogram) {
        double[] bounds = histogram.boundsSeconds();
        long[] counts = histogram.counts();
        String before = labels.isEmpty() ? "" : labels + ",";
        long cumulative = 0;
        for (int i = 0; i < counts.length; i++) {
            cumulative += counts[i];
            String bound = i < bounds.length ? number(bounds[i]) : "+Inf";
            sample(page, name + "_bucket", before + "le=\"" + bound + "\"", Long.toString(cumulative));
        }
        sample(page, name + "_sum", labels, number(histogram.sumSeconds()));
        sample(page, name + "_count", labels, Long.toString(cumulative)); // from the same reads: equal to the last bucket
    }

    private static void sample(StringBuilder page, String name, String labels, String value) {
        page.append(name);
        if (!labels.isEmpty()) {
            page.append('{').append(labels).append('}');
        }
        page.append(' ').append(value).append('\n');
    }

    private synchronized <C> C child(
            String name, String help, Kind kind, String[] labelPairs, Class<C> type, Supplier<C> make) {
        String labels = labels(labelPairs, kind);
        Family family = family(name, help, kind);
        Object child = family.children.containsKey(labels) ? family.children.get(labels) : make.get();
        if (!type.isInstance(child)) {
            throw new IllegalArgumentException(name + " is read from elsewhere already");
        }
        family.children.put(labels, child);
        families.put(name, family);
        return type.cast(child);
    }

    private synchronized void put(String name, String help, Kind kind, String[] labelPairs, Object read) {
        String labels = labels(labelPairs, kind);
        Family family = family(name, help, kind);
        family.children.put(labels, read);
        families.put(name, family);
    }

    /** The family of this name, or a new one that is not yet on the page: what fails now leaves nothing behind. */
    private Family family(String name, String help, Kind kind) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("metric name: " + name);
        }
        Family family = families.getOrDefault(name, new Family(name, help, kind, new LinkedHashMap<>()));
        if (family.kind != kind) {
            throw new IllegalArgumentException(name + " is a " + family.kind.text + ", not a " + kind.text);
        }
        return family;
    }

    /** The labels as they stand between the braces, sorted by name: also the key of a figure in its family. */
    private static String labels(String[] pairs, Kind kind) {
        if (pairs.length % 2 != 0) {
            throw new IllegalArgumentException("a label without a value: " + pairs[pairs.length - 1]);
        }
        Map<String, String> sorted = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            boolean reserved = kind == Kind.HISTOGRAM && pairs[i].equals("le");
            if (reserved || !LABEL.matcher(pairs[i]).matches() || sorted.put(pairs[i], pairs[i + 1]) != null) {
                throw new IllegalArgumentException("label name: " + pairs[i]);
            }
        }
        List<String> texts = new ArrayList<>();
        sorted.forEach((label, value) -> texts.add(label + "=\"" + escapeHelp(value).replace("\"", "\\\"") + '"'));
        return String.join(",", texts);
    }

    private static String escapeHelp(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString(); // 0.005 and 10, not 5.0E-3 and 10.0
    }

    /** What a figure is to Prometheus. */
    public enum Kind {
        COUNTER("counter"),
        GAUGE("gauge"),
        HISTOGRAM("histogram");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** All figures of one name; the children are Counter, Histogram, LongSupplier, DoubleSupplier or one Consumer of Rows by their labels. */
    private record Family(String name, String help, Kind kind, Map<String, Object> children) {}
}
