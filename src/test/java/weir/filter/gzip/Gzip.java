package weir.filter.gzip;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import weir.Chunks;
import weir.RawAnswer;

/** The twin: gzip as the JDK has it. Text is one byte a char. */
public final class Gzip {
    private Gzip() {}

    public static String packed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Fails where it is not whole. */
    public static String unpacked(String gzip) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip.getBytes(StandardCharsets.ISO_8859_1)))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The content of an answer, without framing. */
    public static String content(RawAnswer answer) {
        return "chunked".equals(answer.field("Transfer-Encoding")) ? Chunks.content(answer.body()) : answer.body();
    }
}
