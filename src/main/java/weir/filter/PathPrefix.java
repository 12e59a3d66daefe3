package weir.filter;

import java.nio.charset.StandardCharsets;
import weir.buffer.Scan;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.http.Head;

/** Takes a prefix off the path and puts another one before it. What is left of the path always starts with a slash. */
public final class PathPrefix implements Filter {
    private final byte[] strip;
    private final byte[] add;

    /** @param strip without a slash at the end, or empty @param add likewise */
    public PathPrefix(String strip, String add) {
        this.strip = strip.getBytes(StandardCharsets.US_ASCII);
        this.add = add.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        Head head = exchange.request();
        int from = head.pathFrom();
        int to = head.pathTo();
        int rest = from + strip.length;
        boolean strips = strip.length > 0 && rest <= to
                && Scan.equals(head.bytes(), head.at(from), head.at(rest), strip)
                && (rest == to || head.bytes().get(head.at(rest)) == '/');
        if (strips) {
            from = rest;
        }
        if (add.length == 0 && (from < to || !strips)) {
            head.path(from, to);
            return Verdict.NEXT;
        }
        boolean slashMissing = from == to;
        int at = head.append(add.length + to - from + 1);
        if (at < 0) {
            exchange.answer(503, "memory");
            return Verdict.ANSWERED;
        }
        head.bytes().put(head.at(at), add);
        int end = at + add.length;
        head.bytes().put(head.at(end), head.bytes(), head.at(from), to - from);
        end += to - from;
        if (slashMissing) {
            head.bytes().put(head.at(end++), (byte) '/');
        }
        head.path(at, end);
        return Verdict.NEXT;
    }
}
