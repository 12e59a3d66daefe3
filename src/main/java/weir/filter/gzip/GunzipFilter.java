package weir.filter.gzip;

import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.filter.ChangedContent;
import weir.filter.FilterCounts;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.observe.Metrics;

/**
 * Decodes gzip for clients that do not accept it: of origins that send it to everybody. Before a filter that has to read content it decodes for all. Bounded, so that little content cannot become
 * endless. Stands right of a cache, and of whatever wants content that can be read.
 */
public final class GunzipFilter implements Filter {
    /** What became of a response. */
    private enum Result {
        /** It is decoded. */
        CONVERTED,
        /** The client accepts gzip. */
        ACCEPTED,
        /** No content, a part of it, or not in gzip and nothing else. */
        NOT_ELIGIBLE,
        /** Origin or client want no transformation. */
        NO_TRANSFORM,
        /** All decompressors of the loop are in use: it goes as it came. */
        CODERS,
        /** No buffer for the head: it goes as it came. */
        MEMORY,
        /** Cut: it became too much. */
        BOMB,
        /** Cut: it was no gzip, or not whole. */
        BROKEN
    }

    private final GunzipSettings settings;
    private final boolean forAll;
    private final Coders coders;
    private final FilterCounts<Result> counts;
    private final Coders.Watcher watcher;

    /** @param forAll whatever the client accepts: a filter behind reads the content */
    public GunzipFilter(GunzipSettings settings, boolean forAll, Coders coders, Metrics metrics) {
        this.settings = settings;
        this.forAll = forAll;
        this.coders = coders;
        counts = new FilterCounts<>(metrics, settings.name(), Result.class);
        watcher = new Coders.Watcher() {
            @Override
            public void closed(long taken, long given, int loop) {
                counts.bytes(taken, given, loop);
            }

            @Override
            public void broken(boolean bomb, int loop) {
                counts.count(bomb ? Result.BOMB : Result.BROKEN, loop);
            }
        };
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
        Head request = exchange.request();
        Head response = exchange.response();
        Result result = isEligible(request, response) ? convert(exchange, response) : Result.NOT_ELIGIBLE;
        if (response.status() == 304 && !Negotiation.notModified(request, response)) {
            result = Result.MEMORY;
        }
        counts.count(result, exchange.loop().index());
    }

    private static boolean isEligible(Head request, Head response) {
        return ChangedContent.isWhole(request, response) && response.contentLength() != 0 && Codings.isGzip(response);
    }

    private Result convert(Exchange exchange, Head response) {
        if (Negotiation.forbidsTransformation(exchange.request(), response)) {
            return Result.NO_TRANSFORM;
        }
        if (!forAll && !Negotiation.addVary(response)) {
            return Result.MEMORY;
        }
        if (!forAll && Negotiation.acceptsGzip(exchange)) {
            return Result.ACCEPTED;
        }
        if (response.framing() == BodyFraming.NONE) {
            response.framing(BodyFraming.NONE, -1);
            return tell(response) ? Result.CONVERTED : Result.MEMORY;
        }
        Decompressor decompressor = coders.at(exchange.loop().index()).decompressor();
        if (decompressor == null) {
            return Result.CODERS;
        }
        decompressor.start(settings, watcher);
        if (!tell(response)) {
            decompressor.close();
            return Result.MEMORY;
        }
        exchange.convert(decompressor);
        return Result.CONVERTED;
    }

    private static boolean tell(Head response) {
        if (!ChangedContent.tell(response)) {
            return false;
        }
        response.removeAll(FieldName.CONTENT_ENCODING);
        return true;
    }
}
