package weir.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** {@code java -jar weir.jar}. */
public final class Main {
    static final int OK = 0;
    static final int FAULTS = 1;
    static final int USAGE = 2;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        SystemNames.keepShortly();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        int code = run(args, out, err, System::getenv);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /** As {@link #main}, without ending the process. */
    static int run(String[] args, PrintStream out, PrintStream err, UnaryOperator<String> environment) {
        Arguments arguments;
        try {
            if (args.length > 0 && AdminArguments.isCommand(args[0])) {
                return AdminArguments.asksForHelp(args) ? Help.print(out) : new AdminCommand(out, err, environment).run(AdminArguments.parse(args));
            }
            if (args.length > 0 && args[0].equals(HealthCommand.NAME)) {
                return AdminArguments.asksForHelp(args) ? Help.print(out) : new HealthCommand(out, err, environment).run(HealthArguments.parse(args));
            }
            if (args.length > 0 && args[0].equals(RouteArguments.NAME)) {
                return AdminArguments.asksForHelp(args) ? Help.print(out) : new RouteCommand(out, err, environment).run(RouteArguments.parse(args));
            }
            arguments = Arguments.parse(args);
        } catch (UsageException e) {
            err.println("weir: " + e.getMessage());
            err.println("weir: see weir --help");
            return USAGE;
        }
        return switch (arguments.command()) {
            case HELP -> Help.print(out);
            case VERSION -> Help.printVersion(out);
            case CHECK -> new CheckCommand(out, err, environment).check(arguments);
            case SHOW -> new CheckCommand(out, err, environment).show(arguments);
            case EXPLAIN -> new CheckCommand(out, err, environment).explain(arguments.key());
            case CERT -> new CertCommand(out, err, environment).run(arguments);
            case RUN -> new RunCommand(err, environment).run(arguments);
            case DEMO -> new DemoCommand(out, err).run(arguments);
        };
    }
}
