package weir.h1;

/**
 * What a connection of HTTP/1.1 may cost, on either side.
 *
 * @param headBytesMax start line plus field lines in bytes, 256..128 KiB; above it 431 (RFC 6585 §5), from an origin 502
 * @param fieldLinesMax field lines of a head or a trailer section, 1..1000; above it 431
 * @param targetBytesMax request-target in bytes, 64..headBytesMax; above it 414
 * @param headTimeoutNanos from the first byte of a head to its end; bounds slow-header attacks
 * @param keepAliveNanos an idle connection is closed after this time; 0 ends each connection with its first response
 * @param idleNanos longest wait for the next bytes of a body, or for the peer to take some
 * @param halfClose a client that ends its direction still gets its response; else it counts as gone
 */
public record HttpLimits(int headBytesMax, int fieldLinesMax, int targetBytesMax, long headTimeoutNanos,
        long keepAliveNanos, long idleNanos, boolean halfClose) {
    public HttpLimits {
        require(headBytesMax >= 256 && headBytesMax <= 128 << 10, "head-max is 256 to 128k");
        require(fieldLinesMax >= 1 && fieldLinesMax <= 1000, "fields-max is 1 to 1000");
        require(targetBytesMax >= 64 && targetBytesMax <= headBytesMax, "target-max is 64 to head-max");
        require(headTimeoutNanos > 0 && keepAliveNanos >= 0 && idleNanos > 0, "times are above 0, keep-alive may be 0");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
