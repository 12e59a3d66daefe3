package weir.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import weir.tls.CertificateFiles;
import weir.tls.Finding;
import weir.tls.JdkTls;
import weir.tls.ListenTls;
import weir.tls.ListenTls.ClientCertificates;
import weir.tls.OriginTls;
import weir.tls.Suites;
import weir.tls.TlsVersion;

/** What the configuration says of TLS, and whether the files that it names are sound. */
final class TlsBinder {
    /** Each of them says something of TLS, and nothing without it. */
    private static final List<KeyDoc<?>> OF_LISTENER = List.of(Keys.LISTEN_TLS_MIN, Keys.LISTEN_TLS_CIPHERS, Keys.LISTEN_SERVER_NAMES,
            Keys.LISTEN_CLIENT_CERTS, Keys.LISTEN_CLIENT_CA, Keys.LISTEN_CLIENT_CRL, Keys.LISTEN_HANDSHAKE_TIMEOUT, Keys.LISTEN_HSTS);
    private static final List<KeyDoc<?>> OF_POOL = List.of(Keys.POOL_VERIFY, Keys.POOL_CA, Keys.POOL_PINS, Keys.POOL_SERVER_NAME,
            Keys.POOL_CERT, Keys.POOL_TLS_MIN);

    private final Entries entries;
    private final Problems problems;
    private final TlsFiles files;
    private final Map<String, CertificateFiles> certificates = new LinkedHashMap<>();
    private final Set<String> used = new LinkedHashSet<>();
    private final Map<Path, List<Finding>> authorities = new LinkedHashMap<>();
    private final Map<Path, List<Finding>> revocations = new LinkedHashMap<>();
    private boolean saidMissing;

    TlsBinder(Entries entries, Problems problems, TlsFiles files) {
        this.entries = entries;
        this.problems = problems;
        this.files = files;
    }

    ServerTlsSettings server() {
        return new ServerTlsSettings(entries.get(Keys.SERVER_TLS_GROUPS), entries.get(Keys.SERVER_TLS_X25519).equals("weir"),
                entries.get(Keys.SERVER_TLS_STAPLING),
                entries.get(Keys.SERVER_TLS_WARM_UP), entries.get(Keys.SERVER_TLS_HELPERS).orElse(-1), entries.get(Keys.SERVER_HANDSHAKES));
    }

    // ---- certificates

    /** Before all else here. */
    void readCertificates() {
        for (String name : entries.names("tls")) {
            entries.value(Keys.TLS, name).ifPresent(value -> value.parsed().ifPresent(pair -> {
                boolean passwordMissing = entries.value(Keys.TLS_PASSWORD, name).isPresent() && entries.find(Keys.TLS_PASSWORD, name).isEmpty();
                CertificateFiles each = new CertificateFiles(name, resolved(value, pair.certificate()),
                        pair.key() == null ? null : resolved(value, pair.key()), entries.find(Keys.TLS_PASSWORD, name).orElse(null),
                        entries.get(Keys.TLS_RELOAD, name).toNanos());
                certificates.put(name, each);
                // Else that it cannot be decrypted, or not even understood, goes without saying.
                if (!passwordMissing && canDoTls(value.place())) {
                    report(files.certificate(each), value.place());
                }
            }));
        }
    }

    List<CertificateFiles> certificates() {
        return List.copyOf(certificates.values());
    }

    void warnOfUnused() {
        if (problems.hasErrors()) {
            return;                                                        // what is faulty may be what uses it
        }
        for (String name : entries.names("tls")) {
            if (!used.contains(name)) {
                entries.value(Keys.TLS, name).ifPresent(value -> problems.warning(value.key().place(), "nothing uses tls." + name,
                        "remove it, or name it in listen.NAME.certs", null));
            }
        }
    }

    /** Whether the default of an option holds for a thing: one of TLS does not where there is no TLS. */
    static boolean holds(KeyDoc<?> option, Entries entries, String name) {
        if (OF_LISTENER.contains(option)) return entries.value(Keys.LISTEN_CERTS, name).isPresent();
        return !OF_POOL.contains(option) || entries.find(Keys.POOL, name).filter(servers -> servers.get(0).tls()).isPresent();
    }

    /** @return false, which is reported once, when this Java run-time cannot do TLS */
    private boolean canDoTls(Place at) {
        Finding missing = JdkTls.missing();
        if (missing != null && !saidMissing) {
            saidMissing = true;
            problems.error(at, missing.what(), missing.whatToDo());
        }
        return missing == null;
    }

    private static Path resolved(Value<?> value, Path path) {
        return value.directory().resolve(path);
    }

    private void report(List<Finding> findings, Place at) {
        for (Finding finding : findings) {
            String what = finding.where() + ": " + finding.what();
            if (finding.fault()) {
                problems.error(at, what, finding.whatToDo());
            } else {
                problems.warning(at, what, finding.whatToDo(), null);
            }
        }
    }

    /** Null when there is none of that name, which is reported, or when it is faulty itself. */
    private CertificateFiles certificate(Names.NameType.Reference reference) {
        Set<String> names = entries.names("tls");
        if (!names.contains(reference.name())) {
            problems.error(reference.place(), "no tls." + reference.name(), "write tls." + reference.name() + " = certificate.pem key.pem, or name one that there is",
                    Nearest.of(reference.name(), names).orElse(null));
            return null;
        }
        used.add(reference.name());
        return certificates.get(reference.name());
    }

    /** Null when the key is absent or its value wrong. */
    private Path file(KeyDoc<Path> key, String name, Map<Path, List<Finding>> known, Function<Path, List<Finding>> read) {
        Optional<Value<Path>> value = entries.value(key, name);
        if (value.isEmpty() || value.get().parsed().isEmpty()) {
            return null;
        }
        Path file = resolved(value.get(), value.get().parsed().get());
        report(known.computeIfAbsent(file, read), value.get().place());
        return file;
    }

    // ---- listeners

    /** Null for a plain listener, and for one with errors. */
    ListenTls listen(String name) {
        if (entries.value(Keys.LISTEN_CERTS, name).isEmpty()) {
            refuseWithoutCerts(name);
            return null;
        }
        List<CertificateFiles> own = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (Names.NameType.Reference each : entries.find(Keys.LISTEN_CERTS, name).orElse(List.of())) {
            CertificateFiles certificate = certificate(each);
            if (!seen.add(each.name())) {
                problems.error(each.place(), "'" + each.name() + "' stands here twice", "write it once");
            } else if (certificate != null) {
                own.add(certificate);
            }
        }
        TlsVersion min = version(entries.get(Keys.LISTEN_TLS_MIN, name));
        List<String> suites = suites(name, min);
        Path ca = file(Keys.LISTEN_CLIENT_CA, name, authorities, files::authorities);
        Path crl = file(Keys.LISTEN_CLIENT_CRL, name, revocations, files::revocations);
        Optional<ClientCertificates> clients = clientCertificates(name);
        if (own.isEmpty() || clients.isEmpty() || (clients.get() == ClientCertificates.NONE) != (ca == null)) {
            return null;
        }
        return new ListenTls(own, min, suites, clients.get(), ca, crl, "strict".equals(entries.get(Keys.LISTEN_SERVER_NAMES, name)),
                entries.get(Keys.LISTEN_HANDSHAKE_TIMEOUT, name).toNanos());
    }

    private void refuseWithoutCerts(String name) {
        for (KeyDoc<?> key : OF_LISTENER) {
            entries.value(key, name).ifPresent(value -> problems.error(value.key().place(), value.key().shown() + " without certs",
                    "write listen." + name + ".certs = NAME to make it a listener for TLS, or remove this line"));
        }
    }

    private List<String> suites(String name, TlsVersion min) {
        List<String> suites = entries.get(Keys.LISTEN_TLS_CIPHERS, name).orElse(Suites.ALL);
        if (min == TlsVersion.TLS_1_3 && suites.stream().allMatch(suite -> suite.contains("_WITH_"))) {
            entries.value(Keys.LISTEN_TLS_CIPHERS, name).ifPresent(value -> problems.error(value.place(),
                    "none of these is for TLS 1.3, and tls-min is 1.3", "add TLS_AES_128_GCM_SHA256, or lower tls-min"));
        }
        return suites;
    }

    /** Nothing when client-certs and client-ca contradict each other, which is reported. */
    private Optional<ClientCertificates> clientCertificates(String name) {
        ClientCertificates clients = switch (entries.find(Keys.LISTEN_CLIENT_CERTS, name).orElse("none")) {
            case "optional" -> ClientCertificates.OPTIONAL;
            case "require" -> ClientCertificates.REQUIRE;
            default -> ClientCertificates.NONE;
        };
        Optional<Value<String>> asked = entries.value(Keys.LISTEN_CLIENT_CERTS, name);
        Optional<Value<Path>> ca = entries.value(Keys.LISTEN_CLIENT_CA, name);
        if (asked.isPresent() && asked.get().parsed().isEmpty()) {
            return Optional.empty();
        }
        if (clients != ClientCertificates.NONE && ca.isEmpty()) {
            problems.error(asked.orElseThrow().place(), "client-certs without client-ca",
                    "write listen." + name + ".client-ca = file.pem: who may sign the certificates of clients");
            return Optional.empty();
        }
        boolean contradiction = false;
        for (KeyDoc<Path> key : List.of(Keys.LISTEN_CLIENT_CA, Keys.LISTEN_CLIENT_CRL)) {
            Optional<Value<Path>> value = entries.value(key, name);
            if (clients == ClientCertificates.NONE && value.isPresent()) {
                problems.error(value.get().key().place(), key.option() + " without client-certs",
                        "write listen." + name + ".client-certs = require, or optional");
                contradiction = true;
            }
        }
        return contradiction ? Optional.empty() : Optional.of(clients);
    }

    /** Value of the field for the listener, empty for none. */
    String hsts(String name) {
        return entries.get(Keys.LISTEN_HSTS, name);
    }

    /** Null for none. */
    HttpsRedirect redirect(String name) {
        Optional<Value<HttpsRedirect>> redirect = entries.value(Keys.LISTEN_REDIRECT, name);
        if (redirect.isEmpty()) {
            return null;
        }
        for (KeyDoc<?> key : List.of(Keys.LISTEN_ROUTES, Keys.LISTEN_CERTS)) {
            entries.value(key, name).ifPresent(value -> problems.error(value.key().place(), value.key().shown() + " beside redirect",
                    "a listener that redirects to https is plain and serves no route; remove one of them"));
        }
        return redirect.get().parsed().orElse(null);
    }

    // ---- pools

    /** Null for plain connections. */
    OriginTls origin(String name, boolean isTls) {
        if (!isTls) {
            refuseWithoutHttps(name);
            return null;
        }
        entries.value(Keys.POOL, name).ifPresent(value -> canDoTls(value.place()));
        boolean verify = entries.get(Keys.POOL_VERIFY, name);
        List<String> pins = entries.find(Keys.POOL_PINS, name).orElse(List.of());
        if (!verify && pins.isEmpty()) {
            entries.value(Keys.POOL_VERIFY, name).ifPresent(value -> problems.warning(value.place(),
                    "anybody can pose as the servers of pool." + name, "write pool." + name + ".ca = file.pem, or pin their keys by pool." + name + ".pins", null));
        }
        Path ca = file(Keys.POOL_CA, name, authorities, files::authorities);
        CertificateFiles own = entries.find(Keys.POOL_CERT, name).map(this::certificate).orElse(null);
        return new OriginTls(verify, ca, pins, entries.find(Keys.POOL_SERVER_NAME, name).orElse(null), own,
                version(entries.get(Keys.POOL_TLS_MIN, name)), handshakeNanos(entries.get(Keys.POOL_TIMEOUT, name)));
    }

    /** Of an address that is written in a route. */
    OriginTls originDefault(Place at) {
        canDoTls(at);
        return new OriginTls(true, null, List.of(), null, null, TlsVersion.TLS_1_2, OriginTimeouts.HANDSHAKE_DEFAULT.toNanos());
    }

    private static long handshakeNanos(OriginTimeouts timeouts) {
        return (timeouts.handshake() == null ? OriginTimeouts.HANDSHAKE_DEFAULT : timeouts.handshake()).toNanos();
    }

    private void refuseWithoutHttps(String name) {
        String instead = "write https:// before the servers of pool." + name + ", or remove ";
        for (KeyDoc<?> key : OF_POOL) {
            entries.value(key, name).ifPresent(value -> problems.error(value.key().place(), value.key().shown() + " without https",
                    instead + "this line"));
        }
        entries.value(Keys.POOL_TIMEOUT, name).ifPresent(value -> value.parsed().filter(times -> times.handshake() != null).ifPresent(times ->
                problems.error(value.place(), "'handshake' without https", instead + "it")));
    }

    private static TlsVersion version(String text) {
        return text.equals("1.3") ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
    }
}
