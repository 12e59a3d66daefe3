package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.RawAnswer;
import weir.RawOrigin;
import weir.TestProxy;

/**
 * An origin that lets everything of a request's head into a response that may be stored, and an attacker who asks first: what
 * others get is what they had got without him.
 */
class CachePoisoningTest {
    private static final String VICTIM = "GET /p?q HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private static RawOrigin origin() {
        return RawOrigin.running(connection -> {
            for (String request = RawOrigin.readRequest(connection); !request.isEmpty(); request = RawOrigin.readRequest(connection)) {
                String body = request.substring(0, request.indexOf("\r\n\r\n")).replace("\r\n", "~");
                connection.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=100\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        });
    }

    private static TestProxy proxy(RawOrigin origin) {
        return TestProxy.with("cache.hot = 4m\nroute.test.cache = hot\n", origin);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        // fields that tell servers another host, scheme, port, path or client
        "GET /p?q | X-Forwarded-Host: evil.example",
        "GET /p?q | X-Forwarded-Proto: evil",
        "GET /p?q | X-Forwarded-Port: 666",
        "GET /p?q | X-Forwarded-For: 6.6.6.6",
        "GET /p?q | X-Forwarded-Scheme: evil",
        "GET /p?q | X-Forwarded-Prefix: /evil",
        "GET /p?q | x-FORWARDED-server: evil",
        "GET /p?q | X-Forwarded-Path: /evil",
        "GET /p?q | X-Real-IP: 6.6.6.6",
        "GET /p?q | Forwarded: host=evil.example",
        "GET /p?q | X-Host: evil.example",
        "GET /p?q | X-Original-Host: evil.example",
        "GET /p?q | X-HTTP-Host-Override: evil.example",
        "GET /p?q | X-Original-URL: /evil",
        "GET /p?q | X-Rewrite-URL: /evil",
        "GET /p?q | x-original-uri: /evil",
        // another method
        "GET /p?q | X-HTTP-Method-Override: POST",
        "GET /p?q | X-HTTP-Method: DELETE",
        "GET /p?q | X-Method-Override: PUT",
        "HEAD /p?q | X-HTTP-Method-Override: POST",
        // content in a GET
        "GET /p?q | Content-Length: 4~~evil",
        "GET /p?q | Transfer-Encoding: chunked~~4~evil~0~~",
        // other spellings of the URI
        "GET /p?Q |",
        "GET /p?q&q=evil |",
        "GET /p?q# |",
        "GET /%70?q |",
        "GET /x/../p?q |",
        "GET /x/%2e%2e/p?q |",
        "GET /./p?q |",
        "GET //p?q |",
        "GET /p;evil?q |",
        "GET /p%3Fq |",
        "GET /p%2Fevil/..?q |",
        "GET /p?q%00 |",
        "GET /P?q |",
        "GET /p/?q |",
        "GET http://a.example/p?q |",
        "GET http://A.EXAMPLE:80/p?q |",
        "GET http://evil.example/p?q |",
        // the host
        "GET /p?q | Host: a.example:80",
        "GET /p?q | Host: a.example:666",
        "GET /p?q | Host: a.example.",
        "GET /p?q | Host: evil.example",
        "GET /p?q | Host: A.example",
        "GET /p?q | Host: a.example~Host: evil.example",
        "GET /p?q | Host: evil.example~Host: a.example",
        // conditions and ranges, which are made anew
        "GET /p?q | If-None-Match: \"evil\"",
        "GET /p?q | Range: bytes=0-1",
        "GET /p?q | If-Range: \"evil\"~Range: bytes=1-2",
        // credentials
        "GET /p?q | Authorization: Basic ZXZpbA==",
        "GET /p?q | Client-Cert: :ZXZpbA==:",
        // what belongs to one hop
        "GET /p?q | Connection: X-Evil~X-Evil: 1",
        "GET /p?q | Connection: Host",
        "GET /p?q | TE: evil",
        "GET /p?q | Upgrade: evil~Connection: upgrade",
    })
    void nobodyGetsWhatAnotherAskedFor(String start, String line) {
        String asked;
        try (var origin = origin(); var proxy = proxy(origin)) {
            asked = proxy.send(VICTIM).body();
        }
        assertThat(asked).contains("GET /p?q HTTP/1.1").contains("Host: a.example");
        try (var origin = origin(); var proxy = proxy(origin)) {
            String lines = line == null ? "" : line;
            String host = lines.startsWith("Host:") ? "" : "Host: a.example\r\n";
            String text = start + " HTTP/1.1\r\n" + host + lines.replace("~", "\r\n");
            RawAnswer attack = proxy.send(lines.contains("~~") ? text : text + (lines.isEmpty() ? "" : "\r\n") + "\r\n");
            assertThat(attack.status()).isIn(200, 400, 404, 501);
            RawAnswer first = proxy.send(VICTIM);
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.body()).isEqualTo(asked);
            assertThat(proxy.send(VICTIM).body()).isEqualTo(asked);
        }
    }

    /** An operator who puts such a field into the key has its responses stored apart. */
    @Test
    void whatIsInTheKeyMayOverride() {
        try (var origin = origin(); var proxy = TestProxy.with("cache.hot = 4m\nroute.test.cache = hot\nroute.test.cache.key = host, query, header X-Host\n", origin)) {
            String evil = VICTIM.replace("Host: a", "X-Host: evil\r\nHost: a");
            assertThat(proxy.send(evil).body()).contains("evil");
            assertThat(proxy.send(evil).body()).contains("evil");
            assertThat(proxy.metric("weir_cache_requests_total{cache=\"hot\",result=\"hit\"}")).isEqualTo(1);
            assertThat(proxy.send(VICTIM).body()).doesNotContain("evil");
        }
    }

    @Test
    void theFieldsThatOverrideAreToldApartByTheirFirstLetter() {
        assertThat(Bypass.OVERRIDES).allMatch(name -> name.getBytes(StandardCharsets.US_ASCII)[0] == 'x');
        for (String name : Bypass.OVERRIDES) {
            assertThat(new Bypass(List.of(), KeySettings.URI).takes(Heads.get(name + ": a"))).as(name).isTrue();
        }
    }
}
