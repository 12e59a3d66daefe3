package weir.filter;

import java.nio.charset.StandardCharsets;
import weir.exchange.Exchange;
import weir.exchange.LocalAnswer;

/** {@code respond STATUS "text"}: always the same. */
public final class FixedAnswer implements LocalAnswer {
    private final int status;
    private final byte[] contentType;
    private final byte[] text;

    /** @param status 200..599 */
    public FixedAnswer(int status, String text, String contentType) {
        this.status = status;
        this.text = text.getBytes(StandardCharsets.UTF_8);
        this.contentType = contentType.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void answer(Exchange exchange) {
        exchange.answer(status, "ok", contentType, text, null, null);
    }
}
