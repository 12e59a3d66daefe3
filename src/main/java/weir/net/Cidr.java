package weir.net;

import java.net.InetAddress;

/**
 * A block of addresses.
 *
 * @param network its first address; never one of IPv4 mapped into IPv6, those come out as IPv4
 * @param bits length of the prefix, 0..32 or 0..128
 */
public record Cidr(InetAddress network, int bits) {

    /** On raw addresses: allocates nothing. IPv4 mapped into IPv6 is IPv4 to Java, and so to an IPv4 block. */
    static boolean contains(byte[] mine, int bits, byte[] other) {
        if (mine.length != other.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != other[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((mine[whole] ^ other[whole]) & 0xff) >> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + bits;
    }
}
