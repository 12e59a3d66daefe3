package weir.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import weir.config.ListenSettings;
import weir.config.Settings;
import weir.observe.Counter;
import weir.observe.Journal;
import weir.observe.Metrics;
import weir.tls.CertificateFiles;
import weir.tls.Finding;
import weir.tls.Identity;
import weir.tls.IdentityReader;

/**
 * Watches the files of certificates, and those that say which clients are believed. What changes is taken over when it is
 * sound; else the old stays, and that is said once for each content. Compared is the content: programs that renew certificates
 * keep no order of times and names.
 */
final class CertificateWatch implements AutoCloseable {
    private static final String RELOADS = "weir_tls_certificate_reloads_total";
    private static final String RELOADS_HELP = "Changed files of certificates, by what came of them.";
    private static final int FILE_BYTES_MAX = 8 << 20;
    /** After a fault: certificate and key are two files, and the second one often comes a moment later. */
    private static final long RETRY_NANOS = 2_000_000_000L;

    private static final long AUTHORITIES_NANOS = 60_000_000_000L;

    private final Journal journal;
    private final Metrics metrics;
    private final OnChange onChange;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<String, Watched> watches = new HashMap<>();               // guarded by this

    /** Who uses what was read. */
    interface OnChange {
        /** @param identity null when files of authorities have changed. @throws IOException these cannot be used */
        void changed(String name, Identity identity) throws IOException;
    }

    CertificateWatch(Journal journal, Metrics metrics, OnChange onChange) {
        this.journal = journal;
        this.metrics = metrics;
        this.onChange = onChange;
        thread = new ScheduledThreadPoolExecutor(1, work -> {
            Thread made = new Thread(work, "weir-certificates");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Reads and checks. @throws IOException there is a fault; the message has all of them */
    static Identity read(CertificateFiles files) throws IOException {
        IdentityReader.Result result = IdentityReader.read(files, Instant.now());
        refuse(result.findings());
        return result.identity();
    }

    static void refuse(List<Finding> findings) throws IOException {
        List<String> faults = findings.stream().filter(Finding::fault).map(Finding::toString).toList();
        if (!faults.isEmpty()) {
            throw new IOException(String.join("; ", faults));
        }
    }

    /** Begins to look at the files of a configuration: before they are read, so that no change in between is missed. */
    List<Watched> prepare(Settings settings) {
        List<Watched> found = new ArrayList<>();
        for (CertificateFiles files : settings.certificates()) {
            found.add(new Watched(files));
        }
        for (ListenSettings listen : settings.listens()) {
            if (listen.tls() != null && listen.tls().clientCa() != null) {
                List<Path> paths = new ArrayList<>(List.of(listen.tls().clientCa()));
                if (listen.tls().clientCrl() != null) {
                    paths.add(listen.tls().clientCrl());
                }
                long nanos = listen.tls().certificates().stream().mapToLong(CertificateFiles::reloadNanos).filter(n -> n > 0).min().orElse(0);
                found.add(new Watched("listen." + listen.name() + ".client-ca", null, paths, nanos));
            }
        }
        settings.originTls().forEach((pool, tls) -> {
            if (tls.ca() != null) {
                found.add(new Watched("pool." + pool + ".ca", null, List.of(tls.ca()), AUTHORITIES_NANOS));
            }
        });
        return found;
    }

    /** These files are watched from now on, and no others. */
    synchronized void watch(List<Watched> wanted, Map<String, Identity> identities) {
        Map<String, Watched> next = new HashMap<>();
        wanted.forEach(watch -> next.put(watch.key, watch));
        watches.values().forEach(Watched::close);
        watches.forEach((key, watch) -> {
            if (!next.containsKey(key)) {
                watch.forget();
            }
        });
        watches.clear();
        watches.putAll(next);
        next.values().forEach(watch -> watch.begin(identities));
    }

    /** One set of files that belong together. */
    final class Watched {
        private final String key;
        private final String name;                          // the label of its metrics
        private final CertificateFiles files;               // null for authorities
        private final List<Path> paths;
        private final long nanos;
        private final Counter reloads;
        private final Counter failures;
        private byte[] known;
        private byte[] refused = new byte[0];
        private volatile boolean sound = true;
        private volatile boolean closed;
        private ScheduledFuture<?> next;
        private volatile Instant expires = Instant.MAX;

        Watched(CertificateFiles files) {
            this("tls." + files.name(), files, files.key() == null ? List.of(files.certificate()) : List.of(files.certificate(), files.key()), files.reloadNanos());
        }

        Watched(String key, CertificateFiles files, List<Path> paths, long nanos) {
            this.key = key;
            this.files = files;
            this.paths = paths;
            this.nanos = nanos;
            name = files == null ? key : files.name();
            reloads = metrics.counter(RELOADS, RELOADS_HELP, "certificate", name, "result", "ok");
            failures = metrics.counter(RELOADS, RELOADS_HELP, "certificate", name, "result", "failed");
            known = digest();
        }

        /** What was read is in use. */
        void begin(Map<String, Identity> identities) {
            metrics.gauge("weir_tls_certificate_reload_success", "Whether what the files hold is in use; 0 when they changed and have a fault.",
                    () -> sound ? 1 : 0, "certificate", name);
            if (files != null) {
                expires = identities.get(name).certificate().getNotAfter().toInstant();
                metrics.gauge("weir_tls_certificate_expires_in_seconds", "Seconds until the certificate ends; below 0 when it has ended.",
                        () -> (double) expires.getEpochSecond() - Instant.now().getEpochSecond(), "certificate", name);
            }
            schedule(nanos);
        }

        void schedule(long delayNanos) {
            if (nanos > 0 && !closed) {
                next = thread.schedule(this::look, delayNanos, TimeUnit.NANOSECONDS);
            }
        }

        void close() {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
        }

        void forget() {
            metrics.remove("weir_tls_certificate_expires_in_seconds", "certificate", name);
            metrics.remove("weir_tls_certificate_reload_success", "certificate", name);
        }

        private void look() {
            byte[] now = digest();
            boolean changed = !Arrays.equals(now, known);
            if (changed) {
                take(now);
            } else {
                sound = true;
                refused = new byte[0];
            }
            schedule(sound ? nanos : Math.min(nanos, RETRY_NANOS));
        }

        private void take(byte[] now) {
            try {
                Identity identity = files == null ? null : read(files);
                onChange.changed(name, identity);
                known = now;
                sound = true;
                reloads.increment(metrics.shared());
                if (identity != null) {
                    expires = identity.certificate().getNotAfter().toInstant();
                }
                journal.info(key + ": the changed files are in use" + (identity == null ? "" : ", valid until " + expires));
            } catch (IOException | RuntimeException e) {
                sound = false;
                if (!Arrays.equals(now, refused)) {
                    refused = now;
                    journal.error(key + ": the changed files cannot be used, the old ones stay: " + e.getMessage());
                    failures.increment(metrics.shared());
                }
            }
        }

        private byte[] digest() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (Path path : paths) {
                    try {
                        digest.update(Files.size(path) > FILE_BYTES_MAX ? new byte[] {1} : Files.readAllBytes(path));
                    } catch (IOException e) {
                        digest.update((byte) 0);             // gone: the reader says so
                    }
                    digest.update((byte) paths.size());
                }
                return digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every JDK has SHA-256", e);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
