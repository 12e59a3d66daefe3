package weir.http;

import java.nio.charset.StandardCharsets;

/** Fields that hold for exact bytes: of the content (RFC 9530 §2), of the representation (§3), and what both were before. */
public final class Digests {
    private static final byte[][] NAMES = {lower("content-digest"), lower("repr-digest"), lower("digest"), lower("content-md5")};

    private Digests() {}

    private static byte[] lower(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes them out of a head, or of a trailer section, whose content is another one now. */
    public static void remove(Head head) {
        for (byte[] name : NAMES) {
            head.removeAll(name);
        }
    }
}
