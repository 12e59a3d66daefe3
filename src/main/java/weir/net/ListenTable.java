package weir.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who listens on this host, as Linux tells in /proc/net; empty elsewhere. Reads files: not on a loop.
 *
 * @param sockets by their inode
 */
record ListenTable(Map<String, InetSocketAddress> sockets) {
    private static final List<Path> FILES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final Path MIGRATES = Path.of("/proc/sys/net/ipv4/tcp_migrate_req");
    private static final String LISTENING = "0A";
    private static final int INODE = 9;

    /** Twice: a table that changes while it is read may leave one of them out, or show it again. */
    static ListenTable read() {
        Map<String, InetSocketAddress> found = new HashMap<>();
        for (int i = 0; i < 2 * FILES.size(); i++) {
            try (BufferedReader lines = Files.newBufferedReader(FILES.get(i % FILES.size()))) {
                parse(lines, found);
            } catch (IOException e) {
                // not Linux, or without that version of IP: the table stays without it
            }
        }
        return new ListenTable(found);
    }

    /**
     * {@code 0: 0100007F:1F90 00000000:0000 0A … inode …}: addresses are words in the machine's order, ports are not. Those that listen
     * stand first; the connections behind them may be many.
     */
    static void parse(BufferedReader lines, Map<String, InetSocketAddress> found) throws IOException {
        lines.readLine();                                       // the names of the columns
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] fields = line.strip().split("\\s+", -1);
            int colon = fields.length > INODE && fields[3].equals(LISTENING) ? fields[1].indexOf(':') : -1;
            if (colon != 8 && colon != 32) {
                return;
            }
            ByteBuffer address = ByteBuffer.allocate(colon / 2).order(ByteOrder.nativeOrder());
            for (int i = 0; i < colon; i += 8) {
                address.putInt(Integer.parseUnsignedInt(fields[1], i, i + 8, 16));
            }
            found.put(fields[INODE], new InetSocketAddress(address(address.array()), Integer.parseInt(fields[1], colon + 1, fields[1].length(), 16)));
        }
    }

    private static InetAddress address(byte[] raw) {
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);                        // it has 4 or 16 bytes
        }
    }

    /** Sockets that listen exactly there; all addresses of the host are the same in either version of IP. */
    int count(InetSocketAddress address) {
        return (int) sockets.values().stream().filter(each -> each.getPort() == address.getPort() && (each.getAddress().equals(address.getAddress())
                || each.getAddress().isAnyLocalAddress() && address.getAddress().isAnyLocalAddress())).count();
    }

    /**
     * Whether connections that wait at a socket go over to another one at the same address when it is closed
     * (net.ipv4.tcp_migrate_req, from Linux 5.14 on).
     *
     * @return true also when the system does not say
     */
    static boolean migrates() {
        try {
            return !Files.readString(MIGRATES).strip().equals("0");
        } catch (IOException e) {
            return true;
        }
    }
}
