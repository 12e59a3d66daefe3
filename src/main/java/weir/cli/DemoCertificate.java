package weir.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import weir.tls.SelfSigned;

/**
 * The demo's certificate, which nobody else has signed, and its key: two files in a folder that nobody else may enter, both gone
 * when the process ends, by {@link #close} or without.
 */
final class DemoCertificate implements AutoCloseable {
    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "::1");
    /** Longer than anybody leaves a demo running, and not so short that weir warns of its end. */
    private static final Duration LIFE = Duration.ofDays(90);
    private static final String KEY_BEGINS = "-----BEGIN PRIVATE KEY-----";

    private static final FileAttribute<?>[] OWNER_ONLY = {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))};

    private final Path folder;

    private DemoCertificate(Path folder) {
        this.folder = folder;
    }

    /** @throws IOException there is no place to write to */
    static DemoCertificate create() throws IOException {
        DemoCertificate made = new DemoCertificate(Files.createTempDirectory("weir-demo"));   // rwx------ where there are such rights
        Runtime.getRuntime().addShutdownHook(new Thread(made::delete, "weir-demo-end"));      // a signal ends a JVM that shows it to nobody
        try {
            String pem = SelfSigned.pem(SelfSigned.of("demo", HOSTS, LIFE));
            int key = pem.indexOf(KEY_BEGINS);
            Files.writeString(made.certificate(), pem.substring(0, key));
            boolean rights = Files.getFileStore(made.folder).supportsFileAttributeView(PosixFileAttributeView.class);
            Files.createFile(made.key(), rights ? OWNER_ONLY : new FileAttribute<?>[0]);
            Files.writeString(made.key(), pem.substring(key));
            return made;
        } catch (IOException e) {
            made.delete();
            throw e;
        }
    }

    Path certificate() {
        return folder.resolve("demo.crt");
    }

    Path key() {
        return folder.resolve("demo.key");
    }

    private void delete() {
        for (Path each : List.of(certificate(), key(), folder)) {
            try {
                Files.deleteIfExists(each);
            } catch (IOException e) {
                return;                                        // somebody has put more there: it is theirs
            }
        }
    }

    @Override
    public void close() {
        delete();
    }
}
