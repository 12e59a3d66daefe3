package weir.filter.gzip;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.filter.ChangedContent;
import weir.filter.FilterCounts;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;
import weir.observe.Metrics;

/**
 * Compresses content for clients that accept gzip. What says that it stays as it is (no-transform), what is coded already, parts, and what
 * has no type or is short is left alone; a response to HEAD says what that to GET would. Stands right of a cache.
 */
public final class GzipFilter implements Filter {
    /** What became of a response. */
    private enum Result {
        /** It was compressed. */
        CONVERTED,
        /** The client does not accept gzip. */
        NOT_ACCEPTED,
        /** No content, a part of it, or of another type. */
        NOT_ELIGIBLE,
        /** Shorter than worth it. */
        SHORT,
        /** Coded by the origin. */
        CODED,
        /** Origin or client want no transformation. */
        NO_TRANSFORM,
        /** It may hold secrets, and another site asked for it. */
        CREDENTIALS,
        /** The loop has too much to do. */
        LOAD,
        /** All compressors of the loop are in use. */
        CODERS,
        /** No buffer for the head. */
        MEMORY
    }

    private static final byte[] GZIP = "gzip".getBytes(StandardCharsets.US_ASCII);

    private final GzipSettings settings;
    private final Coders coders;
    private final MediaTypes types;
    private final FilterCounts<Result> counts;
    private final Coders.Watcher watcher;

    public GzipFilter(GzipSettings settings, Coders coders, Metrics metrics) {
        this.settings = settings;
        this.coders = coders;
        types = new MediaTypes(settings.types());
        counts = new FilterCounts<>(metrics, settings.name(), Result.class);
        watcher = counts::bytes;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return Negotiation.read(exchange);
    }

    @Override
    public boolean editsResponse() {
        return true;
    }

    @Override
    public void onResponse(Exchange exchange) {
        Head response = exchange.response();
        Result result;
        if (response.status() == 304) {
            result = Negotiation.notModified(exchange.request(), response) ? Result.NOT_ELIGIBLE : Result.MEMORY;
        } else {
            int control = CacheControl.read(response);
            result = fixed(exchange, response, control);
            if (result == null) {
                result = convert(exchange, response, control);
            }
        }
        counts.count(result, exchange.loop().index());
    }

    /** Why it would not be compressed whoever asked; null when it would be. */
    private Result fixed(Exchange exchange, Head response, int control) {
        boolean toHead = exchange.request().method() == Method.HEAD;
        if (!ChangedContent.isWhole(exchange.request(), response) || !types.match(response)) {
            return Result.NOT_ELIGIBLE;
        }
        if ((control & CacheControl.NO_TRANSFORM) != 0) {
            return Result.NO_TRANSFORM;
        }
        boolean known = response.framing() == BodyFraming.LENGTH || toHead && response.contentLength() >= 0;
        return known && (response.contentLength() < settings.minBytes() || response.contentLength() == 0) ? Result.SHORT : null;
    }

    /** From here on it depends on the request: Vary says so, whatever comes of it. */
    private Result convert(Exchange exchange, Head response, int control) {
        if (!Negotiation.addVary(response)) {
            return Result.MEMORY;
        }
        if (Codings.isCoded(response)) {
            return Result.CODED;
        }
        if (!Negotiation.acceptsGzip(exchange)) {
            return Result.NOT_ACCEPTED;
        }
        if ((CacheControl.read(exchange.request()) & CacheControl.NO_TRANSFORM) != 0) {
            return Result.NO_TRANSFORM;
        }
        if (Disclosure.isPossible(exchange, control, settings.credentials())) {
            return Result.CREDENTIALS;
        }
        if (response.framing() == BodyFraming.NONE) {
            response.framing(BodyFraming.NONE, -1);
            return tell(response) ? Result.CONVERTED : Result.MEMORY;
        }
        int level = settings.levelAt(exchange.loop().load());
        Compressor compressor = level == 0 ? null : coders.at(exchange.loop().index()).compressor();
        if (compressor == null) {
            return level == 0 ? Result.LOAD : Result.CODERS;
        }
        compressor.start(level, watcher);
        if (!tell(response)) {
            compressor.close();
            return Result.MEMORY;
        }
        exchange.convert(compressor);
        return Result.CONVERTED;
    }

    private static boolean tell(Head response) {
        if (!ChangedContent.tell(response)) {
            return false;
        }
        response.removeAll(FieldName.CONTENT_ENCODING);      // identity, if any
        return response.add(FieldName.CONTENT_ENCODING, GZIP);
    }
}
