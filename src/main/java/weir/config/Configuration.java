package weir.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A configuration that was read.
 *
 * @param settings nothing when there are errors
 * @param problems errors and warnings, all of them
 * @param entries what was read
 */
public record Configuration(Optional<Settings> settings, Problems problems, Entries entries) {
    /** Every key with its value and where that comes from; without secrets. */
    public List<Shown> shown() {
        return Shown.of(entries);
    }

    /**
     * Reads a file with all it includes.
     *
     * @param sets {@code key=value}, which win over the file
     * @param environment value of a variable, or null
     */
    public static Configuration read(Path file, List<String> sets, UnaryOperator<String> environment) {
        Problems problems = new Problems();
        return bind(Entries.load(file, sets, environment, problems), problems);
    }

    /** Reads a text. @param name stands for the file in messages */
    public static Configuration ofText(String name, String text, List<String> sets, UnaryOperator<String> environment) {
        Problems problems = new Problems();
        return bind(Entries.ofText(name, text, sets, environment, problems), problems);
    }

    /**
     * What a file says of the admin listener, whatever else is wrong with it: for a program that speaks to the process.
     *
     * @param settings null when nothing can be made of it
     * @param written whether the file has the key {@code admin}
     * @param problems text; why there is nothing, as far as that is known
     */
    public record Admin(AdminSettings settings, boolean written, String problems) {}

    /** Reads only that. Parameters as those of {@link #read}. */
    public static Admin readAdmin(Path file, List<String> sets, UnaryOperator<String> environment) {
        Problems problems = new Problems();
        Entries entries = Entries.load(file, sets, environment, problems);
        Optional<Value<AdminSyntax>> written = entries.value(Keys.ADMIN);
        AdminSettings settings = new AdminBinder(entries, problems, (key, at, place) -> address(at)).bindForClient();
        return new Admin(settings, written.isPresent(), told(entries, problems, Keys.ADMIN, Keys.ADMIN_TOKEN));
    }

    /**
     * What a file says of the metrics, whatever else is wrong with it: for a program that asks the process how it is.
     *
     * @param settings null when nothing can be made of it
     * @param written whether the file has the key {@code metrics}
     * @param problems text; why there is nothing, as far as that is known
     */
    public record Page(MetricsSettings settings, boolean written, String problems) {}

    /** Reads only that. Parameters as those of {@link #read}. */
    public static Page readMetrics(Path file, List<String> sets, UnaryOperator<String> environment) {
        Problems problems = new Problems();
        Entries entries = Entries.load(file, sets, environment, problems);
        Optional<Value<MetricsSyntax>> written = entries.value(Keys.METRICS);
        MetricsSettings settings = entries.find(Keys.METRICS)
                .flatMap(page -> address(page.address()).map(address -> new MetricsSettings(address, page.path()))).orElse(null);
        return new Page(settings, written.isPresent(), told(entries, problems, Keys.METRICS));
    }

    /** The problems of the lines with these keys; all of them when nothing could be read. */
    private static String told(Entries entries, Problems problems, KeyDoc<?>... keys) {
        List<String> lines = Stream.of(keys).map(entries::value).flatMap(Optional::stream).map(value -> value.key().place().fileAndLine()).toList();
        return problems.list().stream().filter(problem -> entries.all().isEmpty() || lines.contains(problem.place().fileAndLine()))
                .map(problem -> problem.render() + "\n").collect(Collectors.joining());
    }

    private static Optional<InetSocketAddress> address(HostPort at) {
        try {
            InetAddress host = at.host().isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(at.host());
            return Optional.of(new InetSocketAddress(host, at.port()));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static Configuration bind(Entries entries, Problems problems) {
        Optional<Settings> settings = new SettingsBinder(entries, problems, InetAddress::getByName, TlsFiles.READ).bind();
        return new Configuration(settings, problems, entries);
    }
}
