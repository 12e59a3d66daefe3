package weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import weir.upstream.Label;
import weir.upstream.PoolSettings;
import weir.upstream.Server;

/**
 * A server of a pool: {@code [https://]host:port [weight=N] [backup] [label=value]}, or a name that stands for several:
 * {@code dns://name:port}, {@code srv://name}.
 *
 * @param server as the pool has it
 * @param tls whether it is spoken to by TLS
 * @param place where it is written
 */
record PoolServer(Server server, boolean tls, Place place) {
    /** Made here and not by who uses it: an archive of classes has the lambdas of a nested class only if the outer one is there before. */
    static final Type TYPE = new Type();

    static final class Type implements ValueType<List<PoolServer>> {
        private static final PoolAddress ADDRESS = new PoolAddress();
        private static final Quantity<Integer> WEIGHT = Quantity.number(1, Server.WEIGHT_MAX);
        private static final LabelType LABEL = new LabelType();
        private static final List<String> OPTIONS = List.of("weight", "backup");
        private static final int LABELS_MAX = 16;

        @Override
        public String name() {
            return "list of servers";
        }

        @Override
        public String range() {
            return "[https://]host:port, dns://name:port or srv://name, with [weight=N] [backup] [label=value][, …]";
        }

        @Override
        public Optional<List<PoolServer>> parse(Word value, Problems problems) {
            Optional<List<PoolServer>> servers = Lists.parse(value, problems, this::server);
            if (servers.isEmpty() || servers.get().size() <= PoolSettings.SERVERS_MAX) return servers;
            int max = PoolSettings.SERVERS_MAX;
            problems.error(servers.get().get(max).place(), "more than " + max + " servers in a pool", "divide them into pools");
            return Optional.empty();
        }

        /** One server; also what the operator adds while the pool runs. */
        Optional<PoolServer> server(Word item, Problems problems) {
            List<Word> words = Words.words(item, problems);
            Optional<PoolAddress.Found> address = ADDRESS.parseWord(words.get(0), problems);
            Optional<Integer> weight = Optional.empty();
            boolean backup = false;
            List<Label> labels = new ArrayList<>();
            for (Word option : words.subList(1, words.size())) {
                int equals = option.text().indexOf('=');
                String name = equals < 0 ? option.text() : option.slice(0, equals).text();
                if (option.is("backup") && !backup) {
                    backup = true;
                } else if (name.equals("weight") && equals >= 0 && weight.isEmpty()) {
                    weight = WEIGHT.parseWord(option.from(equals + 1), problems);
                    if (weight.isEmpty()) return Optional.empty();
                } else if (!isLabel(option, name, equals, labels, problems)) {
                    return Optional.empty();
                }
            }
            if (address.isEmpty()) return Optional.empty();
            PoolAddress.Found found = address.get();
            return Optional.of(new PoolServer(new Server(found.kind(), found.host(), found.port(), weight.orElse(1), backup, labels), found.tls(),
                    words.get(0).place()));
        }

        /** What looks like an option that is misspelt is none: nobody would notice that his weight is a label. */
        private static boolean isLabel(Word option, String name, int equals, List<Label> labels, Problems problems) {
            boolean twice = OPTIONS.contains(name) && (equals < 0) == name.equals("backup") || labels.stream().anyMatch(label -> label.name().equals(name));
            if (twice) {
                problems.error(option, "'" + name + "' stands here twice", "write it once");
                return false;
            }
            Optional<String> meant = Nearest.of(name, OPTIONS);
            if (equals < 0 || meant.isPresent() || labels.size() == LABELS_MAX) {
                problems.error(option.place(), labels.size() == LABELS_MAX ? "more than " + LABELS_MAX + " labels" : option.shown() + " is not known here",
                        "write host:port, host:port weight=2, host:port backup, or host:port zone=a",
                        meant.map(word -> word.equals("weight") ? "weight=2" : word).orElse(null));
                return false;
            }
            Optional<Label> label = LABEL.parseWord(option, problems);
            label.ifPresent(labels::add);
            return label.isPresent();
        }
    }
}
