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
    /** What makes one proxy different from another. */
    private interface Kind {
        /** Its settings before these origins. */
        String settings(List<Origin> origins);

        List<String> command(Path file);

        String reloadSignal();

        /** A new process takes over from a running one, which ends when its last request has. @return what stops the new one */
        Process upgrade(Proxy running) throws IOException, InterruptedException;
    }

    private final Kind kind;
    private final Path file;
    private final int port;
    private Process process;

    private Proxy(Path folder, String name, int port, Kind kind, List<Origin> origins) throws IOException, InterruptedException {
        this.kind = kind;
        this.port = port;
        file = folder.resolve(name + "-" + port + ".conf");
        Files.writeString(file, kind.settings(origins));
        process = start(kind.command(file));
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
        throw new IOException(String.join(" ", kind.command(file)) + " did not start:\n" + Files.readString(log()));
    }

    private Path log() {
        return file.resolveSibling("log-" + port);
    }

    private Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
    }

    int port() {
        return port;
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).inheritIO().start().waitFor();
    }

    void reload() throws IOException, InterruptedException {
        signal(kind.reloadSignal(), process.pid());
    }

    /** By its settings and a reload. */
    void origins(List<Origin> next) throws IOException, InterruptedException {
        Files.writeString(file, kind.settings(next));
        reload();
    }

    void upgrade() throws IOException, InterruptedException {
        process = kind.upgrade(this);
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
        return new Proxy(folder, "nginx", port, new Kind() {
            @Override
            public String settings(List<Origin> of) {
                StringBuilder servers = new StringBuilder();
                of.forEach(origin -> servers.append("server 127.0.0.1:").append(origin.port()).append(" max_fails=1 fail_timeout=2s; "));
                return """
                        daemon off; pid %s/nginx.pid; error_log stderr crit; worker_processes 2;
                        events { worker_connections 4096; }
                        http { access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
                        upstream origin { %s keepalive 256; keepalive_requests 1000000000; }
                        server { listen 127.0.0.1:%d reuseport; location / { proxy_pass http://origin; proxy_http_version 1.1;
                        proxy_set_header Connection ""; proxy_connect_timeout 1s; proxy_read_timeout 500ms;
                        proxy_next_upstream error timeout http_503; proxy_next_upstream_tries 3; } } }
                        """.formatted(folder, servers, port);
            }

            @Override
            public List<String> command(Path file) {
                return List.of(program, "-e", "stderr", "-p", folder.toString(), "-c", file.toString());
            }

            @Override
            public String reloadSignal() {
                return "HUP";
            }

            @Override
            public Process upgrade(Proxy running) {
                throw new UnsupportedOperationException("exchanges its program only where it runs in the background");
            }
        }, origins);
    }

    static Proxy haproxy(Path folder, String program, List<Origin> origins) throws IOException, InterruptedException {
        int port = freePort();
        return new Proxy(folder, "haproxy", port, new Kind() {
            @Override
            public String settings(List<Origin> of) {
                StringBuilder servers = new StringBuilder();
                for (Origin origin : of) {
                    servers.append("  server s").append(origin.port()).append(" 127.0.0.1:").append(origin.port()).append(" check inter 500ms fall 2 rise 2\n");
                }
                return """
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
                        """.formatted(port, servers);
            }

            @Override
            public List<String> command(Path file) {
                return List.of(program, "-W", "-db", "-q", "-f", file.toString());
            }

            @Override
            public String reloadSignal() {
                return "USR2";
            }

            /** Its master always starts the program anew. */
            @Override
            public Process upgrade(Proxy running) throws IOException, InterruptedException {
                running.reload();
                return running.process;
            }
        }, origins);
    }

    static Proxy weir(Path folder, Path jar, String jdk, List<Origin> origins) throws IOException, InterruptedException {
        int port = freePort();
        return new Proxy(folder, "weir", port, new Kind() {
            @Override
            public String settings(List<Origin> of) {
                StringBuilder servers = new StringBuilder();
                of.forEach(origin -> servers.append(servers.length() == 0 ? "" : ", ").append("127.0.0.1:").append(origin.port()));
                return """
                        server.workers = 2
                        server.drain-delay = 2s
                        log.access = off
                        listen.web = 127.0.0.1:%d
                        pool.app = %s
                        pool.app.check = GET /small every 500ms timeout 400ms rise 2 fall 2
                        pool.app.timeout = connect 1s, response 500ms
                        pool.app.retry = 3 on connect-error, reset, timeout, 503
                        pool.app.retry.budget = 100%%
                        route.all = /* -> app
                        """.formatted(port, servers);
            }

            @Override
            public List<String> command(Path file) {
                return List.of(jdk + "/bin/java", "-jar", jar.toString(), "run", file.toString());
            }

            @Override
            public String reloadSignal() {
                return "HUP";
            }

            @Override
            public Process upgrade(Proxy running) throws IOException, InterruptedException {
                String ready = "info listen.web on";
                int said = Files.readString(running.log()).split(ready, -1).length;
                Process next = running.start(List.of(jdk + "/bin/java", "-jar", jar.toString(), "run", "--beside", running.file.toString()));
                for (int i = 0; i < 200 && Files.readString(running.log()).split(ready, -1).length == said; i++) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                running.process.destroy();                   // TERM: it drains
                return next;
            }
        }, origins);
    }
}
