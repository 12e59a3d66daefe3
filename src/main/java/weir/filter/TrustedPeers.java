package weir.filter;

import java.util.List;

/** The peers whose word counts for who the client is. Allocates nothing when asked. */
public final class TrustedPeers {
    private final byte[][] networks;
    private final int[] bits;

    public TrustedPeers(List<Cidr> blocks) {
        networks = blocks.stream().map(block -> block.network().getAddress()).toArray(byte[][]::new);
        bits = blocks.stream().mapToInt(Cidr::bits).toArray();
    }

    /** @param peer 4 or 16 bytes */
    public boolean contains(byte[] peer) {
        for (int i = 0; i < networks.length; i++) {
            if (Cidr.contains(networks[i], bits[i], peer)) {
                return true;
            }
        }
        return false;
    }
}
