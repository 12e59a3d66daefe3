package weir.config;

import java.util.Locale;
import java.util.Optional;
import weir.upstream.Server;

/** Where servers of a pool are: an {@link OriginAddress}, {@code dns[+tls]://name:port} or {@code srv[+tls]://_service._proto.name}. */
final class PoolAddress implements ValueType.OfWord<PoolAddress.Found> {
    private static final OriginAddress.Type ONE = OriginAddress.TYPE;
    private static final AddressType PLAIN = AddressType.ofOrigin(80);
    private static final AddressType TLS = AddressType.ofOrigin(443);
    private static final String DNS = "dns://";
    private static final String DNS_TLS = "dns+tls://";
    private static final String SRV = "srv://";
    private static final String SRV_TLS = "srv+tls://";

    /** An address, taken apart. */
    record Found(Server.Kind kind, String host, int port, boolean tls) {}

    @Override
    public String name() {
        return "server";
    }

    @Override
    public String range() {
        return "host:port, https://host:port, dns://name:port, dns+tls://name:port, srv://name or srv+tls://name";
    }

    @Override
    public Optional<Found> parseWord(Word word, Problems problems) {
        String lower = word.text().toLowerCase(Locale.ROOT);
        if (lower.startsWith(DNS) || lower.startsWith(DNS_TLS)) {
            boolean tls = lower.startsWith(DNS_TLS);
            return (tls ? TLS : PLAIN).parseWord(word.from(tls ? DNS_TLS.length() : DNS.length()), problems)
                    .map(at -> new Found(Server.Kind.DNS, at.host(), at.port(), tls));
        }
        if (lower.startsWith(SRV) || lower.startsWith(SRV_TLS)) {
            boolean tls = lower.startsWith(SRV_TLS);
            return srv(word.from(tls ? SRV_TLS.length() : SRV.length()), tls, problems);
        }
        return ONE.parseWord(word, problems).map(origin -> new Found(Server.Kind.HOST, origin.address().host(), origin.address().port(), origin.tls()));
    }

    /** RFC 2782: _Service._Proto.Name. */
    private static Optional<Found> srv(Word name, boolean tls, Problems problems) {
        if (name.length() > 253 || !name.text().matches("_[A-Za-z0-9-]{1,62}(\\._[A-Za-z0-9-]{1,62})?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)+\\.?")) {
            problems.error(name, name.shown() + " is no name of a SRV record", "write srv://_http._tcp.example.com");
            return Optional.empty();
        }
        return Optional.of(new Found(Server.Kind.SRV, name.text().toLowerCase(Locale.ROOT), 0, tls));
    }
}
