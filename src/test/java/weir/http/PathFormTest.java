package weir.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathFormTest {
    private static final String BAD = null;

    private static Stream<Arguments> normalForms() {
        return Stream.of(
                arguments("/", "/"),
                arguments("/a/b.c/d~e-f_g", "/a/b.c/d~e-f_g"),
                arguments("/.well-known/x", "/.well-known/x"),
                arguments("/...", "/..."),
                arguments("/.../....", "/.../...."),
                arguments("/a..b/..c/d..", "/a..b/..c/d.."),
                // RFC 3986 §5.2.4 and §5.4, for paths that begin with a slash
                arguments("/a/b/c/./../../g", "/a/g"),
                arguments("/.", "/"),
                arguments("/./", "/"),
                arguments("/..", "/"),
                arguments("/../", "/"),
                arguments("/../g", "/g"),
                arguments("/../../../g", "/g"),
                arguments("/b/c/..", "/b/"),
                arguments("/b/c/../", "/b/"),
                arguments("/b/c/.", "/b/c/"),
                arguments("/b/c/./g/.", "/b/c/g/"),
                arguments("/b/c/../..", "/"),
                arguments("/b/c/../../../../etc/passwd", "/etc/passwd"),
                arguments("/./a/./b/././c", "/a/b/c"),
                // empty segments are segments (RFC 3986 §3.3), and are what a dot segment takes away
                arguments("//", "//"),
                arguments("//a///b", "//a///b"),
                arguments("/a//../b", "/a/b"),
                arguments("//..", "/"),
                arguments("//../a", "/a"),
                arguments("/a/..//b", "//b"),
                arguments("/.//a", "//a"),
                // unreserved characters are decoded, once
                arguments("/%61%5A%30%2d%2e%5f%7E", "/aZ0-._~"),
                arguments("/%7euser", "/~user"),
                arguments("/%2e%2e%2f", "/..%2F"),
                arguments("/%2e%2e/a", "/a"),
                arguments("/a/%2E%2e/b", "/b"),
                arguments("/a/.%2e/b", "/b"),
                arguments("/a/%2e./b", "/b"),
                arguments("/a/%2e", "/a/"),
                arguments("/%252e%252e%252f", "/%252e%252e%252f"),
                arguments("/%25%32%65", "/%252e"),
                arguments("/%2561", "/%2561"),
                // the others stay, in upper case
                arguments("/a%2fb%2Fc", "/a%2Fb%2Fc"),
                arguments("/%5c..%5C", "/%5C..%5C"),
                arguments("/%c3%a9%C3%A9", "/%C3%A9%C3%A9"),
                arguments("/%3b%3f%23%20%25%22", "/%3B%3F%23%20%25%22"),
                arguments("/%C0%AE%c0%ae/", "/%C0%AE%C0%AE/"), // overlong UTF-8
                arguments("/%e0%80%af/%f0%80%80%af", "/%E0%80%AF/%F0%80%80%AF"),
                arguments("/%ff%80", "/%FF%80"),
                arguments("/\u00e9\u00ff", "/\u00e9\u00ff"),
                arguments("/caf\u00c3\u00a9/../x", "/x"),
                // what is ambiguous is changed by nobody
                arguments("/..;/", "/..;/"),
                arguments("/a/..;x=1/b", "/a/..;x=1/b"),
                arguments("/..\\..\\", "/..\\..\\"),
                arguments("/a\\..\\b", "/a\\..\\b"),
                arguments("/a;x/../b", "/b"),
                arguments("/;/../", "/"),
                arguments("/\"<>[]^`{|}!$&'()*+,=:@", "/\"<>[]^`{|}!$&'()*+,=:@"));
    }

    private static Stream<Arguments> brokenPaths() {
        return Stream.of(
                        "", "*", "a/b", "\\a", "%2Fa", "../a", // no slash first
                        "/%", "/%2", "/a%", "/%g0/", "/%0g/", "/%%32%65", "/%2%65", "/%-1", "/%+1", "/%\u00b2\u00b2",
                        "/%u002e", // IIS
                        "/\u0000", "/a\tb", "/a b", "/a\r\nb", "/a\u007f", "/a?b", "/a#/../b",
                        "/%00", "/a%00.html", "/%0d%0aSet-Cookie:x", "/%1F", "/%7f", "/a/%00/../b")
                .map(path -> arguments(path, BAD));
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource({"normalForms", "brokenPaths"})
    void writesTheNormalForm(String path, String expected) {
        assertThat(normal(path)).isEqualTo(expected);
        ByteBuffer whole = bytes("xx" + path + "2e"); // neighbours are not looked at
        ByteBuffer out = ByteBuffer.allocateDirect(100);
        int flags = PathForm.scan(whole, 2, 2 + path.length());
        int length = PathForm.normalize(whole, 2, 2 + path.length(), out, 7);
        if (expected == null) {
            assertThat(length).isEqualTo(PathForm.BAD);
            assertThat(PathForm.isBad(flags) || PathForm.needsWork(flags)).isTrue();
        } else if (expected.equals(path)) {
            assertThat(length).isEqualTo(PathForm.SAME);
        } else {
            assertThat(length).isEqualTo(expected.length());
            assertThat(PathForm.needsWork(flags)).isTrue();
            assertThat(PathForm.isBad(flags)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/a/b.c/d", "/a;b", "/a\\b", "//a", "/\u00e9", "/a.", "/a.b/c.."})
    void mostPathsNeedNoWork(String path) {
        assertThat(PathForm.needsWork(PathForm.scan(bytes(path), 0, path.length()))).isFalse();
    }

    private static Stream<Arguments> readings() { // the normal form; what an origin might read instead
        return Stream.of(
                arguments("/a/b", Set.of()),
                arguments("/%252f/%3b", Set.of()),
                arguments("/a%2Fb", Set.of("/a/b")),
                arguments("/static/..%2Fadmin", Set.of("/admin")),
                arguments("/..%2F..%2Fetc", Set.of("/etc")),
                arguments("/a%2F%2F..%2Fb", Set.of("/a/b")),
                arguments("/static/..;/admin", Set.of("/admin")),
                arguments("/static/..;x=1;y/admin;z", Set.of("/admin")),
                arguments("/;/admin", Set.of("//admin")),
                arguments("/admin;", Set.of("/admin")),
                arguments("/static\\..\\admin", Set.of("/admin")),
                arguments("/static/..%5Cadmin", Set.of("/admin")),
                arguments("/a\\b%5Cc", Set.of("/a/b/c")),
                arguments("/a\\b%2Fc", Set.of("/a/b%2Fc", "/a\\b/c", "/a/b/c")),
                arguments("/a;%2Fb", Set.of("/a;/b", "/a", "/a/b")),
                arguments("/a;\\b", Set.of("/a;/b", "/a", "/a/b")),
                // only who drops parameters before decoding is led to /admin
                arguments("/b%2F../a/..;x%2F/admin",
                        Set.of("/a/..;x//admin", "/b%2F../admin", "//admin", "/admin")),
                arguments("/x\\y%2Fz;p%2Fq\\r/s", Set.of(
                        "/x\\y/z;p/q\\r/s", "/x/y%2Fz;p%2Fq/r/s", "/x/y/z;p/q/r/s", "/x\\y%2Fz/s", "/x\\y/z/q\\r/s",
                        "/x/y%2Fz/r/s", "/x/y/z/q/r/s", "/x\\y/z/s", "/x/y%2Fz/s", "/x/y/z/s")));
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource("readings")
    void writesEveryOtherReading(String path, Set<String> expected) {
        ByteBuffer b = bytes(path);
        int flags = PathForm.scan(b, 0, path.length());
        Set<String> readings = new LinkedHashSet<>();
        ByteBuffer out = ByteBuffer.allocate(100);
        int count = 0;
        for (int r = PathForm.nextReading(flags, 0); r != 0; r = PathForm.nextReading(flags, r)) {
            readings.add(text(out, PathForm.read(b, 0, path.length(), r, out, 0)));
            assertThat(count++).isLessThan(10);
        }
        assertThat(readings).isEqualTo(expected);
        assertThat(PathForm.isAmbiguous(flags)).isEqualTo(!expected.isEmpty());
    }

    @Test
    void aReadingMayBeThePathItself() {
        ByteBuffer out = ByteBuffer.allocate(10);
        assertThat(PathForm.read(bytes("/a"), 0, 2, PathForm.SLASH_DECODED, out, 0)).isEqualTo(2);
        assertThat(text(out, 2)).isEqualTo("/a");
    }

    /** Null if bad. */
    static String normal(String path) {
        ByteBuffer out = ByteBuffer.allocate(Math.max(1, path.length()));
        int length = PathForm.normalize(bytes(path), 0, path.length(), out, 0);
        return length == PathForm.BAD ? null : length == PathForm.SAME ? path : text(out, length);
    }

    static ByteBuffer bytes(String path) {
        return ByteBuffer.wrap(path.getBytes(ISO_8859_1));
    }

    static String text(ByteBuffer out, int length) {
        byte[] bytes = new byte[length];
        out.get(0, bytes);
        return new String(bytes, ISO_8859_1);
    }
}
