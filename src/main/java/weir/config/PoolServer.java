package weir.config;

import java.util.List;
import java.util.Optional;

/** A server of a pool: {@code [https://]host:port [weight=N]}.
 *
 *  @param tls whether it is spoken to by TLS
 *  @param weight 1..1000, its part of the requests compared with the others
 *  @param place where it is written */
record PoolServer(HostPort address, boolean tls, int weight, Place place) {
    static final int WEIGHT_MAX = 1_000;
    static final int SERVERS_MAX = 1_000;

    static final class Type implements ValueType<List<PoolServer>> {
        private static final OriginAddress.Type ADDRESS = new OriginAddress.Type();
        private static final Quantity<Integer> WEIGHT = Quantity.number(1, WEIGHT_MAX);

        @Override
        public String name() {
            return "list of servers";
        }

        @Override
        public String range() {
            return "[https://]host:port [weight=N][, …]";
        }

        @Override
        public Optional<List<PoolServer>> parse(Word value, Problems problems) {
            Optional<List<PoolServer>> servers = Lists.parse(value, problems, this::server);
            if (servers.isEmpty() || servers.get().size() <= SERVERS_MAX) return servers;
            problems.error(servers.get().get(SERVERS_MAX).place(), "more than " + SERVERS_MAX + " servers in a pool", "divide them into pools");
            return Optional.empty();
        }

        private Optional<PoolServer> server(Word item, Problems problems) {
            List<Word> words = Words.words(item, problems);
            Optional<OriginAddress> address = ADDRESS.parseWord(words.get(0), problems);
            Optional<Integer> weight = Optional.of(1);
            boolean given = false;
            for (Word option : words.subList(1, words.size())) {
                int equals = option.text().indexOf('=');
                Word name = equals < 0 ? option : option.slice(0, equals);
                if (!name.is("weight") || equals < 0) {
                    problems.error(option.place(), option.shown() + " is not known here", "write host:port, or host:port weight=2",
                            Nearest.of(name.text(), List.of("weight")).map(w -> w + "=2").orElse(null));
                    return Optional.empty();
                }
                if (given) problems.error(option, "'weight' stands here twice", "write it once");
                given = true;
                weight = WEIGHT.parseWord(option.from(equals + 1), problems);
            }
            if (address.isEmpty() || weight.isEmpty()) return Optional.empty();
            return Optional.of(new PoolServer(address.get().address(), address.get().tls(), weight.get(), words.get(0).place()));
        }
    }
}
