package weir.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import weir.config.ListenSettings;
import weir.config.ServerTlsSettings;
import weir.config.Settings;
import weir.net.EventLoop;
import weir.net.HelperThreads;
import weir.net.Transport;
import weir.net.TransportHandler;
import weir.observe.Journal;
import weir.observe.Metrics;
import weir.tls.CertificateFiles;
import weir.tls.Identities;
import weir.tls.Identity;
import weir.tls.IdentityReader;
import weir.tls.ListenTls;
import weir.tls.OriginTls;
import weir.tls.TlsDialer;
import weir.tls.TlsListener;
import weir.tls.TlsLoop;
import weir.tls.WarmUp;
import weir.upstream.Member;
import weir.upstream.PoolSettings;

/**
 * All TLS of the process: what the loops share, the listeners' and the pools' part, and the certificates in use, which change
 * when their files do. Any thread but a loop's.
 */
final class Tls implements AutoCloseable {
    private static final int WARM_UP_HANDSHAKES = 8;

    private final ServerTlsSettings settings;
    private final Journal journal;
    private final Metrics metrics;
    private final HelperThreads helpers;
    private final TlsLoop[] loops;
    private final CertificateWatch certificates;
    private final Map<String, Listener> listeners = new HashMap<>();          // guarded by this, as are the next two
    private final Map<Origins, TlsDialer> dialers = new HashMap<>();
    private Map<String, Identity> identities = Map.of();

    /** A listener's TLS and what it was made from. */
    private record Listener(TlsListener tls, ListenTls settings) {}

    /** A pool whose servers are spoken to by TLS. */
    private record Origins(String pool, OriginTls tls) {}

    /** Opens protected connections. */
    interface Dialer {
        /** On the loop. @param member asked for by its host @param preface sent in clear before the handshake, or null */
        Transport connect(EventLoop loop, Member member, InetSocketAddress peer, byte[] preface, TransportHandler handler) throws IOException;
    }

    /** @param loops the process's, in the order of their indices */
    Tls(ServerTlsSettings settings, List<EventLoop> loops, Journal journal, Metrics metrics) {
        this.settings = settings;
        this.journal = journal;
        this.metrics = metrics;
        int wanted = settings.helpers() < 0 ? loops.size() : settings.helpers();
        int threads = settings.stapling() ? Math.max(1, wanted) : wanted;
        helpers = threads == 0 ? null : new HelperThreads("weir-tls", threads, settings.handshakes() + loops.size());
        int handshakesEach = Math.max(1, settings.handshakes() / loops.size());
        this.loops = loops.stream().map(loop -> new TlsLoop(loop, helpers, TlsLoop.TURN_NANOS_MAX, handshakesEach)).toArray(TlsLoop[]::new);
        certificates = new CertificateWatch(journal, metrics, this::changed);
    }

    TlsLoop loop(int index) {
        return loops[index];
    }

    /** What a configuration needs, read and checked: not in use before {@link #adopt}. */
    final class Prepared {
        private final Settings wanted;
        private final Map<String, Identity> read = new HashMap<>();
        private final Map<String, TlsListener> known = new HashMap<>();
        private final List<CertificateWatch.Watched> watches;

        private Prepared(Settings wanted) throws IOException {
            this.wanted = wanted;
            watches = certificates.prepare(wanted);
            for (CertificateFiles files : wanted.certificates()) {
                read.put(files.name(), CertificateWatch.read(files));
            }
            for (ListenSettings listen : wanted.listens()) {
                if (listen.tls() != null) {
                    known.put(listen.name(), make(listen));
                }
            }
        }

        private TlsListener make(ListenSettings listen) throws IOException {
            Listener running = listeners.get(listen.name());
            if (running != null) {
                Clients.read(listen.tls());                  // a fault is said now, not when everything else has changed
                return running.tls;
            }
            Clients clients = Clients.read(listen.tls());
            try {
                return new TlsListener(listen.name(), listen.tls(), identitiesOf(listen.tls(), read), clients.authorities, clients.revoked,
                        settings.groups(), metrics);
            } catch (GeneralSecurityException e) {
                throw new IOException("listen." + listen.name() + ": " + e.getMessage(), e);
            }
        }

        /** The TLS of a listener, or null for a plain one. */
        TlsListener listener(ListenSettings listen) {
            return listen.tls() == null ? null : known.get(listen.name());
        }

        /** Takes the cost of the first handshakes from the first clients. Only for listeners that are new. */
        void warmUp() throws IOException {
            if (!settings.warmUp() || known.isEmpty()) {
                return;
            }
            try {
                WarmUp warmUp = new WarmUp();
                for (Map.Entry<String, TlsListener> each : known.entrySet()) {
                    try {
                        warmUp.run(each.getValue(), WARM_UP_HANDSHAKES);
                    } catch (SSLException e) {
                        journal.warn("listen." + each.getKey() + ": its certificate and settings do for no version of TLS of this JDK: " + e.getMessage());
                    }
                }
            } catch (GeneralSecurityException e) {
                throw new IOException("TLS of this JDK does not work: " + e.getMessage(), e);
            }
        }

        /** This is what runs from now on. */
        void adopt() {
            synchronized (Tls.this) {
                identities = Map.copyOf(read);
                Map<String, Listener> next = new HashMap<>();
                for (ListenSettings listen : wanted.listens()) {
                    if (listen.tls() != null) {
                        next.put(listen.name(), new Listener(known.get(listen.name()), listen.tls()));
                    }
                }
                listeners.clear();
                listeners.putAll(next);
                dialers.keySet().removeIf(origins -> !origins.tls.equals(wanted.originTls().get(origins.pool)));
                try {
                    apply();
                } catch (IOException e) {
                    journal.error("TLS stays as it was: " + e.getMessage());   // a file of authorities that was sound a moment ago
                }
                certificates.watch(watches, identities);
            }
        }
    }

    synchronized Prepared prepare(Settings wanted) throws IOException {
        return new Prepared(wanted);
    }

    /** How to open protected connections to the servers of a pool. @throws IOException a file has a fault, or the JDK cannot do that */
    synchronized Dialer dialerOf(PoolSettings pool, OriginTls tls) throws IOException {
        TlsDialer dialer = dialer(pool, tls);
        dialers.put(new Origins(pool.name(), tls), dialer);
        Map<String, TlsDialer.Server> known = new ConcurrentHashMap<>();      // as many as the pool had servers
        return (loop, member, peer, preface, handler) -> {
            TlsDialer.Server to = known.computeIfAbsent(member.name(), name -> dialer.to(member.host(), member.port()));
            return to.connect(loops[loop.index()], peer, pool.connectNanos(), preface, handler);
        };
    }

    private TlsDialer dialer(PoolSettings pool, OriginTls tls) throws IOException {
        Identity own = tls.certificate() == null ? null : CertificateWatch.read(tls.certificate());
        List<X509Certificate> authorities = tls.ca() == null ? null : Clients.authorities(tls.ca());
        try {
            return new TlsDialer(pool.name(), tls, own, authorities, settings.groups(), metrics);
        } catch (GeneralSecurityException e) {
            throw new IOException("pool." + pool.name() + ": " + e.getMessage(), e);
        }
    }

    /** A file has changed, and what stands in it is sound. */
    private synchronized void changed(String name, Identity identity) throws IOException {
        if (identity != null) {
            Map<String, Identity> next = new HashMap<>(identities);
            next.put(name, identity);
            identities = Map.copyOf(next);
        }
        apply();
    }

    private void apply() throws IOException {
        for (Map.Entry<String, Listener> each : listeners.entrySet()) {
            ListenTls wanted = each.getValue().settings;
            Clients clients = Clients.read(wanted);
            try {
                each.getValue().tls.replace(wanted, identitiesOf(wanted, identities), clients.authorities, clients.revoked);
            } catch (GeneralSecurityException e) {
                throw new IOException("listen." + each.getKey() + ": " + e.getMessage(), e);
            }
        }
        for (Map.Entry<Origins, TlsDialer> each : dialers.entrySet()) {
            apply(each.getKey(), each.getValue());
        }
    }

    private void apply(Origins origins, TlsDialer dialer) throws IOException {
        CertificateFiles own = origins.tls.certificate();
        if (own != null && identities.containsKey(own.name())) {
            dialer.identity(identities.get(own.name()));
        }
        if (origins.tls.ca() != null) {
            try {
                dialer.authorities(Clients.authorities(origins.tls.ca()));
            } catch (GeneralSecurityException e) {
                throw new IOException("pool." + origins.pool + ": " + e.getMessage(), e);
            }
        }
    }

    private static Identities identitiesOf(ListenTls tls, Map<String, Identity> read) {
        return new Identities(tls.certificates().stream().map(files -> read.get(files.name())).toList());
    }

    /** Who may sign clients' certificates, and which of them were revoked. */
    private record Clients(List<X509Certificate> authorities, List<X509CRL> revoked) {
        static Clients read(ListenTls tls) throws IOException {
            List<X509CRL> revoked = List.of();
            if (tls.clientCrl() != null) {
                IdentityReader.CrlResult result = IdentityReader.readRevocations(tls.clientCrl());
                CertificateWatch.refuse(result.findings());
                revoked = result.lists();
            }
            return new Clients(tls.clientCa() == null ? List.of() : authorities(tls.clientCa()), revoked);
        }

        static List<X509Certificate> authorities(Path file) throws IOException {
            IdentityReader.CaResult result = IdentityReader.readAuthorities(file);
            CertificateWatch.refuse(result.findings());
            return new ArrayList<>(result.certificates());
        }
    }

    @Override
    public void close() {
        certificates.close();
        if (helpers != null) {
            helpers.close();
        }
    }
}
