package weir.tls;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import weir.observe.Counter;
import weir.observe.Metrics;

/** One side's part of TLS, for all connections of a listener or of a pool: makes engines, and counts what comes of them. */
abstract class TlsContext {
    private final Counter[] completed = new Counter[TlsVersion.values().length * 2];
    private final Map<HandshakeCause, Counter> failed = new EnumMap<>(HandshakeCause.class);
    private volatile long taskNanos = 500_000;

    /** @param label {@code listener} or {@code pool} */
    TlsContext(String name, String label, Metrics metrics) {
        boolean server = label.equals("listener");
        String done = server ? "weir_tls_handshakes_total" : "weir_upstream_tls_handshakes_total";
        String broken = server ? "weir_tls_handshake_failures_total" : "weir_upstream_tls_handshake_failures_total";
        String whom = server ? "clients" : "servers";
        for (TlsVersion version : TlsVersion.values()) {
            for (int resumed = 0; resumed < 2; resumed++) {
                completed[version.ordinal() * 2 + resumed] = metrics.counter(done, "TLS handshakes with " + whom + ", by version and whether a session was resumed.",
                        label, name, "version", version.jdkName(), "resumed", resumed == 1 ? "yes" : "no");
            }
        }
        for (HandshakeCause cause : HandshakeCause.values()) {
            failed.put(cause, metrics.counter(broken, "TLS handshakes with " + whom + " that failed, by cause.", label, name, "cause", cause.label()));
        }
    }

    /** What both sides set alike: of the suites those that this JDK has, in this order. @param groups see {@link NamedGroups} */
    static SSLParameters parameters(SSLContext context, List<String> suites, TlsVersion min, String[] applicationProtocols, List<String> groups) {
        List<String> known = Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
        SSLParameters parameters = new SSLParameters(suites.stream().filter(known::contains).toArray(String[]::new), min.andAbove());
        parameters.setApplicationProtocols(applicationProtocols);
        NamedGroups.set(parameters, groups);
        return parameters;
    }

    abstract SSLEngine engine();

    /** From the start of the connection to the end of the handshake. */
    abstract long handshakeNanos();

    /** What is known once the handshake is over. @throws javax.net.ssl.SSLException when it is not good enough */
    abstract Established protection(SSLSession session, boolean resumed) throws javax.net.ssl.SSLException;

    /** What delegated tasks of a handshake here are expected to take; {@link Long#MAX_VALUE} when they may wait for others. */
    long taskNanos() {
        return taskNanos;
    }

    /**
     * They took so long. The expectation follows short times quickly and long ones slowly, as many of these are of a thread that
     * had to wait for a processor. Any thread; an update that gets lost does not matter.
     */
    void tasksTook(long nanos) {
        long expected = taskNanos;
        taskNanos = nanos < expected ? (expected + nanos) / 2 : expected + Math.min(nanos - expected, expected) / 16;
    }

    void countCompleted(int loop, String version, boolean resumed) {
        int index = version.equals(TlsVersion.TLS_1_3.jdkName()) ? TlsVersion.TLS_1_3.ordinal() : TlsVersion.TLS_1_2.ordinal();
        completed[index * 2 + (resumed ? 1 : 0)].increment(loop);
    }

    void countFailed(int loop, HandshakeCause cause) {
        failed.get(cause).increment(loop);
    }
}
