package weir.cli;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.UnaryOperator;
import weir.config.Configuration;
import weir.config.Settings;

/** Reads the configuration that a command line names, again for each reload. */
final class ConfigurationSource {
    private final Arguments arguments;
    private final UnaryOperator<String> environment;

    ConfigurationSource(Arguments arguments, UnaryOperator<String> environment) {
        this.arguments = arguments;
        this.environment = environment;
    }

    Configuration read() {
        if (arguments.file() != null) {
            return Configuration.read(arguments.file(), arguments.sets(), environment);
        }
        String text = "listen.main = " + String.join(", ", arguments.from()) + "\n"
                + "pool.main = " + String.join(", ", arguments.to()) + "\n"
                + "route.main = /* -> main\n";
        return Configuration.ofText("command line", text, arguments.sets(), environment);
    }

    /** What problems there are goes to {@code err}. @return nothing when one is an error */
    Optional<Settings> settings(PrintStream err) {
        Configuration read = read();
        if (!read.problems().isEmpty()) {
            err.print(read.problems().render());
        }
        return read.settings();
    }

    String name() {
        return arguments.file() == null ? "command line" : arguments.file().toString();
    }
}
