package weir.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * A valid request, and the valid response that its origin gives.
 *
 * @param interims 1xx responses before the answer
 * @param closes the origin ends the connection behind the answer; its framing or its Connection field may say so, or nothing
 * @param untilClose that end is the end of the content
 */
record RandomExchange(int id, String method, boolean http10, byte[] head, byte[] content, byte[] contentWire, boolean expects,
        boolean takesTrailers, int interims, byte[] answer, byte[] answerContent, String trailers, boolean closes, boolean untilClose) {
    private static final String[] METHODS = {"GET", "GET", "HEAD", "POST", "PUT", "DELETE"};

    /**
     * @param http10 of the client
     * @param last the connection may end with it
     * @param large contents may fill any buffer
     * @param announced where the connection ends behind the answer, its origin says so before
     * @param filters of the route: both sides say what makes them act
     */
    static RandomExchange of(int id, Random random, boolean http10, boolean last, boolean large, boolean announced, RandomFilters filters) {
        String method = METHODS[random.nextInt(METHODS.length)];
        boolean hasContent = random.nextInt(4) > 0 && (method.equals("POST") || method.equals("PUT"));
        boolean chunked = hasContent && !http10 && random.nextBoolean();
        byte[] content = hasContent ? content(random, large) : new byte[0];
        boolean expects = hasContent && content.length > 0 && !http10 && random.nextInt(4) == 0;
        boolean trailers = !http10 && random.nextInt(3) == 0;
        StringBuilder head = new StringBuilder(method).append(" /").append(id).append(http10 ? " HTTP/1.0" : " HTTP/1.1")
                .append("\r\nHost: a\r\nX-Id: ").append(id).append("\r\n").append(filters.requestFields());
        head.append(chunked ? "Transfer-Encoding: chunked\r\n" : hasContent ? "Content-Length: " + content.length + "\r\n" : "");
        head.append(expects ? "Expect: 100-continue\r\n" : "").append(trailers ? "TE: trailers\r\n" : "");
        head.append(last && random.nextInt(4) == 0 ? "Connection: close\r\n" : "");
        head.append("X-Filler: ").append("x".repeat(random.nextInt(random.nextInt(8) == 0 ? 5_000 : 50))).append("\r\n\r\n");
        return answered(id, random, method, http10, ascii(head.toString()), content, chunked ? chunks(content, "", random) : content,
                expects, trailers, large, announced, filters);
    }

    private static RandomExchange answered(int id, Random random, String method, boolean http10, byte[] head, byte[] content,
            byte[] contentWire, boolean expects, boolean takesTrailers, boolean large, boolean announced, RandomFilters filters) {
        int status = random.nextInt(8) == 0 ? 204 : random.nextInt(8) == 0 ? 304 : 200;
        boolean bodiless = status != 200 || method.equals("HEAD");
        byte[] plain = bodiless ? new byte[0] : content(random, large);
        byte[] body = bodiless ? plain : filters.coded(plain);
        int framing = random.nextInt(bodiless ? 2 : 3);
        boolean untilClose = framing == 2;
        String trailers = framing == 1 && !bodiless && random.nextBoolean() ? "X-Sum: " + id + "\r\n" : "";
        boolean closes = untilClose || random.nextInt(4) == 0;
        StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append(" Fine\r\nX-Id: ").append(id).append("\r\n").append(filters.responseFields());
        if (framing == 0 && status != 204) {
            text.append("Content-Length: ").append(bodiless ? random.nextInt(100) : body.length).append("\r\n");
        } else if (framing == 1 && status == 200) {
            text.append("Transfer-Encoding: chunked\r\n");
        }
        text.append(closes && (random.nextBoolean() || announced) ? "Connection: close\r\n" : "").append("\r\n");
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(ascii(text.toString()));
        if (!bodiless) {
            wire.writeBytes(framing == 1 ? chunks(body, trailers, random) : body);
        }
        return new RandomExchange(id, method, http10, head, content, contentWire, expects, takesTrailers,
                random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0, wire.toByteArray(), plain, trailers, closes, untilClose);
    }

    private static byte[] content(Random random, boolean large) {
        int most = switch (random.nextInt(8)) {
            case 0 -> large ? 300_000 : 3_000;
            case 1, 2 -> large ? 70_000 : 1_000;
            default -> 100;
        };
        byte[] content = new byte[random.nextInt(most)];
        random.nextBytes(content);
        int bits = random.nextBoolean() ? 0xff : 3;                // some of it can be made shorter
        for (int i = 0; i < content.length; i++) {
            content[i] &= (byte) bits;
        }
        return content;
    }

    private static byte[] chunks(byte[] content, String trailers, Random random) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int at = 0; at < content.length; ) {
            int size = Math.min(content.length - at, 1 + random.nextInt(Math.max(20, content.length / 2)));
            wire.writeBytes(ascii(Integer.toHexString(size) + (random.nextInt(4) == 0 ? ";a=b" : "") + "\r\n"));
            wire.write(content, at, size);
            wire.writeBytes(ascii("\r\n"));
            at += size;
        }
        wire.writeBytes(ascii("0\r\n" + trailers + "\r\n"));
        return wire.toByteArray();
    }

    int answerHeadBytes() {
        return new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    byte[] interim() {
        return ascii("HTTP/1.1 103 Early Hints\r\nX-Id: " + id + "\r\n\r\n");
    }

    @Override
    public String toString() {
        String answered = new String(answer, 0, Math.min(200, answer.length), StandardCharsets.ISO_8859_1);
        return shown(new String(head, StandardCharsets.ISO_8859_1)) + " and " + content.length + " bytes -> " + shown(answered.split("\r\n\r\n", 2)[0])
                + " and " + answerContent.length + " bytes" + (closes ? ", closes" : "");
    }

    private static String shown(String head) {
        return head.replaceAll("x{9,}", "x..").replace("\r\n", "|");
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
