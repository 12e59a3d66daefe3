package weir.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The command line of a command for a weir that runs.
 *
 * @param admin where it listens, of {@code --admin}; null when {@code file} says so
 * @param file a configuration with the key {@code admin}; null with {@code --admin}
 * @param json whether the answer is printed as it came
 * @param words what stands behind the command: pool, server, weight; as many as the command needs
 * @param timeout of {@code --timeout}, or null
 * @param soft {@code --soft}: what is purged is made stale
 */
record AdminArguments(Command command, String admin, Path file, List<String> sets, boolean json, List<String> words, String timeout, boolean soft) {
    /** The least and the most words behind each, and what they are. */
    enum Command {
        STATUS(0, 1, "[FILE]"), RELOAD(0, 1, "[FILE]"), STOP(0, 1, "[FILE]"), SERVERS(0, 1, "[POOL]"),
        ADD(2, 100, "POOL SERVER [weight=N]"), REMOVE(2, 2, "POOL SERVER"), DRAIN(2, 2, "POOL SERVER"), DISABLE(2, 2, "POOL SERVER"),
        ENABLE(2, 2, "POOL SERVER"), WEIGHT(3, 3, "POOL SERVER N"), CACHES(0, 0, ""), PURGE(2, 2, "CACHE URL | URL* | tag=TAG | all [--soft]");

        private final int wordsMin;
        private final int wordsMax;
        private final String shown;

        Command(int wordsMin, int wordsMax, String shown) {
            this.wordsMin = wordsMin;
            this.wordsMax = wordsMax;
            this.shown = shown;
        }

        /** As it is written. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether its word is the file. */
        boolean takesFile() {
            return this == STATUS || this == RELOAD || this == STOP;
        }
    }

    /** All of them, as a message lists them. */
    static String names() {
        return Arrays.stream(Command.values()).map(Command::word).collect(Collectors.joining(", "));
    }

    static boolean isCommand(String word) {
        for (Command command : Command.values()) {
            if (command.word().equals(word)) {
                return true;
            }
        }
        return false;
    }

    static boolean asksForHelp(String[] args) {
        return Arrays.asList(args).contains("--help") || Arrays.asList(args).contains("-h");
    }

    /** @param args the first one is the command */
    static AdminArguments parse(String[] args) throws UsageException {
        Command command = Command.valueOf(args[0].toUpperCase(Locale.ROOT));
        String admin = null;
        String file = null;
        String timeout = null;
        boolean json = false;
        boolean soft = false;
        List<String> sets = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            int equals = args[i].startsWith("--") ? args[i].indexOf('=') : -1;
            String name = equals < 0 ? args[i] : args[i].substring(0, equals);
            switch (name) {
                case "--admin", "--config", "--set", "--timeout" -> {
                    if (equals < 0 && i + 1 == args.length) {
                        throw new UsageException(name + " needs a value");
                    }
                    String value = equals < 0 ? args[++i] : args[i].substring(equals + 1);
                    switch (name) {
                        case "--admin" -> admin = value;
                        case "--config" -> file = value;
                        case "--timeout" -> timeout = value;
                        default -> sets.add(value);
                    }
                }
                case "--json" -> json = true;
                case "--soft" -> soft = true;
                default -> {
                    if (name.startsWith("-")) {
                        throw new UsageException("unknown option " + name);
                    }
                    words.add(args[i]);
                }
            }
        }
        if (words.size() < command.wordsMin) {
            throw new UsageException("write weir " + command.word() + " " + command.shown);
        }
        if (words.size() > command.wordsMax) {
            throw new UsageException("'" + words.get(command.wordsMax) + "' is one word too many: weir " + command.word() + " " + command.shown);
        }
        if (timeout != null && command != Command.DRAIN) {
            throw new UsageException("--timeout belongs to weir drain");
        }
        if (soft && command != Command.PURGE) {
            throw new UsageException("--soft belongs to weir purge");
        }
        if (command.takesFile() && !words.isEmpty()) {
            if (file != null) {
                throw new UsageException("a file and --config: name one of them");
            }
            file = words.remove(0);
        }
        if (admin != null && (file != null || !sets.isEmpty())) {
            throw new UsageException("--admin takes the place of a file");
        }
        return new AdminArguments(command, admin, admin != null ? null : path(file == null ? "weir.properties" : file), List.copyOf(sets), json,
                List.copyOf(words), timeout, soft);
    }

    private static Path path(String text) throws UsageException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "' is no file name: " + e.getReason());
        }
    }
}
