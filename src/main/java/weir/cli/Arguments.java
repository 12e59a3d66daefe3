package weir.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line, cut into its parts.
 *
 * @param file of the configuration; null for {@code --from} and {@code --to}
 * @param key of {@code weir explain}; null for other commands
 * @param sets {@code key=value} of each {@code --set}
 * @param from where to listen, of {@code --from}
 * @param to servers, of {@code --to}
 * @param tls whether the demo listens with TLS too
 * @param beside whether ports may be shared with a process that runs
 * @param cert what {@code weir cert} has besides; null for other commands
 */
record Arguments(Command command, Path file, String key, List<String> sets, List<String> from, List<String> to, boolean tls, boolean beside, Cert cert) {
    enum Command { RUN, DEMO, CHECK, SHOW, EXPLAIN, CERT, VERSION, HELP }

    /** Of {@code weir cert}, null for what is not given: a configuration that may use it, {@code --key}, {@code --password-file}. */
    record Cert(Path configuration, Path key, Path passwordFile) {}

    static final String DEFAULT_FILE = "weir.properties";

    static Arguments parse(String[] args) throws UsageException {
        Command command = null;
        Path file = null;
        String explained = null;
        Path configuration = null;
        Path key = null;
        Path passwordFile = null;
        List<String> sets = new ArrayList<>();
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        boolean tls = false;
        boolean beside = false;
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
            String name = equals < 0 ? arg : arg.substring(0, equals);
            switch (name) {
                case "--set", "--from", "--to", "--key", "--password-file" -> {
                    String value;
                    if (equals >= 0) {
                        value = arg.substring(equals + 1);
                    } else if (i + 1 < args.length) {
                        value = args[++i];
                    } else {
                        throw new UsageException(name + " needs a value");
                    }
                    switch (name) {
                        case "--set" -> sets.add(value);
                        case "--from" -> from.add(value);
                        case "--to" -> to.add(value);
                        case "--key" -> key = path(value);
                        default -> passwordFile = path(value);
                    }
                }
                case "--tls", "--beside" -> {
                    if (equals >= 0) {
                        throw new UsageException(name + " takes no value");
                    }
                    tls |= name.equals("--tls");
                    beside |= name.equals("--beside");
                }
                case "--help", "-h" -> command = Command.HELP;
                case "--version", "-V" -> command = Command.VERSION;
                default -> {
                    if (name.startsWith("-") && !name.equals("-t")) {
                        throw new UsageException("unknown option " + name);
                    }
                    if (command == Command.HELP || command == Command.VERSION) {
                        continue;                              // who asks for help gets it, whatever else stands there
                    }
                    if (command == null) {
                        command = command(name);
                    } else if (command == Command.EXPLAIN && explained == null) {
                        explained = arg;
                    } else if (file == null && takesFile(command)) {
                        file = path(arg);
                    } else if (configuration == null && command == Command.CERT) {
                        configuration = path(arg);
                    } else {
                        throw new UsageException("'" + arg + "' is one word too many");
                    }
                }
            }
        }
        return complete(command, file, explained, sets, from, to, tls, beside, new Cert(configuration, key, passwordFile));
    }

    private static Arguments complete(Command given, Path file, String explained, List<String> sets, List<String> from, List<String> to, boolean tls,
            boolean beside, Cert cert) throws UsageException {
        Command command = given;
        boolean inPlace = !from.isEmpty() || !to.isEmpty();
        if (command == null) {
            if (!inPlace) {
                return new Arguments(Command.HELP, null, null, sets, from, to, tls, beside, null);
            }
            command = Command.RUN;
        }
        if (inPlace && (from.isEmpty() || to.isEmpty())) {
            throw new UsageException("--from and --to go together: weir --from :8080 --to localhost:3000");
        }
        if (inPlace && file != null) {
            throw new UsageException("--from and --to take the place of a file");
        }
        if (inPlace && command == Command.DEMO) {
            throw new UsageException("the demo has its own origins: leave --from and --to away");
        }
        if (command == Command.CERT && (file == null || inPlace)) {
            throw new UsageException("name a certificate: weir cert app.crt, or weir cert app.crt app.key");
        }
        if (command == Command.EXPLAIN && (explained == null || inPlace || !sets.isEmpty())) {
            throw new UsageException("name a key or a part of one: weir explain pool.NAME.retry, weir explain retry");
        }
        if (tls && command != Command.DEMO && command != Command.HELP && command != Command.VERSION) {
            throw new UsageException("--tls belongs to weir demo; elsewhere a listener speaks TLS when listen.NAME.certs names a certificate");
        }
        if (beside && command != Command.RUN && command != Command.HELP && command != Command.VERSION) {
            throw new UsageException("--beside belongs to weir run");
        }
        if (command != Command.CERT && command != Command.HELP && command != Command.VERSION
                && (cert.key() != null || cert.passwordFile() != null)) {
            throw new UsageException("--key and --password-file belong to weir cert");
        }
        Path read = file == null && !inPlace && takesFile(command) ? Path.of(DEFAULT_FILE) : file;
        return new Arguments(command, read, explained, List.copyOf(sets), List.copyOf(from), List.copyOf(to), tls, beside,
                command == Command.CERT ? cert : null);
    }

    private static boolean takesFile(Command command) {
        return command == Command.RUN || command == Command.CHECK || command == Command.SHOW || command == Command.CERT;
    }

    private static Command command(String word) throws UsageException {
        return switch (word) {
            case "run" -> Command.RUN;
            case "demo" -> Command.DEMO;
            case "check", "-t" -> Command.CHECK;
            case "show" -> Command.SHOW;
            case "explain" -> Command.EXPLAIN;
            case "cert" -> Command.CERT;
            case "help" -> Command.HELP;
            default -> throw new UsageException(AdminArguments.isCommand(word) || word.equals(HealthCommand.NAME) || word.equals(RouteArguments.NAME) ? "write the command first: weir " + word + " …"
                    : "unknown command '" + word + "'; there are run, demo, check, show, explain, route, cert, health, " + AdminArguments.names());
        };
    }

    static Path path(String text) throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "' is no file name: " + e.getReason());
        }
    }
}
