package weir.filter;

import java.util.Locale;
import weir.observe.Counter;
import weir.observe.Metrics;

/**
 * What a filter of content did: responses by result, and bytes before and behind it. One configuration's filter of a name goes on with the
 * figures of the one before.
 *
 * @param <R> the results; they are written in lower case, with '-' for '_'
 */
public final class FilterCounts<R extends Enum<R>> {
    private final Counter[] results;
    private final Counter in;
    private final Counter out;

    /** @param filter its name */
    public FilterCounts(Metrics metrics, String filter, Class<R> type) {
        R[] all = type.getEnumConstants();
        results = new Counter[all.length];
        for (R each : all) {
            results[each.ordinal()] = metrics.counter("weir_filter_responses_total", "Responses that a filter of content saw, by what it did with them.",
                    "filter", filter, "result", each.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        in = bytes(metrics, filter, "in");
        out = bytes(metrics, filter, "out");
    }

    private static Counter bytes(Metrics metrics, String filter, String side) {
        return metrics.counter("weir_filter_bytes_total", "Bytes of content that a filter took from servers, and gave to clients in their place.",
                "filter", filter, "side", side);
    }

    /** On this loop. */
    public void count(R result, int loop) {
        results[result.ordinal()].increment(loop);
    }

    /** On this loop. */
    public void bytes(long taken, long given, int loop) {
        in.add(loop, taken);
        out.add(loop, given);
    }
}
