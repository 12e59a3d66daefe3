package weir.filter;

import java.util.List;
import weir.net.Cidr;

/**
 * What origins are told of the client.
 *
 * @param trusted peers whose own X-Forwarded-* and Forwarded fields are kept and extended; those of others are replaced
 * @param xForwarded send X-Forwarded-For, -Proto and -Host
 * @param forwarded send Forwarded (RFC 7239)
 * @param via pseudonym for Via (RFC 9110 §7.6.3), or empty for none
 */
public record ForwardedSettings(List<Cidr> trusted, boolean xForwarded, boolean forwarded, String via) {
    /** Nobody is trusted, X-Forwarded-* is sent. */
    public static final ForwardedSettings DEFAULT = new ForwardedSettings(List.of(), true, false, "");

    public ForwardedSettings {
        trusted = List.copyOf(trusted);
    }
}
