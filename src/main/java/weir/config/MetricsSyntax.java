package weir.config;

import java.util.Optional;

/** Where metrics are served: an address to listen on, and the path of the page. */
record MetricsSyntax(HostPort address, String path) {
    static final class Type implements ValueType.OfWord<MetricsSyntax> {
        @Override
        public String name() {
            return "address and path";
        }

        @Override
        public String range() {
            return "127.0.0.1:9900/metrics";
        }

        @Override
        public Optional<MetricsSyntax> parseWord(Word word, Problems problems) {
            int slash = word.text().startsWith("http://") ? -1 : word.text().indexOf('/');
            Optional<HostPort> address =
                    AddressType.toListen().parseWord(slash < 0 ? word : word.slice(0, slash), problems);
            Optional<String> path = slash < 0 ? Optional.of("/metrics") : PathText.path(word.from(slash), "", problems);
            if (address.isEmpty() || path.isEmpty()) return Optional.empty();
            if (MetricsSettings.isProbe(path.get())) {
                problems.error(word.from(slash), path.get() + " is answered there anyway, to say how the process is",
                        "write another path for the metrics, as " + range());
                return Optional.empty();
            }
            return Optional.of(new MetricsSyntax(address.get(), path.get()));
        }
    }
}
