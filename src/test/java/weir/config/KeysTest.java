package weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeysTest {
    static List<KeyDoc<?>> all() {
        return Keys.ALL;
    }

    private static String example(KeyDoc<?> key) {
        return key.pattern().replace("NAME", "some-name").replace("FIELD", "X.Some_Field");
    }

    @ParameterizedTest
    @MethodSource("all")
    void isFoundAndDescribed(KeyDoc<?> key) {
        assertThat(Keys.find(Keys.parts(example(key)))).contains(key);
        assertThat(key.filledFrom(Keys.parts(example(key)))).isEqualTo(example(key));
        assertThat(key.description()).matches("(?s)\\p{Lu}.*|auto.*").endsWith(".").hasSizeGreaterThan(30);
        assertThat(key.rangeText()).isNotBlank();
        assertThat(key.defaultText()).isNotBlank();
        assertThat(key.type().name()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("all")
    void isSuggestedForASlip(KeyDoc<?> key) {
        String right = example(key);
        int at = Math.max(right.length() - 3, right.lastIndexOf('.') + 1);
        String slip = right.substring(0, at) + right.substring(at + 1);         // one letter of the last part is missing
        if (key.isDeclaration() || key.endsWithField()) slip = right.substring(1);
        Problems problems = new Problems();
        Keys.reportUnknown(Samples.word(slip), problems);
        assertThat(problems.list().get(0).suggestion()).isEqualTo(right);
    }

    @Test
    void aDefaultIsUsedAsItIsShown() {
        Set<String> patterns = new HashSet<>();
        for (KeyDoc<?> key : Keys.ALL) {
            assertThat(patterns.add(key.pattern())).as(key.pattern()).isTrue();
            if (key.defaultValue().isPresent()) {
                assertThat(Samples.parsed(key.type(), key.defaultText())).isEqualTo(key.defaultValue().get().toString());
            }
        }
        assertThat(Keys.SERVER_SHUTDOWN_GRACE.defaultValue()).contains(Duration.ofSeconds(30));
        assertThat(Keys.POOL_TIMEOUT.defaultValue()).contains(OriginTimeouts.DEFAULT);
    }
}
