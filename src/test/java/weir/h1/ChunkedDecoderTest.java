package weir.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of bytes, each in every way that bytes can arrive. */
class ChunkedDecoderTest {
    private static final String EXTENSION = "5;" + "e".repeat(ChunkedDecoder.LINE_BYTES_MAX - 4);

    private final Pieces pieces = new Pieces();

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void takesTheContentOut(String what, String wire, String expected) {
        byte[] bytes = Pieces.bytes(wire);
        for (int[] ends : Pieces.ways(bytes.length)) {
            assertThat(pieces.decode(bytes, ends)).as("first piece of %d bytes, %d pieces", ends[0], ends.length).isEqualTo(expected);
        }
    }

    static Stream<Arguments> rows() {
        return Stream.of(
                arguments("RFC 9112 §7.1", "5\r\nhello\r\n0\r\n\r\n", "[hello] \r\n"),
                arguments("nothing", "0\r\n\r\n", "[] \r\n"),
                arguments("nothing, long", "000\r\nA: b\r\n\r\n", "[] A: b\r\n\r\n"),
                arguments("what follows stays", "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n", "[a] \r\nGET / HTTP/1.1\r\n"),
                arguments("two, hexadecimal", "a\r\n0123456789\r\n0C\r\nabcdefghijkl\r\n0\r\n\r\n", "[0123456789abcdefghijkl] \r\n"),
                arguments("line ends and digits in the data", "6\r\n\r\n0\r\n\r\r\n0\r\n\r\n", "[\r\n0\r\n\r] \r\n"),
                arguments("15 digits", "000000000000001\r\na\r\n0\r\n\r\n", "[a] \r\n"),
                arguments("16 digits", "0000000000000001\r\na\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("largest", "fffffffffffffff\r\na", "DATA [a]"),
                arguments("2^63", "8000000000000000\r\na", "CHUNK_SIZE_INVALID"),
                arguments("2^64 + 1", "10000000000000001\r\na\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("sign", "+5\r\nhello\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("sign", "-5\r\nhello\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("prefix", "0x5\r\nhello\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("no size", "\r\nhello\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("extension without size", ";a\r\n", "CHUNK_SIZE_INVALID"),
                arguments("blank before", " 5\r\nhello\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("blank behind", "5 \r\nhello\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("tab behind", "5\t\r\nhello\r\n0\r\n\r\n", "CHUNK_SIZE_INVALID"),
                arguments("blank inside", "5 5\r\n", "CHUNK_SIZE_INVALID"),
                arguments("no digit", "g\r\n", "CHUNK_SIZE_INVALID"),
                arguments("no digit behind one", "5g\r\n", "CHUNK_SIZE_INVALID"),
                arguments("byte before the digits", "/\r\n", "CHUNK_SIZE_INVALID"),
                arguments("NUL", "5\0\r\nhello\r\n", "CHUNK_SIZE_INVALID"),
                arguments("high byte", "\u00b5\r\n", "CHUNK_SIZE_INVALID"),
                arguments("quoted", "\"5\"\r\n", "CHUNK_SIZE_INVALID"),
                arguments("bare LF", "5\nhello\r\n0\r\n\r\n", "BARE_LF"),
                arguments("bare CR", "5\rhello\r\n0\r\n\r\n", "BARE_CR"),
                arguments("CR CR LF", "5\r\r\nhello\r\n0\r\n\r\n", "BARE_CR"),
                arguments("RFC 9112 §7.1.1: extension", "5;a=b\r\nhello\r\n0\r\n\r\n", "[hello] \r\n"),
                arguments("extension", "5 \t;a=\"b c\";d\r\nhello\r\n0;e\r\n\r\n", "[hello] \r\n"),
                arguments("extension of high bytes", "5;\u00e4=\u00ff\r\nhello\r\n0\r\n\r\n", "[hello] \r\n"),
                arguments("empty extension", "5;\r\nhello\r\n0;\r\n\r\n", "[hello] \r\n"),
                arguments("bare LF in an extension", "5;a\nhello\r\n0\r\n\r\n", "BARE_LF"),
                arguments("bare CR in an extension", "5;a\rb\r\nhello\r\n", "BARE_CR"),
                arguments("NUL in an extension", "5;a\0b\r\nhello\r\n", "CHUNK_EXTENSION_INVALID"),
                arguments("0x7f in an extension", "5;a\u007fb\r\nhello\r\n", "CHUNK_EXTENSION_INVALID"),
                arguments("the longest extension", EXTENSION + "\r\nhello\r\n0\r\n\r\n", "[hello] \r\n"),
                arguments("one byte more", EXTENSION + "e\r\nhello\r\n0\r\n\r\n", "CHUNK_LINE_TOO_LONG"),
                arguments("endless extension", "5;" + "e".repeat(600), "CHUNK_LINE_TOO_LONG"),
                arguments("endless blanks", "5" + " ".repeat(600), "CHUNK_LINE_TOO_LONG"),
                arguments("extensions of many chunks", (EXTENSION + "\r\nhello\r\n").repeat(3) + "0\r\n\r\n", "[hellohellohello] \r\n"),
                arguments("data too long", "5\r\nhello!\r\n0\r\n\r\n", "CHUNK_END_INVALID"),
                arguments("data too short", "5\r\nhell\r\n0\r\n\r\n", "CHUNK_END_INVALID"),
                arguments("LF behind the data", "5\r\nhello\n0\r\n\r\n", "CHUNK_END_INVALID"),
                arguments("CR behind the data", "5\r\nhello\r0\r\n\r\n", "CHUNK_END_INVALID"),
                arguments("CR CR LF behind the data", "5\r\nhello\r\r\n0\r\n\r\n", "CHUNK_END_INVALID"),
                arguments("no line end behind the data", "5\r\nhello0\r\n\r\n", "CHUNK_END_INVALID"),
                arguments("bare LF behind the last chunk", "0\n\r\n", "BARE_LF"),
                arguments("cut off in the size", "5", "SIZE []"),
                arguments("cut off in the blanks", "5 ", "SIZE_BLANK []"),
                arguments("cut off in an extension", "5;a", "EXTENSION []"),
                arguments("cut off in the line end", "5\r", "SIZE_LF []"),
                arguments("cut off in the data", "5\r\nhell", "DATA [hell]"),
                arguments("cut off behind the data", "5\r\nhello", "DATA_CR [hello]"),
                arguments("cut off behind the data", "5\r\nhello\r", "DATA_LF [hello]"),
                arguments("cut off before the last chunk", "5\r\nhello\r\n", "SIZE [hello]"),
                arguments("the size of the last chunk, and no line end", "5\r\nhello\r\n0", "SIZE [hello]"));
    }

    @Test
    void everyFaultHasARow() {
        Set<String> shown = rows().map(row -> (String) row.get()[2]).collect(Collectors.toSet());
        assertThat(shown).containsAll(EnumSet.range(Fault.CHUNK_SIZE_INVALID, Fault.CHUNK_END_INVALID).stream().map(Fault::name).toList());
    }
}
