package weir.filter;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.Verdict;
import weir.http.FieldName;
import weir.http.Head;

/** Sets, adds and removes field lines, of requests before they go to an origin and of responses before they go to a client. */
public final class FieldEdits implements Filter {
    private record Compiled(FieldEdit.Kind kind, int id, byte[] name, byte[] lowerCase, byte[] value) {
        static Compiled of(FieldEdit edit) {
            FieldName known = FieldName.ofText(edit.name());
            return new Compiled(edit.kind(), known == null ? FieldName.UNKNOWN : known.ordinal(), ascii(edit.name()),
                    ascii(edit.name().toLowerCase(Locale.ROOT)), ascii(edit.value() == null ? "" : edit.value()));
        }

        boolean apply(Head head) {
            if (kind != FieldEdit.Kind.ADD) {
                if (id >= 0) {
                    head.removeAll(FieldName.of(id));
                } else {
                    head.removeAll(lowerCase);
                }
            }
            return kind == FieldEdit.Kind.REMOVE || head.add(id, name, value);
        }
    }

    private final Compiled[] request;
    private final Compiled[] response;

    /** In the order in which they are applied: SET and REMOVE see what stands before them. */
    public FieldEdits(List<FieldEdit> request, List<FieldEdit> response) {
        this.request = request.stream().map(Compiled::of).toArray(Compiled[]::new);
        this.response = response.stream().map(Compiled::of).toArray(Compiled[]::new);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        for (Compiled edit : request) {
            if (!edit.apply(exchange.request())) {
                exchange.answer(503, "memory");
                return Verdict.ANSWERED;
            }
        }
        return Verdict.NEXT;
    }

    @Override
    public boolean editsResponse() {
        return response.length > 0;
    }

    @Override
    public void onResponse(Exchange exchange) {
        for (Compiled edit : response) {
            if (!edit.apply(exchange.response())) {
                exchange.loop().journal().warnAtMostOncePerSecond("memory", "server.memory is used up: a response goes without its edits");
                return;
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
