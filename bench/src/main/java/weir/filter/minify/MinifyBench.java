package weir.filter.minify;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Some 64 KiB of each language made shorter; against a loop that copies all that is no white space, and understands nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class MinifyBench {
    @Param({"CSS", "JS", "HTML", "JSON", "SVG"})
    public Minifier language;

    private byte[] in;
    private byte[] out;

    @Setup
    public void fill() {
        String piece = switch (language) {
            case CSS -> "/* the menu */\n.menu > .item:hover {\n  color: #336699;\n  margin: 0 auto 0.5em;\n}\n\n";
            case JS -> "// how many there are\nfunction count(items, wanted) {\n    return items.filter((item) => item.kind === wanted).length;\n}\n\n";
            case HTML -> "<!-- an entry -->\n<li class=\"entry\">\n    <a href=\"/entries/1\" title=\"the first\">The  first</a>\n</li>\n";
            case JSON -> "    {\n        \"name\": \"the first\",\n        \"count\": 17,\n        \"tags\": [ \"a\", \"b\" ]\n    },\n";
            case SVG -> "  <!-- a line -->\n  <g class=\"line\">\n    <path d=\"M 0 0 L 10 10\" stroke=\"black\" />\n  </g>\n";
        };
        String text = piece.repeat((64 << 10) / piece.length());
        String whole = language == Minifier.JSON ? "[\n" + text + " null ]" : language == Minifier.SVG ? "<svg>\n" + text + "</svg>" : text;
        in = whole.getBytes(StandardCharsets.US_ASCII);
        out = new byte[in.length];
        if (ours() < in.length / 4 || noWhiteSpace() < in.length / 4) {
            throw new AssertionError("not understood");
        }
    }

    @Benchmark
    public int ours() {
        return language.minify(in, in.length, out);
    }

    @Benchmark
    public int noWhiteSpace() {
        int written = 0;
        for (byte octet : in) {
            if (octet > ' ') {
                out[written++] = octet;
            }
        }
        return written;
    }
}
