package weir.bench;

import java.util.List;
import java.util.Locale;

/** What is compared: a way of load under a name, and how long one sample of it takes. */
record Scenario(String name, Load load, int seconds) {
    static final List<Scenario> ALL = List.of(
            new Scenario("plain 128 B, 64 connections", new KeptAlive(false, "/small", 64), 2),
            new Scenario("plain 10 MiB, 8 connections", new KeptAlive(false, "/large", 8), 3),
            new Scenario("TLS 1.3 keep-alive 128 B, 64 connections", new KeptAlive(true, "/small", 64), 2),
            new Scenario("TLS 1.3 1 MiB, 8 connections", new KeptAlive(true, "/medium", 8), 3),
            new Scenario("TLS 1.3 full handshake (P-256) and one request", new NewConnections("1.3", false, "/small", 8), 2),
            new Scenario("TLS 1.3 resumed handshake and one request", new NewConnections("1.3", true, "/small", 8), 2),
            new Scenario("TLS 1.2 resumed handshake and one request", new NewConnections("1.2", true, "/small", 8), 2));

    /** Those with a part of a name in theirs, in any case; all for an empty one. */
    static List<Scenario> named(String part) {
        String wanted = part.toLowerCase(Locale.ROOT);
        return ALL.stream().filter(scenario -> scenario.name.toLowerCase(Locale.ROOT).contains(wanted)).toList();
    }
}
