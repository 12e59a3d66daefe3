package weir.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import weir.http.FieldName;
import weir.http.Head;

/** What a browser sends and what it gets back, for benches. */
public final class Messages {
    /** With 15 field lines. */
    public static final String REQUEST = """
            GET /api/v2/items?category=books&sort=price&page=3 HTTP/1.1
            Host: shop.example.com
            Connection: keep-alive
            sec-ch-ua: "Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"
            sec-ch-ua-mobile: ?0
            User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36
            sec-ch-ua-platform: "Linux"
            Accept: application/json, text/plain, */*
            Sec-Fetch-Site: same-origin
            Sec-Fetch-Mode: cors
            Sec-Fetch-Dest: empty
            Referer: https://shop.example.com/catalog/books
            Accept-Encoding: gzip, deflate, br
            Accept-Language: en-US,en;q=0.9
            Cookie: session=9f86d081884c7d659a2feaa0c55ad015; consent=1
            If-None-Match: W/"5d8c72a5edda8"

            """.replace("\n", "\r\n");

    /** With 20 field lines. */
    public static final String RESPONSE = """
            HTTP/1.1 200 OK
            Date: Sat, 31 Jan 2026 12:00:00 GMT
            Server: nginx
            Content-Type: application/json; charset=utf-8
            Content-Length: 14873
            Connection: keep-alive
            Cache-Control: private, max-age=60, stale-while-revalidate=30
            ETag: W/"5d8c72a5edda9"
            Last-Modified: Sat, 31 Jan 2026 11:58:12 GMT
            Expires: Sat, 31 Jan 2026 12:01:00 GMT
            Vary: Accept-Encoding, Accept-Language, Cookie
            Content-Encoding: gzip
            Set-Cookie: session=9f86d081884c7d659a2feaa0c55ad015; Path=/; Secure; HttpOnly; SameSite=Lax
            Set-Cookie: seen=4711,4712,4801; Path=/; Max-Age=86400
            Strict-Transport-Security: max-age=31536000; includeSubDomains
            X-Content-Type-Options: nosniff
            X-Frame-Options: DENY
            Content-Security-Policy: default-src 'self'; img-src 'self' data: https://images.example.com; frame-ancestors 'none'
            Referrer-Policy: strict-origin-when-cross-origin
            X-Request-Id: 0f8fad5b-d9cb-469f-a165-70867728950e
            Alt-Svc: h3=":443"; ma=86400

            """.replace("\n", "\r\n");

    private Messages() {}

    /** A message's head in direct memory with all of its index; of a request also the parts of its target. It is not kept. */
    public static Head head(String wire) {
        byte[] bytes = wire.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer region = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN).put(0, bytes);
        Head head = new Head();
        head.start(region, 0);
        int at = wire.indexOf("\r\n") + 2;
        while (!wire.startsWith("\r\n", at)) {
            int colon = wire.indexOf(':', at);
            int end = wire.indexOf("\r\n", at);
            head.field(FieldName.idOf(region, at, colon), at, colon, colon + 2, end);
            at = end + 2;
        }
        if (!wire.startsWith("HTTP/")) {
            requestLine(head, wire);
        }
        head.finish(bytes.length);
        return head;
    }

    private static void requestLine(Head head, String wire) {
        int targetFrom = wire.indexOf(' ') + 1;
        int targetTo = wire.indexOf(' ', targetFrom);
        int mark = wire.indexOf('?', targetFrom);
        int pathTo = mark >= 0 && mark < targetTo ? mark : targetTo;
        int host = head.find(FieldName.HOST);
        head.requestLine(0, targetFrom - 1, targetFrom, targetTo, 1);
        head.target(head.valueFrom(host), head.valueTo(host), targetFrom, pathTo, pathTo, targetTo);
    }
}
