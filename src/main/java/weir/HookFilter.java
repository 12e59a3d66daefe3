package weir;

import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;

/** Calls a {@link RequestHook}; what it throws becomes a 500. */
final class HookFilter implements Filter {
    private final RequestHook hook;

    HookFilter(RequestHook hook) {
        this.hook = hook;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        Request request = new Request(exchange);
        try {
            hook.onRequest(request);
        } catch (RuntimeException thrown) {
            exchange.loop().journal().warnAtMostOncePerSecond("hook", "a request hook failed: " + thrown);
            if (!request.isAnswered()) {
                exchange.answer(500, "hook-failed");
            }
            return Verdict.ANSWERED;
        }
        return request.isAnswered() ? Verdict.ANSWERED : Verdict.NEXT;
    }
}
