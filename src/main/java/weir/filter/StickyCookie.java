package weir.filter;

import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.http.FieldName;

/** Tells a client which server it has been given to, where the pool keeps clients with their servers. */
public final class StickyCookie implements Filter {
    @Override
    public void onResponse(Exchange exchange) {
        byte[] cookie = exchange.stickyCookie();
        if (cookie != null) {
            exchange.response().add(FieldName.SET_COOKIE, cookie);
        }
    }

    @Override
    public boolean editsResponse() {
        return true;
    }
}
