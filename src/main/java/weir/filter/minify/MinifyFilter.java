package weir.filter.minify;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.filter.ChangedContent;
import weir.filter.FilterCounts;
import weir.filter.gzip.Negotiation;
import weir.filter.minify.Workbenches.Workbench;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.observe.Metrics;

/**
 * Makes texts smaller that mean the same afterwards: once for each stored response where there is a cache, and short ones where there is none. A
 * text is held until it is whole.
 */
public final class MinifyFilter implements Filter {
    /** What became of a response. */
    enum Result {
        /** It went out shorter. */
        CONVERTED,
        /** It was not understood to its end, or could not be shorter. */
        LEFT_ALONE,
        /** No content, a part of it, or of another type. */
        NOT_ELIGIBLE,
        /** Coded by the origin. */
        CODED,
        /** Origin or client want no transformation, or the page's policy names what its scripts are. */
        NO_TRANSFORM,
        /** Longer than is held. */
        LONG,
        /** The origin paused, and the client was not made to wait. */
        PAUSED,
        /** The loop holds enough texts. */
        BENCHES,
        /** No buffer for the head. */
        MEMORY,
        /** It broke off, or the client was gone. */
        CUT
    }

    private static final byte[] POLICY = "content-security-policy".getBytes(StandardCharsets.US_ASCII);

    private final MinifySettings settings;
    private final boolean stored;
    private final Workbenches benches;
    private final FilterCounts<Result> counts;
    private final Minifying.Watcher[] watchers;

    /** @param stored what it makes is kept by a cache */
    public MinifyFilter(MinifySettings settings, boolean stored, Workbenches benches, Metrics metrics) {
        this.settings = settings;
        this.stored = stored;
        this.benches = benches;
        counts = new FilterCounts<>(metrics, settings.name(), Result.class);
        watchers = new Minifying.Watcher[benches.loops()];
        for (int i = 0; i < watchers.length; i++) {
            int loop = i;
            watchers[i] = (result, taken, given) -> {
                counts.count(result, loop);
                counts.bytes(taken, given, loop);
            };
        }
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
        Result result = response.status() == 304 ? confirm(exchange.request(), response) : convert(exchange, response);
        if (result != null) {
            counts.count(result, exchange.loop().index());
        }
    }

    private static Result confirm(Head request, Head response) {
        return Negotiation.weakenConfirmed(request, response) ? Result.NOT_ELIGIBLE : Result.MEMORY;
    }

    /** @return null when the conversion will tell */
    private Result convert(Exchange exchange, Head response) {
        Minifier language = language(exchange.request(), response);
        if (language == null) {
            return Result.NOT_ELIGIBLE;
        }
        if (Negotiation.isCoded(response)) {
            return Result.CODED;
        }
        if (Negotiation.forbidsTransformation(exchange.request(), response) || language == Minifier.HTML && namesSums(response)) {
            return Result.NO_TRANSFORM;
        }
        int bytesMax = stored ? settings.bytesMax() : settings.bytesMaxUncached();
        boolean known = response.framing() == BodyFraming.LENGTH || response.contentLength() >= 0;
        if (bytesMax == 0 || known && response.contentLength() > bytesMax) {
            return Result.LONG;
        }
        if (response.framing() == BodyFraming.NONE) {        // to HEAD: as to GET, but for the length, which nobody knows
            response.framing(BodyFraming.NONE, -1);
            return ChangedContent.tell(response) ? Result.CONVERTED : Result.MEMORY;
        }
        int loop = exchange.loop().index();
        Workbench bench = benches.at(loop).take();
        if (bench == null) {
            return Result.BENCHES;
        }
        if (!ChangedContent.tell(response)) {
            bench.giveBack();
            return Result.MEMORY;
        }
        exchange.convert(new Minifying(exchange.loop(), language, bytesMax, stored || known, bench, watchers[loop]));
        return null;
    }

    private Minifier language(Head request, Head response) {
        int field = response.find(FieldName.CONTENT_TYPE);
        if (!ChangedContent.isWhole(request, response) || response.contentLength() == 0 || field < 0 || response.findAfter(FieldName.CONTENT_TYPE, field) >= 0) {
            return null;
        }
        Minifier language = Minifier.of(response.bytes(), response.at(response.valueFrom(field)), response.at(response.valueTo(field)));
        return language != null && settings.languages().contains(language) ? language : null;
    }

    private static boolean namesSums(Head response) {
        for (int i = 0; i < response.fields(); i++) {
            if (!response.isRemoved(i) && response.nameIs(i, POLICY) && response.text(response.valueFrom(i), response.valueTo(i)).contains("'sha")) {
                return true;
            }
        }
        return false;
    }
}
