package weir.filter.gzip;

import java.nio.charset.StandardCharsets;
import weir.buffer.Scan;
import weir.exchange.Exchange;
import weir.filter.gzip.GzipSettings.Credentials;
import weir.http.FieldName;
import weir.http.Head;
import weir.net.Protection;

/**
 * Whether compressing a response could tell an eavesdropper what is in it (BREACH): who can have a victim's browser send requests with a
 * text of his choice, and sees the length of what comes back, learns of secrets beside that text whether they are like it.
 *
 * <p>That takes credentials which a browser adds by itself (cookies, the schemes of Authorization that it knows, certificates), content that is
 * for that user alone, and a request which another site made. Browsers say which site did, in Sec-Fetch-Site; those that do not are taken
 * at their Referer.
 */
final class Disclosure {
    private static final byte[] SEC_FETCH_SITE = lower("sec-fetch-site");
    private static final byte[] CROSS_SITE = lower("cross-site");
    /** Schemes that a browser answers with by itself; a script of another site can set none without being allowed to (CORS). */
    private static final byte[][] AMBIENT = {lower("basic"), lower("digest"), lower("negotiate"), lower("ntlm")};

    private Disclosure() {}

    private static byte[] lower(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** @param control what Cache-Control of the response says */
    static boolean isPossible(Exchange exchange, int control, Credentials allowed) {
        if (allowed == Credentials.ALWAYS || (control & CacheControl.SHARED) != 0 || !hasCredentials(exchange)) {
            return false;
        }
        return allowed == Credentials.NEVER || !isOfTheSite(exchange.request());
    }

    private static boolean hasCredentials(Exchange exchange) {
        Head request = exchange.request();
        Protection protection = exchange.client().protection();
        return request.has(FieldName.COOKIE) || protection != null && protection.peerCertificate() != null || isAmbient(request);
    }

    private static boolean isAmbient(Head request) {
        int field = request.find(FieldName.AUTHORIZATION);
        for (int i = 0; field >= 0 && i < AMBIENT.length; i++) {
            int from = request.valueFrom(field);
            int end = Math.min(request.valueTo(field), from + AMBIENT[i].length);
            if (Scan.equalsIgnoreCase(request.bytes(), request.at(from), request.at(end), AMBIENT[i])) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfTheSite(Head request) {
        for (int field = 0; field < request.fields(); field++) {
            if (!request.isRemoved(field) && request.nameIs(field, SEC_FETCH_SITE)) {
                return !request.valueIs(field, CROSS_SITE);
            }
        }
        return isRefererOfTheHost(request);
    }

    /** Whether the Referer's authority is the one that is asked. */
    private static boolean isRefererOfTheHost(Head request) {
        int field = request.find(FieldName.REFERER);
        int length = request.authorityTo() - request.authorityFrom();
        if (field < 0 || length == 0) {
            return false;
        }
        int to = request.valueTo(field);
        int colon = Scan.indexOf(request.bytes(), request.at(request.valueFrom(field)), request.at(to), (byte) ':');
        int from = colon < 0 ? to : colon - request.at(0) + 3;                    // behind ://
        if (to - from < length || to - from > length && !isEnd(at(request, from + length))) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (folded(at(request, from + i)) != folded(at(request, request.authorityFrom() + i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEnd(byte b) {
        return b == '/' || b == '?' || b == '#';
    }

    private static byte at(Head head, int offset) {
        return head.bytes().get(head.at(offset));
    }

    private static int folded(byte b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }
}
