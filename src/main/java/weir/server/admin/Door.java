package weir.server.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.net.Resolver;
import weir.observe.Journal;

/**
 * Who may ask. A Unix-domain socket is guarded by its file. By TCP a client shows the token; and since a browser on this host can
 * be made to send requests here by any page it shows, also under a name that suddenly resolves to this address (DNS rebinding), the
 * Host must be ours, and nothing is done for a page of another origin.
 */
final class Door implements Filter {
    private static final String BEARER = "bearer ";

    private final byte[] token;
    private final String name;
    private final Journal journal;

    /** @param address where the listener stands, as configured. @param token null for a Unix-domain socket */
    Door(SocketAddress address, String token, Journal journal) {
        this.token = token == null ? null : token.getBytes(StandardCharsets.ISO_8859_1);
        this.name = address instanceof InetSocketAddress tcp ? tcp.getHostString().toLowerCase(Locale.ROOT) : "";
        this.journal = journal;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        Answer refusal = refusal(exchange);
        if (refusal == null) {
            return Verdict.NEXT;
        }
        refusal.send(exchange);
        return Verdict.ANSWERED;
    }

    private Answer refusal(Exchange exchange) {
        Head request = exchange.request();
        if (request.has(FieldName.ORIGIN)) {
            return Answer.error(403, "a field Origin: no page in a browser has any business here");
        }
        if (token != null && !isOwn(host(request), exchange.client().local().getAddress())) {
            return Answer.error(403, "the Host is none of this listener; write its address, its name as configured, or localhost");
        }
        if (token != null && !showsToken(request)) {
            journal.warnAtMostOncePerSecond("admin-token", "admin: a request from " + exchange.client().peer().getAddress().getHostAddress()
                    + (request.has(FieldName.AUTHORIZATION) ? " has the wrong token" : " has no token"));
            return Answer.error(401, "the token of admin.token is wanted: Authorization: Bearer TOKEN").with(FieldName.WWW_AUTHENTICATE, "Bearer");
        }
        if (request.framing() != BodyFraming.NONE && (request.framing() != BodyFraming.LENGTH || request.contentLength() != 0)) {
            return Answer.error(413, "a body: all there is to say fits the path and the query");
        }
        return null;
    }

    /** The host of the authority, without port, brackets and a dot at its end. */
    private static String host(Head request) {
        String authority = request.text(request.authorityFrom(), request.authorityTo()).toLowerCase(Locale.ROOT);
        String host = authority.replaceFirst(":[0-9]*$", "");
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host.replaceFirst("\\.$", "");
    }

    /** A listener on every address of the host takes any address: what is rebound is a name. */
    private boolean isOwn(String host, InetAddress own) {
        InetAddress literal = Resolver.literal(host);
        return literal != null ? own.isAnyLocalAddress() || literal.equals(own) : host.equals("localhost") || !host.isEmpty() && host.equals(name);
    }

    private boolean showsToken(Head request) {
        int field = request.find(FieldName.AUTHORIZATION);
        if (field < 0 || request.findAfter(FieldName.AUTHORIZATION, field) >= 0) {
            return false;
        }
        String value = request.text(request.valueFrom(field), request.valueTo(field));
        if (!value.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return false;
        }
        // isEqual takes as long for a wrong first character as for a wrong last one
        return MessageDigest.isEqual(value.substring(BEARER.length()).strip().getBytes(StandardCharsets.ISO_8859_1), token);
    }
}
