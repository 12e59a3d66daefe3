package weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodTest {
    private static Method of(String token) {
        ByteBuffer bytes = ByteBuffer.wrap(("xx" + token + "xx").getBytes(StandardCharsets.ISO_8859_1));
        return Method.of(bytes, 2, 2 + token.length());
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void isKnownByItsToken(Method method) {
        assertThat(of(method.name())).isEqualTo(method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "get", "Get", "GE", "GETT", "GEX", "PUX", "POSX", "HEAE", "TRACK", "PURGE", "DELETF", "OPTIONX", "CONNECX", "PROPFIND"})
    void anyOtherIsOther(String token) {
        assertThat(of(token)).isEqualTo(Method.OTHER);
        assertThat(Method.OTHER.isSafe() || Method.OTHER.isIdempotent()).isFalse();
    }
}
