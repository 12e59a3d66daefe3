package weir.filter;

import java.net.InetAddress;

/**
 * A block of addresses.
 *
 * @param network its first address
 * @param bits length of the prefix, 0..32 or 0..128
 */
public record Cidr(InetAddress network, int bits) {
    /** An IPv4 block holds IPv4-mapped IPv6 addresses too: Java hands those out as IPv4. */
    public boolean contains(InetAddress address) {
        return contains(network.getAddress(), bits, address.getAddress());
    }

    /** As {@link #contains(InetAddress)}, on raw addresses: allocates nothing. */
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
}
