package weir.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import weir.net.Cidr;
import weir.net.IpLiteral;

/** An address block: `10.0.0.0/8`, `fd00::/8`, or a single address. */
final class CidrType implements ValueType.OfWord<Cidr> {
    @Override
    public String name() {
        return "address block";
    }

    @Override
    public String range() {
        return "10.0.0.0/8, fd00::/8 or a single address";
    }

    @Override
    public Optional<Cidr> parseWord(Word word, Problems problems) {
        int slash = word.text().indexOf('/');
        byte[] address = IpLiteral.parse(slash < 0 ? word.text() : word.text().substring(0, slash));
        if (address == null) {
            problems.error(word, word.shown() + " is no address block", "write " + range());
            return Optional.empty();
        }
        int bits = slash < 0 ? address.length * 8 : bits(word.text().substring(slash + 1), address.length * 8);
        if (bits < 0) {
            problems.error(word.place(slash + 1), word.from(slash + 1).shown() + " is no prefix length",
                    "write 0 to " + address.length * 8);
            return Optional.empty();
        }
        boolean clean = true;
        for (int bit = bits; bit < address.length * 8; bit++) {
            int mask = 0x80 >>> (bit & 7);
            clean &= (address[bit >> 3] & mask) == 0;
            address[bit >> 3] &= (byte) ~mask;
        }
        Cidr block = of(address, bits);
        if (clean) return Optional.of(block);
        problems.error(word.place(), word.shown() + " has bits behind its prefix", "write the first address of the block, or no prefix",
                word.isSecret() ? null : block.toString());
        return Optional.empty();
    }

    private static int bits(String text, int most) {
        if (text.length() > 3 || !Ascii.isDigits(text)) return -1;
        int bits = Integer.parseInt(text);
        return bits <= most && (text.length() == 1 || text.charAt(0) != '0') ? bits : -1;
    }

    private static Cidr of(byte[] address, int bits) {
        try {
            InetAddress network = InetAddress.getByAddress(address);
            boolean mapped = address.length == 16 && network.getAddress().length == 4;
            return new Cidr(network, mapped ? Math.max(0, bits - 96) : bits);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);                // only a length other than 4 or 16 is refused
        }
    }
}
