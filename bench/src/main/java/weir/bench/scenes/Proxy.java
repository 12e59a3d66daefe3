package weir.bench.scenes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A proxy before three origins, set so that it saves what it can: tries elsewhere, and checks where it has them. */
final class Proxy implements AutoCloseable {
    private final Process process;
    private final int port;
    private final String reloadSignal;

    private Proxy(Path folder, int port, String reloadSignal, List<String> command) throws IOException, InterruptedException {
        this.port = port;
        this.reloadSignal = reloadSignal;
        Path log = folder.resolve("log-" + port);
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        for (int i = 0; i < 200; i++) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    break;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + " did not start:\n" + Files.readString(log));
    }

    int port() {
        return port;
    }

    void reload() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + reloadSignal, String.valueOf(process.pid())).inheritIO().start().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Passive checks only: active ones are not in this nginx. */
    static Proxy nginx(Path folder, String program, List<Origin> origins) throws IOException, InterruptedException {
        int port = freePort();
        StringBuilder servers = new StringBuilder();
        origins.forEach(origin -> servers.append("server 127.0.0.1:").append(origin.port()).append(" max_fails=1 fail_timeout=2s; "));
        Path file = folder.resolve("nginx-" + port + ".conf");
        Files.writeString(file, """
                daemon off; pid %s/nginx-%d.pid; error_log stderr crit; worker_processes 2;
                events { worker_connections 4096; }
                http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
                upstream origin { %s keepalive 256; keepalive_requests 1000000000; }
                server { listen 127.0.0.1:%d reuseport; location / { proxy_pass http://origin; proxy_http_version 1.1;
                proxy_set_header Connection ""; proxy_connect_timeout 1s; proxy_read_timeout 500ms;
                proxy_next_upstream error timeout http_503; proxy_next_upstream_tries 3; } } }
                """.formatted(folder, port, servers, port));
        return new Proxy(folder, port, "HUP", List.of(program, "-e", "stderr", "-p", folder.toString(), "-c", file.toString()));
    }

    static Proxy haproxy(Path folder, String program, List<Origin> origins) throws IOException, InterruptedException {
        int port = freePort();
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < origins.size(); i++) {
            servers.append("  server s").append(i).append(" 127.0.0.1:").append(origins.get(i).port()).append(" check inter 500ms fall 2 rise 2\n");
        }
        Path file = folder.resolve("haproxy-" + port + ".cfg");
        Files.writeString(file, """
                global
                  nbthread 2
                  maxconn 4096
                defaults
                  mode http
                  timeout client 60s
                  timeout server 500ms
                  timeout connect 1s
                  timeout check 400ms
                  option redispatch 1
                  retries 3
                  retry-on all-retryable-errors 503
                  option httpchk GET /small
                  http-reuse always
                frontend front
                  bind 127.0.0.1:%d
                  default_backend back
                backend back
                %s
                """.formatted(port, servers));
        return new Proxy(folder, port, "USR2", List.of(program, "-W", "-db", "-q", "-f", file.toString()));
    }

    static Proxy weir(Path folder, Path jar, String jdk, List<Origin> origins) throws IOException, InterruptedException {
        int port = freePort();
        StringBuilder servers = new StringBuilder();
        origins.forEach(origin -> servers.append(servers.length() == 0 ? "" : ", ").append("127.0.0.1:").append(origin.port()));
        Path file = folder.resolve("weir-" + port + ".properties");
        Files.writeString(file, """
                server.workers = 2
                log.access = off
                listen.web = 127.0.0.1:%d
                pool.app = %s
                pool.app.check = GET /small every 500ms timeout 400ms rise 2 fall 2
                pool.app.timeout = connect 1s, response 500ms
                pool.app.retry = 3 on connect-error, reset, timeout, 503
                pool.app.retry.budget = 100%%
                route.all = /* -> app
                """.formatted(port, servers));
        return new Proxy(folder, port, "HUP", List.of(jdk + "/bin/java", "-jar", jar.toString(), "run", file.toString()));
    }
}
