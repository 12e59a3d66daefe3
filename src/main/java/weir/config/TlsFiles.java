package weir.config;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import weir.tls.CertificateFiles;
import weir.tls.Finding;
import weir.tls.IdentityReader;

/** Reads what TLS names, to see whether it is sound. Blocks, and never throws for what files hold. */
interface TlsFiles {
    /** From the disk. */
    TlsFiles READ = new TlsFiles() {
        @Override
        public List<Finding> certificate(CertificateFiles files) {
            return IdentityReader.read(files, Instant.now()).findings();
        }

        @Override
        public List<Finding> authorities(Path file) {
            return IdentityReader.readAuthorities(file).findings();
        }

        @Override
        public List<Finding> revocations(Path file) {
            return IdentityReader.readRevocations(file).findings();
        }
    };

    /** What is wrong with a certificate and its key. */
    List<Finding> certificate(CertificateFiles files);

    /** What is wrong with a file of authorities. */
    List<Finding> authorities(Path file);

    /** What is wrong with a file of revoked certificates. */
    List<Finding> revocations(Path file);
}
