package weir.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate chain and its private key: what a side proves itself with. Immutable, for any thread.
 *
 * @param name of {@code tls.NAME}
 * @param chain the own certificate first, each one signed by the next
 * @param hosts the names that the certificate covers (its SubjectAltNames of type DNS and IP, lower case; the common name
 *     counts only where there are none at all), a wildcard as {@code *.example.com}
 */
public record Identity(String name, List<X509Certificate> chain, PrivateKey key, List<String> hosts) {
    public Identity {
        chain = List.copyOf(chain);
        hosts = List.copyOf(hosts);
    }

    /** The own certificate. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "tls." + name + " " + hosts;
    }
}
