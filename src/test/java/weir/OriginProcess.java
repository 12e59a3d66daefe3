package weir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An origin in a process of its own, so that it can be killed as the kernel kills. Answers with the path that was asked for.
 * Closing it kills it.
 */
public final class OriginProcess implements AutoCloseable {
    /** How it behaves from now on. */
    public enum Mood {
        /** Answers. */
        WELL,
        /** Answers 503. */
        BUSY,
        /** Takes requests, and never answers. */
        SILENT,
        /** Answers, and closes each connection after some responses without a word: often in the moment of its next use. */
        RUDE
    }

    private static volatile Mood mood = Mood.WELL;

    private final Process process;
    private final PrintWriter commands;
    private final BufferedReader answers;
    private final int port;

    private OriginProcess(Process process) throws IOException {
        this.process = process;
        commands = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        port = Integer.parseInt(answers.readLine());
    }

    /** Starts one on a port of its own. */
    public static OriginProcess start() {
        try {
            Path classes = Path.of(OriginProcess.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return new OriginProcess(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1", "-cp", classes.toString(), OriginProcess.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    public int port() {
        return port;
    }

    /** Returns when it behaves so. */
    public void become(Mood next) {
        commands.println(next);
        try {
            if (!next.name().equals(answers.readLine())) {
                throw new AssertionError("the origin process is gone");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the origin process does not end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    // ---- in the other process

    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(() -> accept(server));
        acceptor.setDaemon(true);
        acceptor.start();
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        out.println(server.getLocalPort());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            mood = Mood.valueOf(line);
            out.println(line);
        }
    }

    private static void accept(ServerSocket server) {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket));
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket; InputStream in = socket.getInputStream(); OutputStream out = socket.getOutputStream()) {
            socket.setTcpNoDelay(true);
            String head = head(in);
            for (int served = 1; !head.isEmpty(); served++) {
                Mood now = mood;
                if (now == Mood.SILENT) {
                    in.readAllBytes();                       // until the peer gives up
                    return;
                }
                String path = head.split(" ", 3)[1];
                String answer = now == Mood.BUSY ? "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path;
                out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
                if (now == Mood.RUDE && served % 7 == 0) {
                    return;
                }
                head = head(in);
            }
        } catch (IOException e) {
            // the peer has gone: nothing to answer any more
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.append((char) b);
            if (b == '\n' && head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) >= 0) {
                return head.toString();
            }
        }
        return "";
    }
}
