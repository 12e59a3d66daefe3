package weir.bench.scenes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** An origin in a process of its own, that behaves as it is told; {@link #main} is the other process. */
final class Origin implements AutoCloseable {
    enum Mood { WELL, BUSY, SILENT, RUDE }

    private static final byte[] BODY = "x".repeat(128).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK = ("HTTP/1.1 200 OK\r\nContent-Length: 128\r\n\r\n" + "x".repeat(128)).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BUSY = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static volatile Mood mood = Mood.WELL;

    private final Process process;
    private final BufferedReader answers;
    private final int port;

    /** @param wanted its port, or 0 for a free one */
    Origin(int wanted) throws IOException {
        process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx128m", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), Origin.class.getName(), String.valueOf(wanted)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        port = Integer.parseInt(answers.readLine());
    }

    int port() {
        return port;
    }

    void become(Mood next) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write((next + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        answers.readLine();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    static int bodyBytes() {
        return BODY.length;
    }

    public static void main(String[] args) throws IOException {
        ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 1024, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(() -> accept(server));
        acceptor.setDaemon(true);
        acceptor.start();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        out.println(server.getLocalPort());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
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
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[8192];
            int filled = 0;
            int served = 0;
            while (true) {
                int n = in.read(buffer, filled, buffer.length - filled);
                if (n < 0) {
                    return;
                }
                filled += n;
                if (filled < 4 || buffer[filled - 1] != '\n' || buffer[filled - 3] != '\n') {
                    continue;                                // requests without content, one at a time
                }
                filled = 0;
                Mood now = mood;
                if (now == Mood.SILENT) {
                    in.readAllBytes();
                    return;
                }
                out.write(now == Mood.BUSY ? BUSY : OK);
                if (now == Mood.RUDE && ++served % 7 == 0) {
                    return;
                }
            }
        } catch (IOException e) {
            // the proxy has closed the connection
        }
    }
}
