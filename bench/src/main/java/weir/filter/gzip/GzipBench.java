package weir.filter.gzip;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import weir.exchange.Conversion.Progress;
import weir.exchange.Conversion.Wanted;
import weir.observe.Metrics;

/**
 * A page of HTML made into gzip: by a compressor that is used again, on direct buffers, as responses are; against a new Deflater for each, and
 * against arrays on the heap. The setup prints how many bytes come out.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class GzipBench {
    private static final int OUT_BYTES = 256 << 10;
    private static final String[] WORDS = ("the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her "
            + "she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first "
            + "then do any like my now over such our man me even most made after also did many off before must well back through years where much your way down should because "
            + "long each just state those people too mr how little good world make very year still see own work men day get here old life both between being under three never").split(" ");

    @Param({"1", "2", "3", "4", "5", "6", "7", "8", "9"})
    public int level;

    @Param({"1024", "32768"})
    public int bytes;

    private final Coders coders = new Coders(1, 1, new Metrics(1));
    private final Coders.Watcher nobody = (taken, given, loop) -> { };
    private final ByteBuffer nothing = ByteBuffer.allocateDirect(0);
    private final byte[] heapOut = new byte[OUT_BYTES];
    private Deflater reset;
    private byte[] page;
    private ByteBuffer in;
    private ByteBuffer out;

    @Setup
    public void write() {
        page = page(bytes);
        in = ByteBuffer.allocateDirect(bytes).put(page);
        out = ByteBuffer.allocateDirect(OUT_BYTES);
        reset = new Deflater(level, true);
        int length = pooled();
        if (length - 18 != heapReset()) {
            throw new AssertionError("other bytes");
        }
        System.out.println("level " + level + ": " + bytes + " bytes become " + length);
    }

    @TearDown
    public void close() {
        reset.end();
        coders.close();
    }

    /** Words by Zipf's law in the usual tags, with attributes that repeat and numbers that do not. */
    private static byte[] page(int bytes) {
        Random random = new Random(42);
        StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>A page</title></head>\n<body>\n");
        while (html.length() < bytes) {
            html.append("<div class=\"item item-").append(random.nextInt(10_000)).append("\">\n  <h2><a href=\"/articles/").append(random.nextInt(1_000_000)).append("\">");
            for (int words = 2 + random.nextInt(60); words > 0; words--) {
                html.append(WORDS[(int) Math.min(WORDS.length - 1, Math.pow(WORDS.length, random.nextDouble()) - 1)]).append(words == 1 ? "" : " ");
            }
            html.append("</a></h2>\n  <span class=\"date\">2026-").append(1 + random.nextInt(12)).append('-').append(1 + random.nextInt(28)).append("</span>\n</div>\n");
        }
        return html.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
    }

    /** As in a response: reset, direct. */
    @Benchmark
    public int pooled() {
        return compress(coders.at(0).compressor());
    }

    /** A new one for each response, direct. */
    @Benchmark
    public int fresh() {
        Coders once = new Coders(1, 1, new Metrics(1));
        int length = compress(once.at(0).compressor());
        once.close();
        return length;
    }

    private int compress(Compressor compressor) {
        compressor.start(level, nobody);
        in.clear();
        out.clear();
        if (compressor.convert(in, out, Wanted.CONTENT) != Progress.DONE || compressor.convert(nothing, out, Wanted.END) != Progress.DONE) {
            throw new AssertionError("no room");
        }
        compressor.close();
        return out.position();
    }

    /** Reset, arrays on the heap; without header, sum and trailer. */
    @Benchmark
    public int heapReset() {
        return deflate(reset);
    }

    /** New, arrays on the heap; without header, sum and trailer. */
    @Benchmark
    public int heapFresh() {
        Deflater deflater = new Deflater(level, true);
        int length = deflate(deflater);
        deflater.end();
        return length;
    }

    private int deflate(Deflater deflater) {
        deflater.setInput(page);
        deflater.finish();
        int length = deflater.deflate(heapOut);
        deflater.reset();
        return length;
    }
}
