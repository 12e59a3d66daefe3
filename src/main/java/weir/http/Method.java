package weir.http;

import java.nio.ByteBuffer;

/** Request methods (RFC 9110 §9, RFC 5789). A token that is none of these is {@link #OTHER}: neither safe nor idempotent. */
public enum Method {
    GET(true, true),
    HEAD(true, true),
    POST(false, false),
    PUT(false, true),
    DELETE(false, true),
    CONNECT(false, false),
    OPTIONS(true, true),
    TRACE(true, true),
    PATCH(false, false),
    OTHER(false, false);

    private final boolean safe;
    private final boolean idempotent;

    Method(boolean safe, boolean idempotent) {
        this.safe = safe;
        this.idempotent = idempotent;
    }

    /** Asks for no change of state (RFC 9110 §9.2.1). */
    public boolean isSafe() {
        return safe;
    }

    /** May be sent a second time with the same effect as once (RFC 9110 §9.2.2). */
    public boolean isIdempotent() {
        return idempotent;
    }

    /** The method whose token is {@code bytes[from, to)}; tokens are case-sensitive. */
    public static Method of(ByteBuffer bytes, int from, int to) {
        switch (to - from) {
            case 3:
                return is(bytes, from, "GET") ? GET : is(bytes, from, "PUT") ? PUT : OTHER;
            case 4:
                return is(bytes, from, "POST") ? POST : is(bytes, from, "HEAD") ? HEAD : OTHER;
            case 5:
                return is(bytes, from, "PATCH") ? PATCH : is(bytes, from, "TRACE") ? TRACE : OTHER;
            case 6:
                return is(bytes, from, "DELETE") ? DELETE : OTHER;
            case 7:
                return is(bytes, from, "OPTIONS") ? OPTIONS : is(bytes, from, "CONNECT") ? CONNECT : OTHER;
            default:
                return OTHER;
        }
    }

    private static boolean is(ByteBuffer bytes, int from, String token) {
        for (int i = 0; i < token.length(); i++) {
            if (bytes.get(from + i) != token.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
