package weir.net;

import java.util.List;

/** Blocks of addresses: who is trusted, or allowed. Immutable; allocates nothing when asked. */
public final class CidrSet {
    private final byte[][] networks;
    private final int[] bits;

    public CidrSet(List<Cidr> blocks) {
        networks = blocks.stream().map(block -> block.network().getAddress()).toArray(byte[][]::new);
        bits = blocks.stream().mapToInt(Cidr::bits).toArray();
    }

    /** @param address 4 or 16 bytes */
    public boolean contains(byte[] address) {
        for (int i = 0; i < networks.length; i++) {
            if (Cidr.contains(networks[i], bits[i], address)) {
                return true;
            }
        }
        return false;
    }
}
