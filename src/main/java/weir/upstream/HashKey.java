package weir.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import weir.http.Cookies;
import weir.http.Head;

/**
 * What of a request decides its server, where equal requests go to equal servers.
 *
 * @param name of the header or cookie; empty for the others
 */
public record HashKey(Kind kind, String name) {
    private static final long START = 0xcbf29ce484222325L;   // FNV-1a
    private static final long PRIME = 0x100000001b3L;

    /** Which part of the request. */
    public enum Kind { CLIENT_ADDRESS, PATH, QUERY, HEADER, COOKIE }

    /** A key as bytes, made once. */
    static final class Reader {
        private final Kind kind;
        private final byte[] name;

        Reader(HashKey key) {
            kind = key.kind;
            name = (kind == Kind.HEADER ? key.name.toLowerCase(Locale.ROOT) : key.name).getBytes(StandardCharsets.US_ASCII);
        }

        /**
         * The key of a request: the same bytes make the same key, in every process. A request without the header or cookie
         * goes by its client's address. Allocates nothing.
         */
        long of(Head request, byte[] clientAddress) {
            ByteBuffer bytes = request.bytes();
            return switch (kind) {
                case CLIENT_ADDRESS -> hash(clientAddress);
                case PATH -> hash(bytes, request.at(request.pathFrom()), request.at(request.pathTo()));
                case QUERY -> hash(bytes, request.at(request.queryFrom()), request.at(request.queryTo()));
                case HEADER -> header(request, clientAddress);
                case COOKIE -> cookie(request, clientAddress);
            };
        }

        private long header(Head request, byte[] clientAddress) {
            for (int i = 0; i < request.fields(); i++) {
                if (!request.isRemoved(i) && request.nameIs(i, name)) {
                    return hash(request.bytes(), request.at(request.valueFrom(i)), request.at(request.valueTo(i)));
                }
            }
            return hash(clientAddress);
        }

        private long cookie(Head request, byte[] clientAddress) {
            long found = Cookies.find(request, name);
            return found < 0 ? hash(clientAddress)
                    : hash(request.bytes(), request.at(Cookies.from(found)), request.at(Cookies.to(found)));
        }
    }

    private static long hash(ByteBuffer bytes, int from, int to) {
        long hash = START;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes.get(i) & 0xff) * PRIME;
        }
        return mix(hash);
    }

    static long hash(byte[] bytes) {
        long hash = START;
        for (byte b : bytes) {
            hash = (hash ^ b & 0xff) * PRIME;
        }
        return mix(hash);
    }

    /** Every bit of the result depends on every bit of the value (the end of MurmurHash3). */
    static long mix(long value) {
        long hash = value;
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
