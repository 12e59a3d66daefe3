package weir.bench;

import java.util.List;
import java.util.Locale;

/** What is compared: a way of load under a name, how long one sample of it takes, and whether the proxies have it in their caches. */
record Scenario(String name, Load load, int seconds, boolean cached) {
    static final List<Scenario> ALL = List.of(
            new Scenario("plain 128 B, 64 connections", new KeptAlive(false, "/small", 64), 2, false),
            new Scenario("plain 10 MiB, 8 connections", new KeptAlive(false, "/large", 8), 3, false),
            new Scenario("TLS 1.3 keep-alive 128 B, 64 connections", new KeptAlive(true, "/small", 64), 2, false),
            new Scenario("TLS 1.3 1 MiB, 8 connections", new KeptAlive(true, "/medium", 8), 3, false),
            new Scenario("TLS 1.3 full handshake (P-256) and one request", new NewConnections("1.3", false, "/small", 8), 2, false),
            new Scenario("TLS 1.3 resumed handshake and one request", new NewConnections("1.3", true, "/small", 8), 2, false),
            new Scenario("TLS 1.2 resumed handshake and one request", new NewConnections("1.2", true, "/small", 8), 2, false),
            new Scenario("hit in the cache, 1 KiB, 64 connections", new KeptAlive(false, "/cached/1k", 64), 2, true),
            new Scenario("hit in the cache, 64 KiB, 64 connections", new KeptAlive(false, "/cached/64k", 64), 2, true));

    /** Those with a part of a name in theirs, in any case; all for an empty one. */
    static List<Scenario> named(String part) {
        String wanted = part.toLowerCase(Locale.ROOT);
        return ALL.stream().filter(scenario -> scenario.name.toLowerCase(Locale.ROOT).contains(wanted)).toList();
    }
}
