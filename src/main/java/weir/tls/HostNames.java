package weir.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The hosts that a certificate covers (RFC 9525 §6), and how they are written. */
final class HostNames {
    private static final int DNS = 2;
    private static final int IP = 7;
    private static final String COMMON_NAME = "2.5.4.3";

    private HostNames() {}

    /** SubjectAltNames of type DNS and IP, lower case; the common name only where there are no SubjectAltNames at all. */
    static List<String> of(X509Certificate certificate) {
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of();
        }
        if (alternatives == null) {
            String name = commonName(certificate.getSubjectX500Principal().getEncoded());
            return isHost(name) ? List.of(name.toLowerCase(Locale.ROOT)) : List.of();
        }
        List<String> hosts = new ArrayList<>();
        for (List<?> alternative : alternatives) {
            if (alternative.get(1) instanceof String text && !text.isEmpty()) {
                if (alternative.get(0).equals(DNS)) {
                    hosts.add(text.toLowerCase(Locale.ROOT));
                } else if (alternative.get(0).equals(IP)) {
                    hosts.add(address(text));
                }
            }
        }
        return List.copyOf(hosts);
    }

    /** The last common name of a distinguished name; empty for none. */
    private static String commonName(byte[] distinguishedName) {
        String found = "";
        Der names = new Der(distinguishedName).enter(Der.SEQUENCE);
        while (names.more()) {
            Der parts = names.enter(Der.SET);
            while (parts.more()) {
                Der part = parts.enter(Der.SEQUENCE);
                if (part.oid().equals(COMMON_NAME) && (part.tag() == Der.UTF8 || part.tag() == 0x13)) {
                    found = new String(part.enter(part.tag()).rest(), StandardCharsets.UTF_8);
                }
            }
        }
        return found;
    }

    /** A common name may be anything: "Alice" is no host that a server could have, "a.example" is one. */
    private static boolean isHost(String name) {
        boolean dotted = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            dotted |= c == '.';
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '*')) {
                return false;
            }
        }
        return dotted || name.equalsIgnoreCase("localhost");
    }

    /** An IP address as the JDK writes it, in the form of RFC 5952. */
    private static String address(String text) {
        try {
            return text.indexOf(':') < 0 ? text : address(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return text;
        }
    }

    /** IPv4 with dots; IPv6 in the form of RFC 5952: lower case, no zeros in front, the longest run of zeros as {@code ::}. */
    static String address(byte[] bytes) {
        if (bytes.length == 4) {
            return (bytes[0] & 0xff) + "." + (bytes[1] & 0xff) + "." + (bytes[2] & 0xff) + "." + (bytes[3] & 0xff);
        }
        int[] groups = new int[8];
        int runFrom = 8;
        int runLength = 1;                                      // a single group of zeros is not shortened
        for (int i = 0; i < 8; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
        }
        for (int from = 0; from < 8; from++) {
            int length = 0;
            while (from + length < 8 && groups[from + length] == 0) {
                length++;
            }
            if (length > runLength) {
                runFrom = from;
                runLength = length;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == runFrom) {
                text.append("::");
                i += runLength - 1;
            } else {
                text.append(text.length() == 0 || text.charAt(text.length() - 1) == ':' ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    /** The bytes of an IP address that is written as one; null for a name, which is not looked up. */
    static byte[] literal(String host) {
        boolean couldBe = host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
        try {
            return couldBe ? InetAddress.getByName(host).getAddress() : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
