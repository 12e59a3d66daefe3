package weir.server.admin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is asked for.
 *
 * @param names what stands in the path for NAME, in order
 * @param parameters of the query
 */
public record Request(List<String> names, Map<String, String> parameters) {
    /** The segments of a path, with what was percent-encoded in its place; null when that is malformed. */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            String decoded = decoded(segment);
            if (decoded == null) {
                return null;
            }
            segments.add(decoded);
        }
        return segments;
    }

    /** {@code a=b&c=d}, each name once; null when it is malformed. A plus sign is one: this is no form. */
    static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String each : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = each.indexOf('=');
            String name = decoded(equals < 0 ? each : each.substring(0, equals));
            String value = decoded(equals < 0 ? "" : each.substring(equals + 1));
            if (name == null || value == null || parameters.put(name, value) != null) {
                return null;
            }
        }
        return parameters;
    }

    /** @param text one char a byte */
    private static String decoded(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    return null;
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
