package weir.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of {@code weir health}.
 *
 * @param file a configuration with the key {@code metrics}; null with {@code --url}
 * @param url what to ask; null when {@code file} says so
 */
record HealthArguments(Path file, List<String> sets, String url) {
    /** @param args the first one is the command */
    static HealthArguments parse(String[] args) throws UsageException {
        String file = null;
        String url = null;
        List<String> sets = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            int equals = args[i].startsWith("--") ? args[i].indexOf('=') : -1;
            String name = equals < 0 ? args[i] : args[i].substring(0, equals);
            if (name.equals("--url") || name.equals("--set")) {
                if (equals < 0 && i + 1 == args.length) {
                    throw new UsageException(name + " needs a value");
                }
                String value = equals < 0 ? args[++i] : args[i].substring(equals + 1);
                if (name.equals("--set")) {
                    sets.add(value);
                } else {
                    url = value;
                }
            } else if (name.startsWith("-")) {
                throw new UsageException("unknown option " + name);
            } else if (file != null) {
                throw new UsageException("'" + args[i] + "' is one word too many: weir health [FILE]");
            } else {
                file = args[i];
            }
        }
        if (url != null && (file != null || !sets.isEmpty())) {
            throw new UsageException("--url takes the place of a file");
        }
        return new HealthArguments(url != null ? null : Arguments.path(file == null ? Arguments.DEFAULT_FILE : file), List.copyOf(sets), url);
    }
}
