package weir.filter;

import java.nio.charset.StandardCharsets;
import java.util.List;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.http.FieldName;
import weir.http.Head;
import weir.net.CidrSet;

/**
 * Tells origins who the client is: X-Forwarded-For, -Proto, -Host, by setting Forwarded (RFC 7239) and Via (RFC 9110
 * §7.6.3). What a peer says that is not trusted is taken out first, every X-Forwarded field: an origin believes them, so nobody may
 * forge them. A trusted peer's are kept and extended.
 */
public final class ForwardedFields implements Filter {
    private static final List<FieldName> OURS = List.of(FieldName.X_FORWARDED_FOR, FieldName.X_FORWARDED_PROTO,
            FieldName.X_FORWARDED_HOST, FieldName.X_FORWARDED_PORT, FieldName.X_REAL_IP, FieldName.FORWARDED);
    private static final byte[] X_FORWARDED = ascii("x-forwarded-");
    private static final byte[] HTTP = ascii("http");
    private static final byte[] HTTPS = ascii("https");

    private final boolean xForwarded;
    private final boolean forwarded;
    private final byte[] via;
    private final CidrSet trusted;

    public ForwardedFields(ForwardedSettings settings) {
        xForwarded = settings.xForwarded();
        forwarded = settings.forwarded();
        via = settings.via().isEmpty() ? null : ascii("1.1 " + settings.via());
        trusted = new CidrSet(settings.trusted());
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        Head head = exchange.request();
        if (!trusted.contains(exchange.peerBytes())) {
            for (int i = 0; i < OURS.size(); i++) {
                head.removeAll(OURS.get(i));
            }
            removeOthers(head);
        }
        boolean fits = (!xForwarded || addXForwarded(exchange, head))
                && (!forwarded || head.join(FieldName.FORWARDED, element(exchange, head)))
                && (via == null || head.join(FieldName.VIA, via));
        if (!fits) {
            exchange.answer(503, "memory");
            return Verdict.ANSWERED;
        }
        return Verdict.NEXT;
    }

    /** X-Forwarded-Prefix, -Server, -Scheme and what else there may be: origins build links of them, and a cache keeps those. */
    private static void removeOthers(Head head) {
        for (int field = 0; field < head.fields(); field++) {
            if (head.id(field) == FieldName.UNKNOWN && !head.isRemoved(field) && isXForwarded(head, field)) {
                head.remove(field);
            }
        }
    }

    private static boolean isXForwarded(Head head, int field) {
        int from = head.nameFrom(field);
        boolean same = head.nameTo(field) - from > X_FORWARDED.length;
        for (int i = 0; same && i < X_FORWARDED.length; i++) {
            byte b = head.bytes().get(head.at(from + i));
            same = (b >= 'A' && b <= 'Z' ? b | 0x20 : b) == X_FORWARDED[i];
        }
        return same;
    }

    private static boolean addXForwarded(Exchange exchange, Head head) {
        return head.join(FieldName.X_FORWARDED_FOR, exchange.peerText())
                && (head.has(FieldName.X_FORWARDED_PROTO)
                        || head.add(FieldName.X_FORWARDED_PROTO, exchange.client().isSecure() ? HTTPS : HTTP))
                && (head.has(FieldName.X_FORWARDED_HOST) || addHost(head));
    }

    private static boolean addHost(Head head) {
        return head.authorityTo() == head.authorityFrom()
                || head.addCopy(FieldName.X_FORWARDED_HOST, head.authorityFrom(), head.authorityTo());
    }

    /** {@code for=192.0.2.1;host=example.com;proto=http}; an IPv6 address in quotes and brackets (RFC 7239 §6). */
    private static byte[] element(Exchange exchange, Head head) {
        String peer = new String(exchange.peerText(), StandardCharsets.US_ASCII);
        StringBuilder text = new StringBuilder("for=");
        if (peer.indexOf(':') >= 0) {
            text.append("\"[").append(peer).append("]\"");
        } else {
            text.append(peer);
        }
        if (head.authorityTo() > head.authorityFrom()) {
            text.append(";host=\"").append(head.text(head.authorityFrom(), head.authorityTo())).append('"');
        }
        return ascii(text.append(";proto=").append(exchange.client().isSecure() ? "https" : "http").toString());
    }

    @Override
    public boolean editsResponse() {
        return via != null;
    }

    @Override
    public void onResponse(Exchange exchange) {
        if (via != null) {                                   // asked also where only another filter edits the response
            exchange.response().join(FieldName.VIA, via);    // at the memory bound the response goes without
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
