package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdentitiesTest {
    /** A key that is asked for its type alone. */
    private record NoKey(String type) implements PrivateKey {
        private static final long serialVersionUID = 1;

        @Override
        public String getAlgorithm() {
            return type;
        }

        @Override
        public String getFormat() {
            return null;
        }

        @Override
        public byte[] getEncoded() {
            return new byte[0];
        }
    }

    private static Identity identity(String name, String keyType, String... hosts) {
        return new Identity(name, List.<X509Certificate>of(), new NoKey(keyType), List.of(hosts));
    }

    private static final Identities SOME = new Identities(List.of(
            identity("first", "EC", "a.com", "10.0.0.1", "2001:db8::1"),
            identity("stars", "EC", "*.a.com", "*.b.com"),
            identity("first-rsa", "RSA", "a.com"),
            identity("second", "EC", "a.com", "www.a.com", "z.a.com"),
            identity("stars-rsa", "RSA", "*.a.com", "other.org"),
            identity("pss", "RSASSA-PSS", "pss.com")));

    static Stream<Arguments> picked() {
        return Stream.of(
                arguments("a.com", "EC", "first"),
                arguments("a.com", "RSA", "first-rsa"),
                arguments("a.com", "EdDSA", null),
                arguments("x.a.com", "EC", "stars"),
                arguments("x.a.com", "RSA", "stars-rsa"),
                arguments("www.a.com", "EC", "second"),              // exact before a wildcard that stands before it
                arguments("www.a.com", "RSA", "stars-rsa"),          // the wildcard covers it too
                arguments("x.y.a.com", "EC", "first"),               // a wildcard is one label: nobody covers this
                arguments("b.com", "EC", "first"),
                arguments(".b.com", "EC", "first"),
                arguments("x.b.com", "EC", "stars"),
                arguments("x.b.com", "RSA", null),                   // first-rsa is for another name
                arguments("x.c.com", "EC", "first"),
                arguments("com", "EC", "first"),
                arguments("pss.com", "RSA", null),
                arguments("pss.com", "RSASSA-PSS", "pss"),
                arguments("", "EC", "first"),
                arguments("", "RSA", "first-rsa"),
                arguments("", "RSASSA-PSS", null),
                arguments("unknown.org", "RSA", "first-rsa"),
                arguments("unknown.org", "EdDSA", null));
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @MethodSource("picked")
    void picks(String serverName, String keyType, String expected) {
        Identity picked = SOME.pick(serverName, keyType);
        assertThat(picked == null ? null : picked.name()).isEqualTo(expected);
    }

    static Stream<Arguments> covered() {
        return Stream.of(
                arguments("a.com", "a.com", true),
                arguments("a.com", "A.Com", true),
                arguments("a.com", "a.com.", true),
                arguments("a.com", "a.com..", false),
                arguments("a.com", "a.con", false),
                arguments("a.com", "x.a.com", false),
                arguments("a.com", "10.0.0.1", true),                // first holds it
                arguments("a.com", "[2001:DB8::1]", true),
                arguments("a.com", "2001:db8::1", true),
                arguments("a.com", "[]", false),
                arguments("a.com", "[", false),
                arguments("a.com", ".", false),
                arguments("a.com", "", false),
                arguments("a.com", "www.a.com", false),              // second holds it, but first is picked
                arguments("x.a.com", "y.a.com", true),
                arguments("x.a.com", "Y.B.com", true),
                arguments("x.a.com", "y.z.a.com", false),
                arguments("x.a.com", ".a.com", false),
                arguments("x.a.com", "a.com", false),
                arguments("x.a.com", "other.org", true),             // the one with the RSA key may be picked
                arguments("www.a.com", "z.a.com", true),
                arguments("www.a.com", "x.b.com", false),            // of EC the exact one is picked, not the wildcard
                arguments("www.a.com", "other.org", true),
                arguments("", "a.com", true),
                arguments("", "x.a.com", false),
                arguments("unknown.org", "unknown.org", false),
                arguments("unknown.org", "a.com", true));
    }

    @ParameterizedTest(name = "connection for {0}, request for {1}: {2}")
    @MethodSource("covered")
    void covers(String serverName, String host, boolean expected) {
        ByteBuffer bytes = ByteBuffer.wrap(("<" + host + ">").getBytes(StandardCharsets.US_ASCII));
        assertThat(SOME.covers(serverName, bytes, 1, bytes.capacity() - 1)).isEqualTo(expected);
        assertThat(bytes.position()).isZero();
    }

    @Test
    void knowsWhichNamesItCovers() {
        assertThat(List.of("a.com", "x.a.com", "10.0.0.1", "other.org")).allMatch(SOME::covers);
        assertThat(List.of("", ".", "com", "b.com", "x.y.a.com", ".a.com", "org", "*.c.com")).noneMatch(SOME::covers);
    }

    @Test
    void findsEachOfManyWildcards() {
        Identities many = new Identities(Stream.iterate(0, i -> i < 257, i -> i + 1)
                .map(i -> identity("n" + i, "EC", "*." + Integer.toString(i, 5) + ".com")).toList());
        for (int i = 0; i < 257; i++) {
            assertThat(many.pick("www." + Integer.toString(i, 5) + ".com", "EC").name()).isEqualTo("n" + i);
        }
        assertThat(many.all()).hasSize(257);
    }

    @Test
    void needsOne() {
        assertThatThrownBy(() -> new Identities(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
