package weir.filter.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.buffer.BufferPool;
import weir.buffer.SlabStore;
import weir.http.FieldName;
import weir.http.Head;

/** Fields of heads, as tables. */
class CodingsTest {
    private final BufferPool pool = new BufferPool(new SlabStore(1 << 20));
    private final Head head = new Head();

    private Head with(FieldName name, String... lines) {
        head.startAnswer(pool, 200, new byte[0]);
        for (String line : lines) {
            head.add(name, line.getBytes(StandardCharsets.ISO_8859_1));
        }
        return head;
    }

    @AfterEach
    void nothingIsLent() {
        head.close();
        assertThat(pool.lentCount()).isZero();
    }

    /** RFC 9110 §12.5.3, §12.4.2. */
    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '!', value = {
        "gzip! gzip",
        "GZip! gzip",
        "x-gzip! gzip",
        "gzip, deflate, br! br, gzip",
        "br,gzip! br, gzip",
        "zstd;q=1.0 , gzip ; q=0.001! zstd, gzip",
        "gzip;q=0! identity",
        "gzip;q=0.0! identity",
        "gzip;q=0.000! identity",
        "gzip;q=1.! gzip",
        "gzip;Q=1! gzip",
        "gzip;q=1.001! identity",
        "gzip;q=2! identity",
        "gzip;q=0.0001! identity",
        "gzip;q=! identity",
        "gzip;q! identity",
        "gzip;! identity",
        "gzip;q=0.5x! identity",
        "gzip;q=-1! identity",
        "gzip;a=b;q=1! identity",
        "gzip;q=0, x-gzip;q=0.3! gzip",
        "*! br, zstd, gzip",
        "*;q=0! identity",
        "*;q=0, gzip! gzip",
        "*, gzip;q=0! br, zstd",
        "*;q=0.2, br;q=0! zstd, gzip",
        "identity;q=0! identity",
        "identity;q=0, *! br, zstd, gzip",
        "identity! identity",
        "identity, gzip! gzip",
        "identity;q=1, gzip;q=0.9! identity",
        "identity;q=0.5, *;q=0.5! br, zstd, gzip",
        "identity;q=0.5, *;q=0.4, br! br",
        "deflate, compress! identity",
        "gzipx, xgzip, gz ip! identity",
        "' '! identity",
        "',,,gzip,,'! gzip",
        "gzip;q=0.3,gzip;q=0! gzip",
    })
    void readsAcceptEncoding(String value, String accepted) {
        assertThat(Codings.text(Codings.accepted(with(FieldName.ACCEPT_ENCODING, value)))).isEqualTo(accepted);
    }

    @Test
    void readsAllLines() {
        assertThat(Codings.text(Codings.accepted(with(FieldName.ACCEPT_ENCODING, "br", "", "gzip;q=0.5", "*;q=0")))).isEqualTo("br, gzip");
        assertThat(Codings.accepted(with(FieldName.ACCEPT_ENCODING))).isZero();
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '!', value = {
        "text/html! true",
        "text/html;charset=utf-8! true",
        "TEXT/Html ; charset=utf-8! true",
        "text/! false",
        "text! false",
        "''! false",
        "application/json! true",
        "application/jsonp! false",
        "application/problem+json! true",
        "application/+json! false",
        "application/x+json+y! false",
        "image/png! false",
    })
    void findsMediaTypes(String value, boolean found) {
        MediaTypes types = new MediaTypes(List.of("text/*", "application/json", "application/*+json"));
        assertThat(types.match(with(FieldName.CONTENT_TYPE, value))).isEqualTo(found);
    }

    @Test
    void aResponseWithTwoTypesHasNone() {
        assertThat(new MediaTypes(List.of("text/*")).match(with(FieldName.CONTENT_TYPE, "text/html", "text/html"))).isFalse();
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '!', value = {
        "no-transform! 1",
        "public, No-Transform! 3",
        "max-age=60! 2",
        "max-age=\"60\"! 2",
        "max-age=0! 0",
        "max-age! 0",
        "s-maxage=0! 2",
        "private, max-age=60! 0",
        "max-age=60, no-cache=\"set-cookie\"! 0",
        "no-store, no-transform! 1",
        "public-not! 0",
        "''! 0",
    })
    void readsCacheControl(String value, int said) {
        assertThat(CacheControl.read(with(FieldName.CACHE_CONTROL, value))).isEqualTo(said);
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '!', quoteCharacter = '`', value = {
        "W/\"x\"! W/\"x\", \"x\"",
        "\"x\"! \"x\"",
        "*! *",
        "W/\"x\", \"y\",W/\"z\"! W/\"x\", \"y\",W/\"z\", \"x\", \"z\"",
        "\"W/\"! \"W/\"",
        "\"a W/\", W/\"b\"! \"a W/\", W/\"b\", \"b\"",
        "W/\"\"! W/\"\", \"\"",
        "W/\"x! W/\"x",
        "W/x! W/x",
        "w/\"x\"! w/\"x\"",
        "W/! W/",
    })
    void saysStrongTagsToo(String value, String wanted) {
        with(FieldName.IF_NONE_MATCH, value);
        assertThat(EntityTags.addStrong(head, FieldName.IF_NONE_MATCH)).isTrue();
        assertThat(head.value(FieldName.IF_NONE_MATCH)).isEqualTo(wanted);
        assertThat(head.findAfter(FieldName.IF_NONE_MATCH, head.find(FieldName.IF_NONE_MATCH))).isNegative();
    }

    @Test
    void joinsTheLinesOfACondition() {
        with(FieldName.IF_MATCH, "W/\"x\"", "\"y\"");
        assertThat(EntityTags.addStrong(head, FieldName.IF_MATCH)).isTrue();
        assertThat(head.value(FieldName.IF_MATCH)).isEqualTo("W/\"x\", \"y\", \"x\"");
    }

    /** So many tags that their strong forms do not fit: with one less they do. */
    @Test
    void addsNotMoreThanServersTake() {
        String tag = "W/\"0123456789\"";
        String fits = String.join(",", Collections.nCopies(EntityTags.MORE_BYTES_MAX / 14, tag));
        with(FieldName.IF_NONE_MATCH, fits);
        assertThat(EntityTags.addStrong(head, FieldName.IF_NONE_MATCH)).isTrue();
        assertThat(head.value(FieldName.IF_NONE_MATCH)).hasSize(fits.length() + EntityTags.MORE_BYTES_MAX / 14 * 14);
        with(FieldName.IF_NONE_MATCH, fits + "," + tag);
        assertThat(EntityTags.addStrong(head, FieldName.IF_NONE_MATCH)).isTrue();
        assertThat(head.value(FieldName.IF_NONE_MATCH)).isEqualTo(fits + "," + tag);
    }

    @ParameterizedTest(name = "{0} at {1}")
    @CsvSource({"6, 0, 6", "6, 0.8, 6", "6, 0.81, 1", "6, 0.9, 1", "6, 0.91, 0", "6, 1, 0", "1, 0.85, 1", "9, 0.5, 9"})
    void levelGivesWayToLoad(int level, double load, int at) {
        assertThat(new GzipSettings("f", level, 0, List.of("text/*"), GzipSettings.Credentials.ALWAYS, 80).levelAt(load)).isEqualTo(at);
        assertThat(new GzipSettings("f", level, 0, List.of("text/*"), GzipSettings.Credentials.ALWAYS, 100).levelAt(load)).isEqualTo(level);
    }

    @ParameterizedTest(name = "level {0}, stored: {1}")
    @CsvSource({"0,false,4", "0,true,6", "1,true,1", "9,false,9"})
    void theLevelSuitsTheRouteUnlessOneIsGiven(int level, boolean stored, int used) {
        GzipSettings settings = new GzipSettings("f", level, 10, List.of("text/*"), GzipSettings.Credentials.NEVER, 70).forRoute(stored);
        assertThat(settings).isEqualTo(new GzipSettings("f", used, 10, List.of("text/*"), GzipSettings.Credentials.NEVER, 70));
    }
}
