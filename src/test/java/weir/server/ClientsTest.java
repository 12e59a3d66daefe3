package weir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.Child;
import weir.TestProxy;

/** Clients and origins that nobody here wrote: curl, the JDK's client and server, Node. */
class ClientsTest {
    private static final String CURL = "apt-get install curl";
    private static final String NODE = "apt-get install nodejs";
    /** Prints its port; echoes method, target and content; /sse sends an event and holds on until the client closes. */
    private static final String NODE_SERVER = """
            const server = require('http').createServer((request, response) => {
                if (request.url === '/sse') {
                    response.writeHead(200, {'Content-Type': 'text/event-stream'});
                    response.write('data: first\\n\\n');
                    return;
                }
                const parts = [];
                request.on('data', part => parts.push(part));
                request.on('end', () => {
                    response.setHeader('X-Seen', request.method + ' ' + request.url + ' ' + request.headers['x-forwarded-for']);
                    if (request.url === '/close') response.setHeader('Connection', 'close');
                    if (request.url === '/early') response.writeEarlyHints({link: '</a.css>; rel=preload'});
                    response.end(Buffer.concat(parts));
                });
            });
            server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
            """;
    /** POSTs by one kept connection, with and without a length, and tells what came back. */
    private static final String NODE_CLIENT = """
            const http = require('http');
            const agent = new http.Agent({keepAlive: true, maxSockets: 1});
            const ask = (path, body, chunked) => new Promise((resolve, reject) => {
                const request = http.request({host: '127.0.0.1', port: PORT, agent, path, method: 'POST',
                        headers: chunked ? {} : {'Content-Length': body.length}}, response => {
                    const parts = [];
                    response.on('data', part => parts.push(part));
                    response.on('end', () => resolve(response.statusCode + ' ' + (Buffer.concat(parts).toString() === body)));
                });
                request.on('error', reject);
                request.end(body);
            });
            (async () => {
                for (let i = 0; i < 20; i++) console.log(await ask('/echo', 'x'.repeat(i * 5000), i % 2 === 0));
            })().catch(error => { console.error(error); process.exit(1); });
            """;

    private static HttpServer jdk;
    private static ExecutorService threads;
    private static Child node;
    private static TestProxy proxy;
    private static HttpClient client;

    @BeforeAll
    static void start() throws IOException {
        threads = Executors.newFixedThreadPool(16);
        jdk = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
        jdk.setExecutor(threads);
        jdk.createContext("/", ClientsTest::echo);
        jdk.start();
        node = Child.start(NODE, List.of("node", "-e", NODE_SERVER)).awaitOutput("\n");
        String nodePort = node.output().trim().replace("port ", "");
        proxy = TestProxy.configured("route.jdk = /* -> 127.0.0.1:" + jdk.getAddress().getPort()
                + "\nroute.node = /node/* -> 127.0.0.1:" + nodePort + "\nroute.node.strip-prefix = /node\n");
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        client = null;                                             // its kept connections are the JDK's to close: not waited for
        proxy.cut();
        proxy.close();
        node.close();
        jdk.stop(0);
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void echo(HttpExchange exchange) throws IOException {
        byte[] content = exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("X-Seen", exchange.getRequestMethod() + ' ' + exchange.getRequestURI() + ' '
                + exchange.getRequestHeaders().getFirst("X-Forwarded-For"));
        boolean chunked = exchange.getRequestURI().getPath().equals("/chunked");
        boolean none = content.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, none ? -1 : chunked ? 0 : content.length);
        if (!none) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(content);
            }
        }
        exchange.close();
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + proxy.port() + path);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    // ---- java.net.http

    static Stream<Arguments> exchanges() {
        return Stream.of("/length", "/chunked", "/node/length", "/node/close").flatMap(path ->
                Stream.of(0, 1, 1000, 70_000, 3_000_000).flatMap(length ->
                        Stream.of(true, false).map(known -> arguments(path, length, known))));
    }

    @ParameterizedTest(name = "{0} with {1} bytes, length known: {2}")
    @MethodSource("exchanges")
    void servesTheJdksClient(String path, int length, boolean known) throws Exception {
        byte[] content = bytes(length);
        HttpRequest.BodyPublisher whole = HttpRequest.BodyPublishers.ofByteArray(content);
        HttpRequest request = HttpRequest.newBuilder(uri(path)).POST(known ? whole : HttpRequest.BodyPublishers.fromPublisher(whole)).build();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(content);
        assertThat(response.headers().firstValue("X-Seen")).contains("POST " + path.replace("/node", "") + " 127.0.0.1");
    }

    @Test
    void servesManyAtOnce() {
        List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            HttpRequest request = HttpRequest.newBuilder(uri(i % 2 == 0 ? "/length" : "/node/length"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(i * 100))).build();
            all.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
        }
        for (int i = 0; i < all.size(); i++) {
            HttpResponse<byte[]> response = all.get(i).orTimeout(30, TimeUnit.SECONDS).join();
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Arrays.equals(response.body(), bytes(i * 100))).as("content of request " + i).isTrue();
        }
    }

    @Test
    void waitsForTheOriginsWordBeforeContent() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/length")).expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(10_000))).build();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.body()).isEqualTo(bytes(10_000));
    }

    @Test
    void passesTheFirstEventOnAtOnce() throws Exception {
        HttpResponse<Stream<String>> response = client.send(HttpRequest.newBuilder(uri("/node/sse")).build(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
            assertThat(lines.findFirst()).contains("data: first");
        }
    }

    // ---- curl

    private static String curl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "-q", "-sS", "--max-time", "30", "--noproxy", "*"));
        command.addAll(List.of(arguments));
        try (Child curl = Child.start(CURL, command)) {
            return curl.finish();
        }
    }

    @Test
    void servesCurl() {
        assertThat(curl("-i", uri("/length?a=b").toString(), "-d", "hello")).startsWith("HTTP/1.1 200 OK\r\n").contains("X-seen: POST /length?a=b 127.0.0.1")
                .endsWith("\r\n\r\nhello");
        assertThat(curl("-I", uri("/node/x").toString())).startsWith("HTTP/1.1 200 OK\r\n").contains("X-Seen: HEAD /x 127.0.0.1");
        assertThat(curl("-0", "-i", uri("/node/x").toString(), "-d", "hello")).startsWith("HTTP/1.1 200 OK\r\n").contains("Connection: close")
                .endsWith("\r\n\r\nhello");
        assertThat(curl("-i", uri("/node/early").toString())).startsWith("HTTP/1.1 103 Early Hints\r\n").contains("rel=preload", "HTTP/1.1 200 OK\r\n");
        assertThat(curl("--noproxy", "", "-x", "http://127.0.0.1:" + proxy.port(), "-i", "http://any.example/node/x")).as("absolute-form").contains("X-Seen: GET /x ");
    }

    @Test
    void keepsCurlsConnection() {
        String url = uri("/node/x").toString();
        assertThat(curl("-v", url, "-d", "one", url, "-d", "two", url)).contains("Re-using existing connection");
    }

    @Test
    void carriesFilesForCurl(@TempDir Path folder) throws IOException {
        byte[] content = bytes(5_000_000);
        Path file = Files.write(folder.resolve("up"), content);
        Path down = folder.resolve("down");
        curl("-T", file.toString(), "-o", down.toString(), uri("/length").toString());
        assertThat(Arrays.equals(Files.readAllBytes(down), content)).as("with a length").isTrue();
        curl("-T", file.toString(), "-H", "Transfer-Encoding: chunked", "-o", down.toString(), uri("/node/length").toString());
        assertThat(Arrays.equals(Files.readAllBytes(down), content)).as("chunked, with Expect: 100-continue").isTrue();
        curl("-X", "POST", "-T", file.toString(), "-H", "Expect:", "--limit-rate", "20M", "-o", down.toString(), uri("/chunked").toString());
        assertThat(Arrays.equals(Files.readAllBytes(down), content)).as("slowly").isTrue();
    }

    // ---- Node

    @Test
    void servesNode() {
        try (Child asking = Child.start(NODE, List.of("node", "-e", NODE_CLIENT.replace("PORT", String.valueOf(proxy.port()))))) {
            assertThat(asking.finish().lines()).hasSize(20).allMatch(line -> line.equals("200 true"));
        }
    }
}
