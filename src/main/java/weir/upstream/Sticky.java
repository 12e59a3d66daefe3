package weir.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import weir.http.Cookies;
import weir.http.Head;

/**
 * Keeps clients with their servers by a cookie. Its value is a MAC over the names of pool and server: it says nothing about the
 * server to who has no key, and nobody can make one for a server of his choice. No request costs a MAC: each server's is made
 * once, and compared.
 */
final class Sticky {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC_BYTES = 16;

    private final StickySettings settings;
    private final String pool;
    private final byte[] name;

    Sticky(StickySettings settings, String pool) {
        this.settings = settings;
        this.pool = pool;
        name = settings.cookie().getBytes(StandardCharsets.US_ASCII);
    }

    /** What stands for a server, as bytes of text. */
    byte[] token(String server) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(settings.key().getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] full = mac.doFinal((pool + '\0' + server).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encode(Arrays.copyOf(full, MAC_BYTES));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);                     // every JDK has it
        }
    }

    /** The value of Set-Cookie that binds a client to the server of this token. */
    byte[] setCookie(byte[] token) {
        return (settings.cookie() + '=' + new String(token, StandardCharsets.US_ASCII) + "; Path=/; HttpOnly; SameSite=" + settings.sameSite()
                + (settings.secure() ? "; Secure" : "") + (settings.maxAgeSeconds() > 0 ? "; Max-Age=" + settings.maxAgeSeconds() : ""))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The server that the request's cookie stands for; null when it has none, or that server cannot be chosen now. */
    Origin find(Head request, Candidates candidates) {
        long found = Cookies.find(request, name);
        if (found < 0) {
            return null;
        }
        for (int i = 0; i < candidates.usableCount(); i++) {
            Origin origin = candidates.usable(i);
            if (isToken(request, Cookies.from(found), Cookies.to(found), origin.stickyToken())) {
                return origin;
            }
        }
        return null;
    }

    /** In the same time whatever the first bytes are, so that a token cannot be guessed byte by byte. */
    private static boolean isToken(Head request, int from, int to, byte[] token) {
        if (to - from != token.length) {
            return false;
        }
        ByteBuffer bytes = request.bytes();
        int at = request.at(from);
        int differ = 0;
        for (int i = 0; i < token.length; i++) {
            differ |= bytes.get(at + i) ^ token[i];
        }
        return differ == 0;
    }
}
