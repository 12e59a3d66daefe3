package weir.server.admin;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.http.FieldName;

/**
 * What a request gets.
 *
 * @param body JSON
 * @param field one more field line, or null
 */
public record Answer(int status, Json body, FieldName field, String value) implements Outcome {
    private static final byte[] JSON = "application/json".getBytes(StandardCharsets.US_ASCII);

    public Answer(int status, Json body) {
        this(status, body, null, "");
    }

    /** {@code {"error": …}}. */
    public static Answer error(int status, String error) {
        return new Answer(status, new Json().object().put("error", error).end());
    }

    Answer with(FieldName another, String itsValue) {
        return new Answer(status, body, another, itsValue);
    }

    /** On the exchange's loop. */
    void send(Exchange exchange) {
        exchange.answer(status, status < 400 ? "ok" : "admin", JSON, body.bytes(), field, value.getBytes(StandardCharsets.US_ASCII));
    }
}
