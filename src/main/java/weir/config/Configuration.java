package weir.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A configuration that was read.
 *
 * @param settings nothing when there are errors
 * @param problems errors and warnings, all of them
 * @param shown every key with its value and where that comes from; without secrets
 */
public record Configuration(Optional<Settings> settings, Problems problems, List<Shown> shown) {
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

    private static Configuration bind(Entries entries, Problems problems) {
        Optional<Settings> settings = new SettingsBinder(entries, problems, InetAddress::getByName, TlsFiles.READ).bind();
        return new Configuration(settings, problems, Shown.of(entries));
    }
}
