package weir.exchange;

import java.nio.charset.StandardCharsets;
import weir.buffer.Scan;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.Method;

/** Max-Forwards of OPTIONS and TRACE (RFC 9110 §7.6.2): counted down, and at 0 this proxy is the one that is asked. */
final class MaxForwards {
    private MaxForwards() {}

    /** @return true when the exchange has been answered */
    static boolean isFinal(Exchange exchange) {
        Head request = exchange.request();
        if (request.method() != Method.OPTIONS && request.method() != Method.TRACE) {
            return false;
        }
        int field = request.find(FieldName.MAX_FORWARDS);
        if (field < 0) {
            return false;
        }
        long hops = Scan.decimal(request.bytes(), request.at(request.valueFrom(field)), request.at(request.valueTo(field)));
        if (hops < 0) {
            exchange.refuse(400, "malformed: Max-Forwards is not a decimal number");
            return true;
        }
        if (hops == 0) {
            // TRACE would send Cookie and Authorization back to whoever can make a browser ask: not reflected here.
            exchange.answer(request.method() == Method.OPTIONS ? 204 : 501, "max-forwards");
            return true;
        }
        request.remove(field);
        return !request.add(FieldName.MAX_FORWARDS, Long.toString(hops - 1).getBytes(StandardCharsets.US_ASCII))
                && answered(exchange);
    }

    private static boolean answered(Exchange exchange) {
        exchange.answer(503, "memory");
        return true;
    }
}
