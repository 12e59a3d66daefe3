package weir.exchange;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import weir.filter.gzip.Coders;
import weir.filter.gzip.GunzipFilter;
import weir.filter.gzip.GunzipSettings;
import weir.filter.gzip.GzipFilter;
import weir.filter.gzip.GzipSettings;
import weir.http.BodyFraming;
import weir.observe.Metrics;

/** What the route of one simulation makes of content, and what of it a client must see in the end, as slow and obvious twins have it. */
final class RandomFilters {
    /** Nothing is converted. */
    static final RandomFilters NONE = new RandomFilters(Coding.NONE, new OddConversion.Plan[0], List.of(), null);

    private static final int GZIP_HEAD_BYTES = 10;
    private static final int GZIP_TRAILER_BYTES = 8;

    private enum Coding { NONE, GZIP, GUNZIP }

    /** What one simulation after the other uses: coders keep nothing of the response before. */
    record Shared(Coders coders, Metrics metrics) {
        static Shared make() {
            Metrics metrics = new Metrics(1);
            return new Shared(new Coders(1, 8, metrics), metrics);
        }
    }

    /** What was in a gzip stream as far as it has come. */
    record Unpacked(byte[] content, boolean complete) {}

    private final Coding coding;
    private final OddConversion.Plan[] plans;
    private final List<Filter> filters = new ArrayList<>();
    private final OddConversion.Open open = new OddConversion.Open();
    private final Shared shared;

    private RandomFilters(Coding coding, OddConversion.Plan[] plans, List<Filter> coders, Shared shared) {
        this.coding = coding;
        this.plans = plans;
        this.shared = shared;
        List<Filter> odd = new ArrayList<>();
        for (OddConversion.Plan plan : plans) {
            odd.add(0, converting(plan));                    // the last one is the first that a response meets
        }
        if (coding == Coding.GZIP) {
            filters.addAll(coders);
            filters.addAll(odd);
        } else {
            filters.addAll(odd);
            filters.addAll(coders);
        }
    }

    /** @param breaks whether content may be such that it cannot be converted */
    static RandomFilters of(Random random, Shared shared, boolean breaks) {
        Coding coding = Coding.values()[random.nextInt(Coding.values().length)];
        OddConversion.Plan[] plans = new OddConversion.Plan[random.nextInt(3)];
        for (int i = 0; i < plans.length; i++) {
            OddConversion.Kind[] kinds = OddConversion.Kind.values();
            plans[i] = new OddConversion.Plan(kinds[random.nextInt(kinds.length)], 1 << random.nextInt(14), breaks && random.nextInt(8) == 0
                    ? random.nextInt(200) : Integer.MAX_VALUE);
        }
        List<Filter> coders = switch (coding) {
            case NONE -> List.of();
            case GZIP -> List.of(new GzipFilter(new GzipSettings("pack", 1 + random.nextInt(9), 0, List.of("text/*"), GzipSettings.Credentials.ALWAYS, 100),
                    shared.coders, shared.metrics));
            case GUNZIP -> List.of(new GunzipFilter(new GunzipSettings("unpack", 1100, Long.MAX_VALUE), false, shared.coders, shared.metrics));
        };
        return new RandomFilters(coding, plans, coders, shared);
    }

    private Filter converting(OddConversion.Plan plan) {
        return new Filter() {
            @Override
            public void onResponse(Exchange exchange) {
                if (exchange.response().framing() != BodyFraming.NONE) {
                    exchange.convert(new OddConversion(plan, open));
                }
            }

            @Override
            public boolean editsResponse() {
                return true;
            }
        };
    }

    List<Filter> filters() {
        return filters;
    }

    String requestFields() {
        return coding == Coding.GZIP ? "Accept-Encoding: gzip\r\n" : "";
    }

    String responseFields() {
        return switch (coding) {
            case NONE -> "";
            case GZIP -> "Content-Type: text/plain\r\n";
            case GUNZIP -> "Content-Encoding: gzip\r\n";
        };
    }

    /** What an origin sends that has this content. */
    byte[] coded(byte[] content) {
        if (coding != Coding.GUNZIP) {
            return content;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    /** What a client must see of content in the end; null when it may see none of it whole. */
    byte[] seen(byte[] content) {
        return OddConversion.through(plans, content);
    }

    /** What a client must see of what the origin has sent so far. */
    byte[] seenOfPart(byte[] sent) {
        return OddConversion.through(plans, coding == Coding.GUNZIP ? unpacked(sent).content : sent);
    }

    /** The content of a response to a client, of which this has come. */
    static Unpacked read(String head, byte[] content) {
        return "gzip".equals(WireReader.field(head, "Content-Encoding")) ? unpacked(content) : new Unpacked(content, false);
    }

    private static Unpacked unpacked(byte[] gzip) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        Inflater inflater = new Inflater(true);
        try {
            byte[] room = new byte[8192];
            inflater.setInput(gzip, Math.min(GZIP_HEAD_BYTES, gzip.length), Math.max(0, gzip.length - GZIP_HEAD_BYTES));
            for (int n = inflater.inflate(room); n > 0; n = inflater.inflate(room)) {
                content.write(room, 0, n);
            }
            return new Unpacked(content.toByteArray(), inflater.finished() && isWhole(content.toByteArray(), gzip, inflater.getRemaining()));
        } catch (DataFormatException e) {
            throw new AssertionError("no gzip came", e);
        } finally {
            inflater.end();
        }
    }

    private static boolean isWhole(byte[] content, byte[] gzip, int rest) {
        if (rest < GZIP_TRAILER_BYTES) {
            return false;
        }
        CRC32 crc = new CRC32();
        crc.update(content);
        if (rest > GZIP_TRAILER_BYTES || number(gzip, gzip.length - 8) != crc.getValue() || number(gzip, gzip.length - 4) != content.length) {
            throw new AssertionError("the end of a gzip stream does not fit it");
        }
        return true;
    }

    private static long number(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16 | (bytes[at + 3] & 0xffL) << 24;
    }

    /** When all exchanges are over. */
    void assertAllClosed() {
        if (open.count() != 0) {
            throw new AssertionError(open.count() + " conversions are not closed");
        }
        if (shared != null && !Arrays.asList(new String(shared.metrics.text(), StandardCharsets.UTF_8).split("\n")).containsAll(List.of(
                "weir_coders_in_use{kind=\"compressor\"} 0", "weir_coders_in_use{kind=\"decompressor\"} 0"))) {
            throw new AssertionError("coders are in use");
        }
    }

    @Override
    public String toString() {
        return "filters " + coding + " behind " + Arrays.toString(plans);
    }
}
