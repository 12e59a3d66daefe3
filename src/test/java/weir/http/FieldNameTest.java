package weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import weir.FuzzSeed;

/** The table of names against a look through all of them. */
class FieldNameTest {
    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);

    private int idOf(String name) {
        int from = place(name);
        int id = FieldName.idOf(bytes, from, from + name.length());
        byte[] copy = new byte[bytes.capacity()];
        bytes.get(0, copy);
        if (name.chars().allMatch(c -> c >= ' ')) {              // what the quick look is for
            assertThat(FieldName.idOf(copy, from, from + name.length())).as("the quick look at '" + name + "'").isEqualTo(id);
        }
        return id;
    }

    private static boolean isLookAlike(String name) {
        byte[] bytes = ("\0" + name + "\0").getBytes(StandardCharsets.ISO_8859_1);
        return FieldName.isLookAlike(bytes, 1, 1 + name.length());
    }

    /** Somewhere in the buffer, at its very start and its very end too. */
    private int place(String name) {
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, (byte) "-a:\r".charAt(random.nextInt(4)));
        }
        int room = bytes.capacity() - name.length();
        int from = random.nextInt(4) == 0 ? 0 : random.nextInt(4) == 0 ? room : random.nextInt(room + 1);
        bytes.put(from, name.getBytes(StandardCharsets.ISO_8859_1));
        return from;
    }

    /** The twin. */
    private static int plain(String name) {
        for (FieldName known : FieldName.values()) {
            if (known.text().length() == name.length() && known.text().equalsIgnoreCase(name)) {
                return known.ordinal();
            }
        }
        return FieldName.UNKNOWN;
    }

    @ParameterizedTest
    @EnumSource(FieldName.class)
    void isFoundInAnyCase(FieldName name) {
        assertThat(idOf(name.text())).isEqualTo(name.ordinal());
        assertThat(idOf(name.text().toUpperCase(Locale.ROOT))).isEqualTo(name.ordinal());
        assertThat(idOf(name.text().toLowerCase(Locale.ROOT))).isEqualTo(name.ordinal());
        assertThat(FieldName.of(name.ordinal())).isEqualTo(name);
        assertThat(FieldName.ofText(name.text().toLowerCase(Locale.ROOT))).isEqualTo(name);
        for (int i = 0; i < 50; i++) {
            assertThat(idOf(anyCase(name.text()))).isEqualTo(name.ordinal());
        }
    }

    @ParameterizedTest
    @EnumSource(FieldName.class)
    void isKnownBehindUnderscores(FieldName name) {
        String text = anyCase(name.text().replace('-', '_'));
        assertThat(isLookAlike(text)).isTrue();
        assertThat(isLookAlike(anyCase(name.text().replaceFirst("-", "_")))).isTrue();
        assertThat(idOf(text)).isEqualTo(text.indexOf('_') < 0 ? name.ordinal() : FieldName.UNKNOWN);
        assertThat(isLookAlike(text + "_")).isFalse();
    }

    private String anyCase(String text) {
        StringBuilder any = new StringBuilder(text);
        for (int i = 0; i < any.length(); i++) {
            if (Character.isLetter(any.charAt(i)) && random.nextBoolean()) {
                any.setCharAt(i, (char) (any.charAt(i) ^ 0x20));
            }
        }
        return any.toString();
    }

    @Test
    void nothingElseIsFound() {
        FieldName[] all = FieldName.values();
        for (int i = 0; i < 50_000; i++) {
            StringBuilder name = new StringBuilder(anyCase(all[random.nextInt(all.length)].text()));
            for (int edits = random.nextInt(3); edits >= 0; edits--) {
                int at = random.nextInt(name.length() + 1);
                char c = random.nextBoolean() ? (char) random.nextInt(256) : "-_aeioutzAZ".charAt(random.nextInt(11));
                if (random.nextBoolean() && at < name.length()) {
                    name.setCharAt(at, random.nextBoolean() ? c : (char) (name.charAt(at) ^ 1 << random.nextInt(8)));
                } else if (random.nextBoolean() && at < name.length()) {
                    name.deleteCharAt(at);
                } else {
                    name.insert(at, c);
                }
            }
            assertThat(idOf(name.toString())).as("%s, -Dfuzz.seed=%d", name, seed).isEqualTo(plain(name.toString()));
        }
    }

    @Test
    void noNameIsUnknown() {
        assertThat(idOf("")).isEqualTo(FieldName.UNKNOWN);
        assertThat(isLookAlike("")).isFalse();
        assertThat(FieldName.ofText("X-Anything")).isNull();
    }

    /** A head remembers in one {@code long} which of them it holds. */
    @Test
    void fitIntoALong() {
        assertThat(FieldName.values()).hasSizeLessThanOrEqualTo(64);
    }
}
