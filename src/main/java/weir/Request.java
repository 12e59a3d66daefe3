package weir;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import weir.exchange.Exchange;
import weir.http.FieldName;
import weir.http.Head;

/** A request as a {@link RequestHook} sees it: during the hook's call, on that thread. Text is ISO 8859-1, a character for each byte. */
public final class Request {
    /** What frames a message, belongs to one hop, or chose the route already. */
    private static final Set<FieldName> NOT_EDITED = EnumSet.of(FieldName.HOST, FieldName.CONTENT_LENGTH, FieldName.TRANSFER_ENCODING, FieldName.CONNECTION,
            FieldName.KEEP_ALIVE, FieldName.PROXY_CONNECTION, FieldName.TE, FieldName.TRAILER, FieldName.UPGRADE, FieldName.EXPECT, FieldName.HTTP2_SETTINGS);

    private final Exchange exchange;
    private boolean answered;

    Request(Exchange exchange) {
        this.exchange = exchange;
    }

    boolean isAnswered() {
        return answered;
    }

    /** As the client wrote it. */
    public String method() {
        return head().text(head().methodFrom(), head().methodTo());
    }

    /** In normal form (RFC 3986 §6.2.2), without the query. */
    public String path() {
        return head().text(head().pathFrom(), head().pathTo());
    }

    /** With its question mark; empty when there is none. */
    public String query() {
        return head().text(head().queryFrom(), head().queryTo());
    }

    /** Host and port that the request is for; empty when it names none. */
    public String authority() {
        return head().text(head().authorityFrom(), head().authorityTo());
    }

    /** The value of the first field line of this name, in any case; null when there is none. */
    public String field(String name) {
        byte[] lower = lowerCase(name);
        for (int i = 0; i < head().fields(); i++) {
            if (!head().isRemoved(i) && head().nameIs(i, lower)) {
                return head().text(head().valueFrom(i), head().valueTo(i));
            }
        }
        return null;
    }

    /** The client's side of the connection, or what a trusted proxy says of it in a PROXY header. */
    public InetSocketAddress peer() {
        return exchange.client().peer();
    }

    /** Whether the client came by TLS. */
    public boolean isSecure() {
        return exchange.client().isSecure();
    }

    /** The name of the route in the configuration. */
    public String route() {
        return exchange.route().name();
    }

    /**
     * Replaces all field lines of this name by one.
     *
     * @throws IllegalArgumentException the name is no token, or one that hooks do not edit (framing, hop-by-hop fields, Host); the value has control characters
     */
    public void setField(String name, String value) {
        removeField(name);
        if (!value.chars().allMatch(c -> c == '\t' || c >= ' ' && c != 0x7f && c <= 0xff) || !value.equals(value.strip())) {
            throw new IllegalArgumentException("the value of " + name + " has blanks at its ends or control characters");
        }
        FieldName known = FieldName.ofText(name);
        requireMemory(head().add(known == null ? FieldName.UNKNOWN : known.ordinal(), bytes(name), bytes(value)));
    }

    /** Removes all field lines of this name. @throws IllegalArgumentException as {@link #setField} */
    public void removeField(String name) {
        requireEditable(name);
        FieldName known = FieldName.ofText(name);
        if (known == null) {
            head().removeAll(lowerCase(name));
        } else {
            head().removeAll(known);
        }
    }

    /**
     * Answers the request here; it goes no further. Once.
     *
     * @param status 200 to 599
     * @param contentType of the body; empty for none
     * @param body sent with its length; not copied, not to be changed afterwards
     */
    public void answer(int status, String contentType, byte[] body) {
        if (answered) {
            throw new IllegalStateException("the request is answered already");
        }
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is not in 200 to 599");
        }
        answered = true;
        exchange.answer(status, "hook", bytes(contentType), body, null, null);
    }

    private static void requireEditable(String name) {
        FieldName known = FieldName.ofText(name);
        if (name.isEmpty() || !name.chars().allMatch(Request::isTokenCharacter) || known != null && NOT_EDITED.contains(known)) {
            throw new IllegalArgumentException("'" + name + "' is no field that a hook can edit");
        }
    }

    /** RFC 9110 §5.6.2. */
    private static boolean isTokenCharacter(int c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    private static void requireMemory(boolean done) {
        if (!done) {
            throw new IllegalStateException("server.memory is used up");
        }
    }

    private Head head() {
        return exchange.request();
    }

    private static byte[] lowerCase(String name) {
        return bytes(name.toLowerCase(Locale.ROOT));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
