package weir;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;

/** One TCP connection, as bytes: either side of a test. Every read has a deadline, so that no test hangs. */
public final class RawConnection implements AutoCloseable {
    private static final int READ_MILLIS_MAX = 60_000;
    private static final int PIECE_BYTES = 64 << 10;

    private final Socket socket;
    private final Socket carrier;
    private final InputStream in;

    public RawConnection(Socket socket) throws IOException {
        this(socket, socket);
    }

    /** @param carrier what lies below, for a reset that TLS does not know of */
    public RawConnection(Socket socket, Socket carrier) throws IOException {
        this.socket = socket;
        this.carrier = carrier;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_MILLIS_MAX);
        in = socket.getInputStream();
    }

    public static RawConnection to(InetSocketAddress address) {
        try {
            return new RawConnection(new Socket(address.getAddress(), address.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Socket socket() {
        return socket;
    }

    /** What lies below TLS; else the socket itself. */
    public Socket carrier() {
        return carrier;
    }

    /** Sends text, one byte a char. */
    public RawConnection send(String wire) {
        return send(wire.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawConnection send(byte[] wire) {
        try {
            socket.getOutputStream().write(wire);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Reads up to and with the empty line. @return the head with its CRLFs; empty at the end of the stream or a reset */
    public String readHead() {
        StringBuilder head = new StringBuilder();
        int b;
        while ((b = read()) >= 0) {
            head.append((char) b);
            if (b == '\n' && head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                return head.toString();
            }
        }
        return head.toString();
    }

    /** Reads {@code count} bytes, or fewer at the end of the stream. */
    public String readBytes(int count) {
        StringBuilder text = new StringBuilder();
        byte[] piece = new byte[Math.min(count, PIECE_BYTES)];
        int length;
        while (text.length() < count && (length = read(piece, Math.min(piece.length, count - text.length()))) >= 0) {
            text.append(new String(piece, 0, length, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    /** Reads up to the end of the stream or a reset, at most 64 MiB. */
    public String readAll() {
        return readBytes(64 << 20);
    }

    /** Reads a chunked body with its trailer section, as it is on the wire. */
    public String readChunked() {
        StringBuilder text = new StringBuilder();
        while (true) {
            String line = readLine();
            text.append(line);
            int size = Integer.parseInt(line.replaceAll("[;\r].*", "").trim(), 16);
            if (size == 0) {
                break;
            }
            text.append(readBytes(size + 2));
        }
        String line;
        do {
            line = readLine();
            text.append(line);
        } while (line.length() > 2);
        return text.toString();
    }

    public String readLine() {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = read()) >= 0) {
            line.append((char) b);
            if (b == '\n') {
                break;
            }
        }
        return line.toString();
    }

    /** One byte, or -1 at the end of the stream or a reset. */
    public int read() {
        byte[] one = new byte[1];
        return read(one, 1) < 0 ? -1 : one[0] & 0xff;
    }

    private int read(byte[] piece, int most) {
        try {
            return in.read(piece, 0, most);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing came for " + READ_MILLIS_MAX + " ms", e);
        } catch (SocketException | SSLException e) {
            return -1;                                   // reset, or cut without close_notify: the end, in its rude form
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the peer ended the connection. Waits for that. */
    public enum Ending { END_OF_STREAM, RESET, BYTES }

    /** What comes next, if not silence: the end, a reset, or bytes. */
    public Ending ending() {
        try {
            return in.read() < 0 ? Ending.END_OF_STREAM : Ending.BYTES;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still open", e);
        } catch (IOException e) {
            return Ending.RESET;
        }
    }

    /** Ends our direction only. */
    public RawConnection shutdownOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Closes with RST. */
    public void reset() {
        try {
            carrier.setSoLinger(true, 0);
            carrier.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
