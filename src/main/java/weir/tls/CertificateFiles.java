package weir.tls;

import java.nio.file.Path;

/**
 * {@code tls.NAME}: where a certificate chain and its private key are.
 *
 * @param certificate PEM, the certificate of the server first and then those that sign it; or PKCS#12 with key and chain
 * @param key PEM: PKCS#8 (also encrypted), PKCS#1 or SEC1; null when it stands in the same file
 * @param password of an encrypted key or of a PKCS#12 file; null for none
 * @param reloadNanos how often the files are looked at for a change; 0 for never
 */
public record CertificateFiles(String name, Path certificate, Path key, String password, long reloadNanos) {
    public CertificateFiles {
        if (reloadNanos < 0) {
            throw new IllegalArgumentException("tls." + name + ".reload is below 0");
        }
    }

    /** Where the key is: its own file, or that of the certificate. */
    public Path keyFile() {
        return key == null ? certificate : key;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "tls." + name + " = " + certificate + (key == null ? "" : " " + key);
    }
}
