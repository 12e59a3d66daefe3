package weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

/** Paths made of troublesome pieces, against a twin that works on strings, one rule after the other. */
class PathFormFuzzTest {
    private static final String[] PIECES = {
        "/", "/", "/", ".", ".", "..", "a", "b", ";", ";x=1", "\\", "%2e", "%2E", "%2f", "%2F", "%5c", "%5C", "%25", "%61",
        "%c3%a9", "%C0%AE", "~", "%7E", "%252e", "%3b", "//", "/./", "/../", "\u00e9", "%00", "%7f", "%", "%2", "#", "?", " "
    };
    private static final int BAD_PIECES = 7; // the last ones
    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
    private static final String DOT_SEGMENT = "/\\.\\.?(/|$)";

    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);

    @Test
    void agreesWithAPlainTwin() {
        for (int round = 0; round < 100_000; round++) {
            StringBuilder path = new StringBuilder(random.nextInt(30) == 0 ? "" : "/");
            int pieces = random.nextInt(4) == 0 ? PIECES.length : PIECES.length - BAD_PIECES;
            for (int n = random.nextInt(12); n > 0; n--) {
                path.append(PIECES[random.nextInt(pieces)]);
            }
            try {
                compare(path.toString());
            } catch (AssertionError failure) {
                throw new AssertionError("-Dfuzz.seed=" + seed + ": " + path, failure);
            }
        }
    }

    private static void compare(String path) {
        String normal = PathFormTest.normal(path);
        assertThat(normal).isEqualTo(twin(path, 0));
        int rawFlags = PathForm.scan(PathFormTest.bytes(path), 0, path.length());
        if (normal == null) {
            assertThat(PathForm.isBad(rawFlags) || PathForm.needsWork(rawFlags)).isTrue();
            return;
        }
        assertThat(PathForm.isBad(rawFlags)).isFalse();
        assertThat(PathForm.needsWork(rawFlags) || normal.equals(path)).isTrue();
        assertThat(PathFormTest.normal(normal)).as("idempotent").isEqualTo(normal);
        assertThat(normal).startsWith("/").doesNotContainPattern(DOT_SEGMENT);

        ByteBuffer inPlace = PathFormTest.bytes(path);
        int length = PathForm.normalize(inPlace, 0, path.length(), inPlace, 0);
        assertThat(PathFormTest.text(inPlace, length == PathForm.SAME ? path.length() : length)).isEqualTo(normal);

        compareReadings(normal);
    }

    private static void compareReadings(String normal) {
        int flags = PathForm.scan(PathFormTest.bytes(normal), 0, normal.length());
        int count = 0;
        for (int r = PathForm.nextReading(flags, 0); r != 0; r = PathForm.nextReading(flags, r)) {
            ByteBuffer b = PathFormTest.bytes(normal);
            ByteBuffer out = ByteBuffer.allocate(normal.length()); // never longer
            String reading = PathFormTest.text(out, PathForm.read(b, 0, normal.length(), r, out, 0));
            assertThat(reading).as("reading %d of %s", r, normal).isEqualTo(twin(normal, r));
            assertThat(reading).startsWith("/").doesNotContainPattern(DOT_SEGMENT);
            count++;
        }
        boolean slash = normal.contains("%2F");
        boolean backslash = normal.contains("%5C") || normal.contains("\\");
        boolean parameters = normal.contains(";");
        int separators = (slash ? 2 : 1) * (backslash ? 2 : 1);
        assertThat(count).isEqualTo(parameters ? separators - 1 + separators + separators - 1 : separators - 1);
        assertThat(PathForm.isAmbiguous(flags)).isEqualTo(slash || backslash || parameters);
    }

    /** Null if bad. */
    private static String twin(String path, int reading) {
        if (!path.startsWith("/") || ESCAPE.matcher(path).replaceAll("").contains("%")
                || path.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '#' || c == '?')) {
            return null;
        }
        String s = path;
        if ((reading & PathForm.PARAMETERS_DROPPED_FIRST) != 0) {
            s = s.replaceAll(";[^/]*", "");
        }
        if ((reading & PathForm.SLASH_DECODED) != 0) {
            s = s.replaceAll("%2[fF]", "/");
        }
        if ((reading & PathForm.BACKSLASH_IS_SLASH) != 0) {
            s = s.replaceAll("%5[cC]", "/").replace('\\', '/');
        }
        if ((reading & PathForm.PARAMETERS_DROPPED) != 0) {
            s = s.replaceAll(";[^/]*", "");
        }
        boolean[] control = {false};
        s = ESCAPE.matcher(s).replaceAll(match -> {
            char c = (char) Integer.parseInt(match.group(1), 16);
            control[0] |= c < ' ' || c == 0x7f;
            boolean unreserved = String.valueOf(c).matches("[-._~0-9A-Za-z]");
            return Matcher.quoteReplacement(unreserved ? String.valueOf(c) : match.group().toUpperCase(Locale.ROOT));
        });
        return control[0] ? null : withoutDotSegments(s);
    }

    private static String withoutDotSegments(String path) {
        List<String> kept = new ArrayList<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            boolean dots = segments[i].equals(".") || segments[i].equals("..");
            if (segments[i].equals("..") && !kept.isEmpty()) {
                kept.remove(kept.size() - 1);
            }
            if (!dots || last) {
                kept.add(dots ? "" : segments[i]);
            }
        }
        return "/" + String.join("/", kept);
    }
}
