package weir.cli;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.UnaryOperator;
import weir.config.Configuration;
import weir.config.Explained;
import weir.config.Shown;

/** {@code weir check}, {@code weir show} and {@code weir explain}: say something of the configuration and start nothing. */
final class CheckCommand {
    private final PrintStream out;
    private final PrintStream err;
    private final UnaryOperator<String> environment;

    CheckCommand(PrintStream out, PrintStream err, UnaryOperator<String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    int check(Arguments arguments) {
        ConfigurationSource source = new ConfigurationSource(arguments, environment);
        boolean good = source.settings(err).isPresent();
        out.println(source.name() + (good ? ": ok" : ": has errors, see above"));
        return good ? Main.OK : Main.FAULTS;
    }

    /** Every key with its value and where that comes from. */
    int show(Arguments arguments) {
        Configuration read = new ConfigurationSource(arguments, environment).read();
        if (!read.problems().isEmpty()) {
            err.print(read.problems().render());
        }
        out.print(Shown.text(read.shown()));
        return read.settings().isPresent() ? Main.OK : Main.FAULTS;
    }

    /** What the manual says of a key. */
    int explain(String key) {
        Optional<String> text = Explained.of(key);
        if (text.isEmpty()) {
            err.println("weir: there is no key '" + key + "'; " + Explained.nearest(key));
            return Main.FAULTS;
        }
        out.print(text.get());
        return Main.OK;
    }
}
