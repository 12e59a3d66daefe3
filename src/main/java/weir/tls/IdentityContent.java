package weir.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import weir.tls.Checks.Located;

/**
 * What stands in the files of an identity, not judged yet.
 *
 * @param chain in the order of the file; empty, with a fault, when there is none
 * @param key null when there is none
 * @param keyWhere null when there is none
 */
record IdentityContent(List<Located> chain, PrivateKey key, String keyWhere) {
    static final int BYTES_MAX = 1 << 20;
    private static final IdentityContent NOTHING = new IdentityContent(List.of(), null, null);

    static IdentityContent read(CertificateFiles files, boolean keyNeeded, List<Finding> findings) {
        Path file = files.certificate();
        byte[] content = FileContent.read(file, BYTES_MAX, findings);
        if (content == null) {
            return NOTHING;
        }
        if (!Pem.looksLike(content)) {
            return binary(files, content, findings);
        }
        int before = findings.size();
        List<Pem.Block> blocks = Pem.read(file.toString(), content, findings);
        List<Located> chain = chain(file, blocks, files.key() == null, findings.size() == before, findings);
        if (files.key() != null) {
            blocks = keyBlocks(files.key(), findings);
        }
        if (blocks == null) {
            return new IdentityContent(chain, null, null);
        }
        return key(files, chain, blocks, keyNeeded && findings.size() == before, findings);
    }

    private static List<Located> chain(Path file, List<Pem.Block> blocks, boolean keyBeside, boolean whole, List<Finding> findings) {
        List<Located> chain = new ArrayList<>();
        int before = findings.size();
        for (Pem.Block block : blocks) {
            String label = block.label();
            if (Certificates.isCertificate(label)) {
                Located one = Certificates.read(block, file.toString(), findings);
                if (one != null) {
                    chain.add(one);
                }
            } else if (!PrivateKeys.isKey(label) && !isParameters(label)) {
                findings.add(new Finding(true, file + ":" + block.line(), "'" + label + "' is no certificate", meant(label, file)));
            }
        }
        if (chain.isEmpty() && whole && findings.size() == before) {
            boolean swapped = !keyBeside && blocks.stream().anyMatch(block -> PrivateKeys.isKey(block.label()));
            findings.add(new Finding(true, file.toString(), "there is no certificate in it" + (swapped ? ", but a private key" : ""),
                    swapped ? "swap the two files: the certificate comes first, then the key" : "name a file with a certificate (PEM or PKCS#12)"));
        }
        return chain;
    }

    private static String meant(String label, Path file) {
        return switch (label) {
            case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" -> "it only asks for one: name what the authority sent back";
            case "TRUSTED CERTIFICATE" -> "convert it: openssl x509 -in " + file + " -out NEW";
            case "PKCS7", "CMS" -> "convert it: openssl pkcs7 -print_certs -in " + file + " -out NEW";
            default -> "remove this block";
        };
    }

    private static boolean isParameters(String label) {
        return label.equals(PrivateKeys.EC_PARAMETERS) || label.equals("DH PARAMETERS");
    }

    /** @return null when the file cannot be read as PEM */
    private static List<Pem.Block> keyBlocks(Path file, List<Finding> findings) {
        byte[] content = FileContent.read(file, BYTES_MAX, findings);
        if (content == null) {
            return null;
        }
        if (!Pem.looksLike(content)) {
            findings.add(new Finding(true, file.toString(), "is no PEM: there is no line -----BEGIN in it",
                    "convert it: openssl pkey -inform der -in " + file + " -out NEW; name a PKCS#12 file alone, as it holds both"));
            return null;
        }
        return Pem.read(file.toString(), content, findings);
    }

    private static IdentityContent key(CertificateFiles files, List<Located> chain, List<Pem.Block> blocks, boolean needed,
            List<Finding> findings) {
        Path file = files.keyFile();
        Pem.Block found = null;
        byte[] curve = null;
        for (Pem.Block block : blocks) {
            if (block.label().equals(PrivateKeys.EC_PARAMETERS)) {
                curve = block.content();
            } else if (PrivateKeys.isKey(block.label())) {
                if (found != null) {
                    findings.add(new Finding(true, file + ":" + block.line(), "a second private key; the first one stands in line "
                            + found.line(), "leave the one of the certificate"));
                    return new IdentityContent(chain, null, null);
                }
                found = block;
            }
        }
        if (found == null) {
            if (needed) {
                findings.add(new Finding(true, file.toString(), "there is no private key in it", files.key() == null
                        ? "name the file of the key behind it: tls." + files.name() + " = " + file + " KEY" : "name the file of the key"));
            }
            return new IdentityContent(chain, null, null);
        }
        FileContent.checkSecret(file, findings);
        PrivateKey key = new PrivateKeys(file.toString(), files.password(), findings).read(found, curve);
        return new IdentityContent(chain, key, file + ":" + found.line());
    }

    /** No PEM: PKCS#12 when it begins as that does, else something to convert. */
    private static IdentityContent binary(CertificateFiles files, byte[] content, List<Finding> findings) {
        String file = files.certificate().toString();
        Der inside = new Der(content).enter(Der.SEQUENCE);
        if (inside.tag() == Der.INTEGER) {
            if (files.key() != null) {
                findings.add(new Finding(true, file, "a PKCS#12 file holds the key too", "name no file for the key behind it"));
                return NOTHING;
            }
            return pkcs12(files, content, findings);
        }
        String whatToDo = inside.tag() == Der.SEQUENCE ? "it may be DER: convert it by openssl x509 -inform der -in " + file + " -out NEW"
                : inside.tag() == Der.OID ? "it may be PKCS#7: convert it by openssl pkcs7 -inform der -print_certs -in " + file + " -out NEW"
                : content.length > 4 && content[0] == (byte) 0xfe && content[1] == (byte) 0xed
                        ? "it may be a JKS keystore: convert it by keytool -importkeystore -srckeystore " + file
                                + " -destkeystore NEW -deststoretype pkcs12"
                : "name a file with a certificate; a PEM file has a line -----BEGIN CERTIFICATE-----";
        findings.add(new Finding(true, file, "is neither PEM nor PKCS#12", whatToDo));
        return NOTHING;
    }

    private static IdentityContent pkcs12(CertificateFiles files, byte[] content, List<Finding> findings) {
        String file = files.certificate().toString();
        char[] password = files.password() == null ? new char[0] : files.password().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                return fault(file, keys.isEmpty() ? "there is no private key in it"
                                : "there are " + keys.size() + " private keys in it: " + SubjectText.printable(String.join(", ", keys)),
                        "write one with a single key: openssl pkcs12 -export -in CERT -inkey KEY -out NEW", findings);
            }
            List<Located> chain = new ArrayList<>();
            Certificate[] found = store.getCertificateChain(keys.get(0));
            for (Certificate one : found == null ? new Certificate[0] : found) {
                if (one instanceof X509Certificate certificate) {
                    chain.add(new Located(certificate, file));
                }
            }
            Key key = store.getKey(keys.get(0), password);
            if (chain.isEmpty() || !(key instanceof PrivateKey secret)) {
                return fault(file, "there is no certificate for the private key in it",
                        "write it with both: openssl pkcs12 -export -in CERT -inkey KEY -out NEW", findings);
            }
            FileContent.checkSecret(files.certificate(), findings);
            return new IdentityContent(chain, secret, file);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            if (e instanceof UnrecoverableKeyException || e.getCause() instanceof UnrecoverableKeyException) {
                return fault(file, files.password() == null ? "it is encrypted and there is no password" : "the password does not open it",
                        "correct tls." + files.name() + ".password; openssl pkcs12 -noout -in " + file + " asks for it and tries it", findings);
            }
            return fault(file, "is no whole PKCS#12 file, or of a kind that the JDK does not know",
                    "copy it anew, or write it anew: openssl pkcs12 -export -in CERT -inkey KEY -out NEW", findings);
        }
    }

    private static IdentityContent fault(String file, String what, String whatToDo, List<Finding> findings) {
        findings.add(new Finding(true, file, what, whatToDo));
        return NOTHING;
    }
}
