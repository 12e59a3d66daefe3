package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in Range and Content-Range (RFC 9110 §14). */
class RangesTest {
    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "bytes=0-0; 10; ONE 0-0",
        "bytes=0-9; 10; ONE 0-9",
        "bytes=0-10; 10; ONE 0-9",
        "bytes=9-; 10; ONE 9-9",
        "bytes=10-; 10; UNSATISFIABLE",
        "bytes=10-20; 10; UNSATISFIABLE",
        "bytes=-1; 10; ONE 9-9",
        "bytes=-10; 10; ONE 0-9",
        "bytes=-11; 10; ONE 0-9",
        "bytes=-0; 10; UNSATISFIABLE",
        "bytes=-; 10; WHOLE",
        "bytes=0-; 0; UNSATISFIABLE",
        "bytes=-1; 0; UNSATISFIABLE",
        "bytes=3-2; 10; WHOLE",
        "bytes=007-8; 10; ONE 7-8",
        "bytes= 1-2 ; 10; ONE 1-2",
        "bytes=	1-2; 10; ONE 1-2",
        "bytes=,1-2,; 10; ONE 1-2",
        "bytes=1 -2; 10; WHOLE",
        "bytes=1- 2; 10; WHOLE",
        "bytes =1-2; 10; WHOLE",
        "bytes 1-2; 10; WHOLE",
        "BYTES=1-2; 10; ONE 1-2",
        "bytes=; 10; WHOLE",
        "bytes; 10; WHOLE",
        "``; 10; WHOLE",
        "lines=1-2; 10; WHOLE",
        "bytes=a-b; 10; WHOLE",
        "bytes=+1-2; 10; WHOLE",
        "bytes=--1; 10; WHOLE",
        "bytes=1-2-3; 10; WHOLE",
        "bytes=0x1-2; 10; WHOLE",
        "bytes=0-99999999999999999999999; 10; ONE 0-9",
        "bytes=99999999999999999999999-; 10; UNSATISFIABLE",
        "bytes=99999999999999999999998-99999999999999999999999; 10; UNSATISFIABLE",
        "bytes=-99999999999999999999999; 10; ONE 0-9",
        "bytes=1-2, 10-; 10; ONE 1-2",
        "bytes=1-2, x; 10; WHOLE",
        "bytes=1-2, 4-5; 10; SEVERAL 1-2 4-5",
        "bytes=4-5,1-2; 10; SEVERAL 4-5 1-2",
        "bytes=0-3,3-4; 10; WHOLE",
        "bytes=0-,-1; 10; WHOLE",
        "bytes=0-0,0-0; 10; WHOLE",
        "bytes=10-,-0,11-12; 10; UNSATISFIABLE",
    })
    void reads(String value, long bytes, String wanted) {
        ByteRange range = new ByteRange();
        ByteRange.Kind kind = range.read(Heads.get("Range: " + value), bytes);
        StringBuilder said = new StringBuilder(kind.name());
        int count = kind == ByteRange.Kind.ONE ? 1 : kind == ByteRange.Kind.SEVERAL ? 2 : 0;
        for (int i = 0; i < count; i++) {
            said.append(' ').append(range.first(i)).append('-').append(range.last(i));
            assertThat(range.length(i)).isEqualTo(range.last(i) - range.first(i) + 1);
        }
        assertThat(said).hasToString(wanted);
    }

    @ParameterizedTest
    @CsvSource({"16, UNSATISFIABLE", "17, WHOLE"})
    void atMostSoMany(int count, ByteRange.Kind kind) {
        assertThat(new ByteRange().read(Heads.get("Range: bytes=" + "20-21,".repeat(count)), 10)).isEqualTo(kind);
    }

    @ParameterizedTest(name = "Content-Range: {0}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "bytes 0-1/10; bytes 0-1/10",
        "Bytes 0-1/10; bytes 0-1/10",
        "bytes 0-1/2; bytes 0-1/2",
        "bytes 0-0/1; bytes 0-0/1",
        "bytes 0-1/*; bytes 0-1/-1",
        "bytes 1-0/10; null",
        "bytes 0-10/10; null",
        "bytes */10; null",
        "bytes 0-1; null",
        "bytes 0/10; null",
        "bytes -1/10; null",
        "bytes 0-/10; null",
        "bytes 0-1/; null",
        "bytes 0-1/**; null",
        "bytes=0-1/10; null",
        "bytes; null",
        "``; null",
        "lines 0-1/10; null",
        "bytes 0-1/99999999999999999999999; null",
        "bytes 99999999999999999999998-99999999999999999999999/*; null",
        "bytes 0-1/10, bytes 0-1/10; null",
    })
    void contentRange(String value, String wanted) {
        assertThat(String.valueOf(ContentRange.of(Heads.response(206, "Content-Range: " + value)))).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"Content-Range: bytes 0-1/10|Content-Range: bytes 0-1/10", "Content-Length: 3|Content-Range: bytes 0-1/10", "X-A: b"})
    void contentRangeThatContradicts(String lines) {
        assertThat(ContentRange.of(Heads.response(206, Heads.lines(lines)))).isNull();
    }
}
