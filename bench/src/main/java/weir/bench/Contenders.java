package weir.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts the origin and the proxies before it, all with the same settings, and ends them. With TLS they have the same
 * certificate (EC P-256) and prefer the same suites and groups, which are weir's own defaults: nginx and HAProxy left alone take
 * AES-256 where weir takes AES-128. Session caches and tickets are on. From the proxy to the origin all is plain.
 */
final class Contenders implements AutoCloseable {
    private static final String SUITES_13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    private static final String SUITES_12 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305";

    /** The options with which conf/launcher/weir starts weir, on a host with some memory. */
    private static final List<String> LAUNCHER = List.of("-XX:+UseSerialGC", "-Xms8m", "-Xmx512m", "-XX:MaxDirectMemorySize=1g", "-Xss512k", "-XX:-UsePerfData",
            "-XX:TrimNativeHeapInterval=2000");

    private static final String NGINX_PASSES = """
            proxy_pass http://origin; proxy_http_version 1.1; proxy_max_temp_file_size 0; proxy_set_header Connection ""; proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host;
            """;

    private final Path folder;
    private final boolean withTls;
    private final List<Process> started = new ArrayList<>();
    private final Path certificate;
    private final Path key;
    private int origin;

    /** @param folder for files of theirs; others must be able to read in it, as nginx's workers may be another user */
    Contenders(Path folder, boolean withTls) {
        this.folder = folder;
        this.withTls = withTls;
        certificate = folder.resolve("cert.pem");
        key = folder.resolve("key.pem");
    }

    /** Before any other: makes the certificate too. */
    void startOrigin() throws IOException, InterruptedException {
        if (withTls) {
            Program.output(Program.find("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key.toString(), "-out", certificate.toString());
        }
        Path root = Files.createDirectories(folder.resolve("www"));
        Files.write(root.resolve("small"), "x".repeat(128).getBytes(StandardCharsets.US_ASCII));
        Files.write(root.resolve("64k"), new byte[64 << 10]);
        Files.write(root.resolve("browser"), new byte[1 << 10]);
        Files.write(root.resolve("medium"), new byte[1 << 20]);
        Files.write(root.resolve("large"), new byte[10 << 20]);
        Path cached = Files.createDirectories(root.resolve("cached"));
        Files.write(cached.resolve("1k"), new byte[1 << 10]);
        Files.write(cached.resolve("64k"), new byte[64 << 10]);
        for (String coded : List.of("gzip1", "gzip6", "gzip-cached")) {
            Files.write(Files.createDirectories(root.resolve(coded)).resolve("page"), Coded.PAGE);
        }
        origin = freePort();
        startNginx("origin", """
                worker_processes 1;
                http { access_log off; sendfile on; keepalive_requests 1000000000; keepalive_timeout 1h; client_max_body_size 0;
                server { listen 127.0.0.1:%d backlog=4096; root %s; default_type text/plain;
                location /upload { client_body_buffer_size 64k; return 200 "taken"; }
                location /browser { %s }
                location /cached/ { add_header Cache-Control max-age=86400; }
                location /gzip { default_type text/html; }
                location /gzip-cached/ { default_type text/html; add_header Cache-Control max-age=86400; } } }
                """.formatted(origin, root, fields()), origin);
    }

    /** What an application answers beside the fields that nginx adds, 20 together. */
    private static String fields() {
        StringBuilder text = new StringBuilder();
        for (String field : List.of("Cache-Control private,max-age=0", "Content-Language en", "Content-Security-Policy \"default-src 'self'; img-src *; script-src 'self'\"",
                "Link '</style.css>; rel=preload; as=style'", "Permissions-Policy geolocation=()", "Referrer-Policy same-origin", "Server-Timing 'app;dur=12.3, db;dur=4.5'",
                "Set-Cookie 'session=0123456789abcdef; Path=/; HttpOnly; Secure; SameSite=Lax'", "Vary Accept-Encoding", "X-Content-Type-Options nosniff", "X-Frame-Options DENY",
                "X-Powered-By app/1.2.3", "X-Request-Id 8b1a9953-c461-4d46-b5c6-9e1a3f9d1c2b")) {
            text.append("add_header ").append(field).append("; ");
        }
        return text.toString();
    }

    Contender startNginx() throws IOException, InterruptedException {
        int port = freePort();
        int tlsPort = withTls ? freePort() : 0;
        String tls = withTls ? """
                listen 127.0.0.1:%d ssl reuseport; ssl_certificate %s; ssl_certificate_key %s; ssl_protocols TLSv1.2 TLSv1.3;
                ssl_session_cache shared:S:10m; ssl_session_tickets on; ssl_prefer_server_ciphers on; ssl_ciphers %s;
                ssl_conf_command Ciphersuites %s; ssl_ecdh_curve X25519:prime256v1:secp384r1;
                """.formatted(tlsPort, certificate, key, SUITES_12, SUITES_13) : "";
        Process process = startNginx("nginx", """
                worker_processes 2;
                http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1h; sendfile on;
                client_max_body_size 0; proxy_request_buffering off; proxy_cache_path %1$s keys_zone=hot:10m use_temp_path=off;
                upstream origin { server 127.0.0.1:%2$d; keepalive 1024; keepalive_requests 1000000000; }
                gzip_min_length 1024; gzip_types text/plain text/css application/json application/javascript; gzip_proxied any; gzip_vary on;
                server { listen 127.0.0.1:%3$d reuseport; %4$s location / { %5$s }
                location /cached/ { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache hot; }
                location /gzip1/ { gzip on; gzip_comp_level 1; %5$s }
                location /gzip6/ { gzip on; gzip_comp_level 6; %5$s }
                location /gzip-cached/ { gzip on; gzip_comp_level 6; %5$s proxy_cache hot; proxy_cache_key $uri$http_accept_encoding; } } }
                """.formatted(Files.createDirectories(folder.resolve("nginx-cache")), origin, port, tls, NGINX_PASSES), port, tlsPort);
        return new Contender("nginx", port, tlsPort, process);
    }

    private Process startNginx(String name, String http, int... ports) throws IOException, InterruptedException {
        Path home = Files.createDirectories(folder.resolve(name));
        Path file = home.resolve("nginx.conf");
        Files.writeString(file, "daemon off; pid " + home + "/pid; error_log stderr error;\nevents { worker_connections 16384; }\n" + http);
        return start(ports, Program.find("nginx"), "-e", "stderr", "-p", home.toString(), "-c", file.toString());
    }

    Contender startHaproxy() throws IOException, InterruptedException {
        int port = freePort();
        int tlsPort = withTls ? freePort() : 0;
        String bind = "";
        if (withTls) {
            Path both = folder.resolve("both.pem");
            Files.writeString(both, Files.readString(certificate) + Files.readString(key));
            bind = "bind 127.0.0.1:%d ssl crt %s ssl-min-ver TLSv1.2 ciphers %s ciphersuites %s curves X25519:P-256:P-384"
                    .formatted(tlsPort, both, SUITES_12, SUITES_13);
        }
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(file, """
                global
                  nbthread 2
                  maxconn 9700
                defaults
                  mode http
                  timeout client 60s
                  timeout server 60s
                  timeout connect 5s
                  option forwardfor
                  http-reuse always
                cache hot
                  total-max-size 64
                  max-object-size 1000000
                  max-age 86400
                frontend front
                  bind 127.0.0.1:%1$d
                  %2$s
                  http-request set-header X-Forwarded-Proto %%[ssl_fc,iif(https,http)]
                  http-request set-header X-Forwarded-Host %%[req.hdr(host)]
                  filter cache hot
                  http-request cache-use hot if { path_beg /cached/ }
                  http-response cache-store hot
                  use_backend packed if { path_beg /gzip }
                  default_backend back
                backend back
                  server origin 127.0.0.1:%3$d
                backend packed
                  compression algo gzip
                  compression type text/html
                  server origin 127.0.0.1:%3$d
                """.formatted(port, bind, origin));
        return new Contender("haproxy", port, tlsPort, start(new int[] {port, tlsPort}, Program.find("haproxy"), "-db", "-q", "-f", file.toString()));
    }

    /** Takes part where a cache answers. */
    Contender startVarnish() throws IOException, InterruptedException {
        int port = freePort();
        Path home = Files.createDirectories(folder.resolve("varnish"));
        Path file = home.resolve("weir.vcl");
        Files.writeString(file, """
                vcl 4.1;
                backend origin { .host = "127.0.0.1"; .port = "%d"; }
                sub vcl_backend_response { if (bereq.url ~ "^/gzip") { set beresp.do_gzip = true; } }
                """.formatted(origin));
        Process process = start(new int[] {port}, Program.find("varnishd"), "-F", "-j", "none", "-a", "127.0.0.1:" + port, "-f", file.toString(),
                "-s", "malloc,64m", "-n", home.toString(), "-p", "thread_pools=2", "-p", "thread_pool_min=50", "-T", "none");
        return new Contender("varnish", port, 0, process);
    }

    /** @param options of the JVM, beside those of conf/launcher/weir */
    Contender startWeir(Path jar, String jdk, String... options) throws IOException, InterruptedException {
        int port = freePort();
        int tlsPort = withTls ? freePort() : 0;
        int version = Program.feature(jdk);
        String tls = withTls ? """
                tls.main = %s %s
                listen.tls = 127.0.0.1:%d
                listen.tls.certs = main
                """.formatted(certificate, key, tlsPort) : "";
        Path file = folder.resolve("weir-" + port + ".properties");
        Files.writeString(file, """
                server.workers = 2
                server.connections = 10000
                log.access = off
                listen.plain = 127.0.0.1:%d
                pool.origin = 127.0.0.1:%d
                route.all = /* -> origin
                cache.hot = 64m
                route.cached = /cached/* -> origin
                route.cached.cache = hot
                filter.g1 = gzip level=1 busy=100%%
                filter.g6 = gzip level=6 busy=100%%
                route.gzip1 = /gzip1/* -> origin
                route.gzip1.use = g1
                route.gzip6 = /gzip6/* -> origin
                route.gzip6.use = g6
                route.gzip-cached = /gzip-cached/* -> origin
                route.gzip-cached.use = g6
                route.gzip-cached.cache = hot
                """.formatted(port, origin) + tls);
        List<String> command = new ArrayList<>(List.of(jdk + "/bin/java"));
        command.addAll(LAUNCHER);
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar.toString(), "run", file.toString()));
        Process process = start(new int[] {port, tlsPort}, command.toArray(String[]::new));
        return new Contender("weir, JDK " + version, port, tlsPort, process);
    }

    /** Returns when every port but those that are 0 accepts connections. */
    private Process start(int[] ports, String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("log-" + ports[0]);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        started.add(process);
        for (int port : ports) {
            if (port != 0 && !accepts(port, process)) {
                throw new IOException(String.join(" ", command) + " did not start:\n" + Files.readString(log));
            }
        }
        return process;
    }

    private static boolean accepts(int port, Process process) throws InterruptedException {
        for (int i = 0; i < 200 && process.isAlive(); i++) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return probe.isConnected();
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        return false;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ends the origin and all contenders. */
    @Override
    public void close() throws InterruptedException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        for (Process process : started) {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
