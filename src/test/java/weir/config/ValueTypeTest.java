package weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each type makes of a text; what it says about a wrong one stands in problems.txt. */
class ValueTypeTest {
    private static final ValueType<?> SERVER = OriginAddress.TYPE;
    private static final ValueType<?> HSTS = new StrictTransport();
    private static final ValueType<?> CHECK = new CheckSyntax();
    private static final ValueType<?> EJECT = ValueType.wordOr("off", new EjectSyntax());
    private static final ValueType<?> OUTLIERS = ValueType.wordOr("off", new OutlierSyntax());
    private static final ValueType<?> TO_HTTPS = new HttpsRedirect.Type();
    private static final ValueType<?> PIN = new Pin();
    private static final ValueType<?> FILES = new FileType.PairType();
    private static final ValueType<?> WORDS = Lists.ofWords("words", List.of("a", "b", "c"));
    private static final ValueType<?> TIME = Quantity.time("10ms", "2d");
    private static final ValueType<?> SECONDS = Quantity.seconds("0s", "10y");
    private static final ValueType<?> SIZE = Quantity.size("0", "8g");
    private static final ValueType<?> NUMBER = Quantity.number(1, 256);
    private static final ValueType<?> LISTEN = AddressType.toListen();
    private static final ValueType<?> ORIGIN = AddressType.ofOrigin(80);
    private static final ValueType<?> CIDR = new CidrType();
    private static final ValueType<?> RATIO = new Ratio();
    private static final ValueType<?> PREFIX = new PathText.Prefix();
    private static final ValueType<?> FIELD_VALUE = new Names.FieldValueType();
    private static final ValueType<?> HOST = new HostSent.Type();
    private static final ValueType<?> NAMES = Lists.of(new Names.TokenType(), "list");

    static Stream<Arguments> right() {
        return Stream.of(
                arguments(TIME, "10ms", "PT0.01S"), arguments(TIME, "48h", "PT48H"), arguments(TIME, "2d", "PT48H"),
                arguments(TIME, "\"5s\"", "PT5S"), arguments(TIME, "0005s", "PT5S"),
                arguments(SECONDS, "0s", "PT0S"), arguments(SECONDS, "1m", "PT1M"), arguments(SECONDS, "10y", "PT87600H"),
                arguments(SIZE, "0", "0"), arguments(SIZE, "512", "512"), arguments(SIZE, "64k", "65536"),
                arguments(SIZE, "2m", "2097152"), arguments(SIZE, "8g", "8589934592"),
                arguments(NUMBER, "1", "1"), arguments(NUMBER, "256", "256"),
                arguments(RATIO, "0%", "0"), arguments(RATIO, "12.5%", "1250"), arguments(RATIO, "0.2", "2000"),
                arguments(RATIO, "100%", "10000"), arguments(RATIO, "1.0", "10000"), arguments(RATIO, "0.0001", "1"),
                arguments(LISTEN, ":80", ":80"), arguments(LISTEN, "127.0.0.1:0", "127.0.0.1:0"),
                arguments(LISTEN, "[::1]:80", "[::1]:80"), arguments(LISTEN, "[FE80::1%eth0]:65535", "[fe80::1%eth0]:65535"),
                arguments(LISTEN, "LocalHost:3000", "localhost:3000"), arguments(LISTEN, "[::ffff:1.2.3.4]:1", "[::ffff:1.2.3.4]:1"),
                arguments(ORIGIN, "app_1.internal.", "app_1.internal.:80"), arguments(ORIGIN, "[::]", "[::]:80"),
                arguments(ORIGIN, "10.0.0.1:8080", "10.0.0.1:8080"), arguments(ORIGIN, "1a.2b", "1a.2b:80"),
                arguments(CIDR, "10.0.0.0/8", "10.0.0.0/8"), arguments(CIDR, "192.0.2.7", "192.0.2.7/32"),
                arguments(CIDR, "0.0.0.0/0", "0.0.0.0/0"), arguments(CIDR, "::/0", "0:0:0:0:0:0:0:0/0"),
                arguments(CIDR, "2001:db8::/33", "2001:db8:0:0:0:0:0:0/33"), arguments(CIDR, "::1", "0:0:0:0:0:0:0:1/128"),
                arguments(CIDR, "::ffff:10.0.0.0/104", "10.0.0.0/8"),       // how a dual-stack socket writes IPv4
                arguments(PREFIX, "/api", "/api"), arguments(PREFIX, "/a%2Fb/c,d", "/a%2Fb/c,d"),
                arguments(FIELD_VALUE, "public, max-age=60", "public, max-age=60"), arguments(FIELD_VALUE, "a \"b\" \\c", "a \"b\" \\c"),
                arguments(FIELD_VALUE, "\"\"", ""), arguments(FIELD_VALUE, "\" a \\\"b\\\" \\\\ \"", " a \"b\" \\ "),
                arguments(HOST, "origin", "HostSent[kind=ORIGIN, authority=null]"),
                arguments(HOST, "\"client\"", "HostSent[kind=LITERAL, authority=client]"),
                arguments(HOST, "\"A.b:81\"", "HostSent[kind=LITERAL, authority=a.b:81]"),
                arguments(Choice.onOff(), "yes", "true"), arguments(Choice.onOff(), "false", "false"),
                arguments(NAMES, "a, \"b\" ,c", "[a, b, c]"),
                arguments(ValueType.wordOr("auto", NUMBER), "auto", "Optional.empty"),
                arguments(ValueType.wordOr("auto", NUMBER), "3", "Optional[3]"),
                arguments(OriginTimeouts.TYPE, "idle 5s, connect 10ms", "OriginTimeouts[connect=PT0.01S, handshake=null, response=PT30S, idle=PT5S]"),
                arguments(OriginTimeouts.TYPE, "handshake 2s", "OriginTimeouts[connect=PT1S, handshake=PT2S, response=PT30S, idle=PT1M]"),
                arguments(SERVER, "A.b", "a.b:80"), arguments(SERVER, "http://a", "a:80"), arguments(SERVER, "https://a", "https://a:443"),
                arguments(SERVER, "HTTPS://[::1]:8443", "https://[::1]:8443"), arguments(SERVER, "https://a:80", "https://a:80"),
                arguments(HSTS, "off", ""), arguments(HSTS, "0s", "max-age=0"), arguments(HSTS, "365d", "max-age=31536000"),
                arguments(HSTS, "10m include-subdomains", "max-age=600; includeSubDomains"),
                arguments(HSTS, "2y preload include-subdomains", "max-age=63072000; includeSubDomains; preload"),
                arguments(HSTS, "365d include-subdomains preload", "max-age=31536000; includeSubDomains; preload"),
                arguments(TO_HTTPS, "https", "HttpsRedirect[status=308, port=443]"), arguments(TO_HTTPS, "https 301", "HttpsRedirect[status=301, port=443]"),
                arguments(TO_HTTPS, "https 8443", "HttpsRedirect[status=308, port=8443]"), arguments(TO_HTTPS, "https 307 301", "HttpsRedirect[status=307, port=301]"),
                arguments(CHECK, "/", "CheckSettings[kind=HTTP, method=GET, path=/, host=, port=0, expect=[Statuses[from=200, to=399]], body=, everyNanos=5000000000, "
                        + "timeoutNanos=2000000000, jitterPercent=10, rise=2, fall=2, startsUp=true]"),
                arguments(CHECK, "OPTIONS /a?b=c rise 3 body \"a, \\\"b\\\"\" fall 4 every 1s start down host A.b:81 port 9 jitter 0% expect 200,204,300-302",
                        "CheckSettings[kind=HTTP, method=OPTIONS, path=/a?b=c, host=A.b:81, port=9, expect=[Statuses[from=200, to=200], Statuses[from=204, to=204], "
                                + "Statuses[from=300, to=302]], body=a, \"b\", everyNanos=1000000000, timeoutNanos=1000000000, jitterPercent=0, rise=3, fall=4, startsUp=false]"),
                arguments(CHECK, "tcp timeout 10ms every 100ms", "CheckSettings[kind=TCP, method=GET, path=, host=, port=0, expect=[], body=, everyNanos=100000000, "
                        + "timeoutNanos=10000000, jitterPercent=10, rise=2, fall=2, startsUp=true]"),
                arguments(ValueType.wordOr("off", CHECK), "off", "Optional.empty"),
                arguments(EJECT, "off", "Optional.empty"),
                arguments(EJECT, "max 1h, 1 failures for 100ms, at most 1%", "Optional[EjectSettings[failures=1, forNanos=100000000, maxNanos=3600000000000, percentMax=1, outliers=null]]"),
                arguments(EJECT, "at most 20%", "Optional[EjectSettings[failures=5, forNanos=10000000000, maxNanos=300000000000, percentMax=20, outliers=null]]"),
                arguments(EJECT, "2 failures for 1h", "Optional[EjectSettings[failures=2, forNanos=3600000000000, maxNanos=3600000000000, percentMax=50, outliers=null]]"),
                arguments(OUTLIERS, "off", "Optional.empty"),
                arguments(OUTLIERS, "on", "Optional[OutlierSettings[everyNanos=10000000000, serversMin=5, requestsMin=100, factor=1.9]]"),
                arguments(OUTLIERS, "factor 0.125, every 1s", "Optional[OutlierSettings[everyNanos=1000000000, serversMin=5, requestsMin=100, factor=0.125]]"),
                arguments(PIN, "AB:".repeat(31) + "cd", "ab".repeat(31) + "cd"), arguments(FILES, "a.pem", "CertificateAndKey[certificate=a.pem, key=null]"),
                arguments(FILES, "\"/a b/c\" k", "CertificateAndKey[certificate=/a b/c, key=k]"), arguments(new SecretType(), "a \" b", "a \" b"),
                arguments(new SecretType(), "\" a\"", " a"), arguments(WORDS, "c, a", "[c, a]"), arguments(new AddressType.NameType(), "A.b", "a.b"),
                arguments(new MetricsSyntax.Type(), ":9900", "MetricsSyntax[address=:9900, path=/metrics]"),
                arguments(new MetricsSyntax.Type(), "[::1]:9900/m", "MetricsSyntax[address=[::1]:9900, path=/m]"),
                arguments(new AccessLogSyntax.Type(), "off", "AccessLogSyntax[target=OFF, path=null, format=COMBINED]"),
                arguments(new AccessLogSyntax.Type(), "\"/a b/off\" json", "AccessLogSyntax[target=FILE, path=/a b/off, format=JSON]"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("right")
    void reads(ValueType<?> type, String text, String value) {
        assertThat(Samples.parsed(type, text)).isEqualTo(value);
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments(TIME, "9ms"), arguments(TIME, "49h"), arguments(TIME, "-5s"), arguments(TIME, "1.5s"), arguments(TIME, "5"),
                arguments(TIME, "5S"), arguments(TIME, "٣s"), arguments(TIME, "99999999999999999999s"), arguments(TIME, "\"\""),
                arguments(SIZE, "9g"), arguments(SIZE, "k"), arguments(SIZE, "1 k"), arguments(SIZE, "18446744073709551617"),
                arguments(NUMBER, "0"), arguments(NUMBER, "257"), arguments(NUMBER, "1k"), arguments(NUMBER, "4294967297"), arguments(NUMBER, "+1"),
                arguments(RATIO, "100.01%"), arguments(RATIO, "1"), arguments(RATIO, "0.00001"), arguments(RATIO, ".5"), arguments(RATIO, "5.%"), arguments(RATIO, "%"),
                arguments(LISTEN, "host"), arguments(LISTEN, ":"), arguments(LISTEN, "[::1"), arguments(LISTEN, "[1:2]:80"), arguments(LISTEN, "[::1::]:80"),
                arguments(LISTEN, "[:1::2]:80"), arguments(LISTEN, "[1:2:3:4:5:6:7:8:9]:80"), arguments(LISTEN, "[12345::]:1"), arguments(LISTEN, "[1:2:3:4:5:6:7::8]:80"), arguments(LISTEN, "[1.2.3.4::1]:1"),
                arguments(LISTEN, "010.0.0.1:80"), arguments(LISTEN, "1.2.3:80"), arguments(LISTEN, "1.2.3.4.5:80"), arguments(LISTEN, "a..b:80"),
                arguments(LISTEN, "a".repeat(64) + ":80"), arguments(LISTEN, "a.".repeat(130) + "b:80"), arguments(LISTEN, "a:+8"), arguments(LISTEN, "a:000080"),
                arguments(LISTEN, "-a:80"), arguments(LISTEN, ".:80"), arguments(LISTEN, "a b"), arguments(LISTEN, "\"\""), arguments(ORIGIN, "a:٣"),
                arguments(CIDR, "10.0.0.0/08"), arguments(CIDR, "10.0.0.0/"), arguments(CIDR, "/8"), arguments(CIDR, "::/129"), arguments(CIDR, "10.0.0.0/8/8"),
                arguments(PREFIX, "/"), arguments(PREFIX, "a"), arguments(PREFIX, "/a/../b"), arguments(PREFIX, "/a%2fb"), arguments(PREFIX, "/a%7Eb"),
                arguments(PREFIX, "/a b"), arguments(PREFIX, "\"/a b\""), arguments(PREFIX, "/é"), arguments(PREFIX, "/a%2"), arguments(PREFIX, "/a#"),
                arguments(FIELD_VALUE, "\"a"), arguments(FIELD_VALUE, "\"a\"b"),
                arguments(HOST, "\"a/b\""), arguments(HOST, "other"), arguments(HOST, "\"\""),
                arguments(NAMES, ","), arguments(NAMES, "a b"), arguments(NAMES, "a,"), arguments(NAMES, "\"a b\""), arguments(NAMES, "é"),
                arguments(new MetricsSyntax.Type(), "http://x:1/m"), arguments(new MetricsSyntax.Type(), "/metrics"), arguments(new MetricsSyntax.Type(), ":1/a?b"),
                arguments(new AccessLogSyntax.Type(), "file"), arguments(new AccessLogSyntax.Type(), "stdout logfmt"), arguments(new AccessLogSyntax.Type(), "off json x"),
                arguments(PoolServer.TYPE, "a weight"), arguments(PoolServer.TYPE, "a weight=0"), arguments(PoolServer.TYPE, "a weight=1 weight=2"),
                arguments(SERVER, "https://"), arguments(SERVER, "https:///"), arguments(SERVER, "https://a/"), arguments(SERVER, "http://a:1/x"), arguments(SERVER, "https://a?b"),
                arguments(SERVER, "https://http://a"), arguments(SERVER, "ftp://a"), arguments(SERVER, "https:a"), arguments(SERVER, "https://a:0"), arguments(SERVER, "https://u@a"),
                arguments(HSTS, "on"), arguments(HSTS, "11y"), arguments(HSTS, "1y preload"), arguments(HSTS, "364d preload include-subdomains"), arguments(HSTS, "off preload"),
                arguments(HSTS, "1y preload preload"), arguments(HSTS, "1y, preload"), arguments(HSTS, "preload"), arguments(HSTS, "1y includesubdomains"),
                arguments(TO_HTTPS, "http"), arguments(TO_HTTPS, "https 303"), arguments(TO_HTTPS, "https 308 443 x"), arguments(TO_HTTPS, "https 0"), arguments(TO_HTTPS, "https 65536"),
                arguments(TO_HTTPS, "https 8443 301"), arguments(TO_HTTPS, "308"),
                arguments(CHECK, "get /"), arguments(CHECK, "PUT /"), arguments(CHECK, "GET"), arguments(CHECK, "GET x"), arguments(CHECK, "/a#b"), arguments(CHECK, "/é"),
                arguments(CHECK, "\"/a b\""), arguments(CHECK, "/ every"), arguments(CHECK, "/ every 99ms"), arguments(CHECK, "/ every 1s timeout 2s"), arguments(CHECK, "/ jitter 51%"),
                arguments(CHECK, "/ jitter 10"), arguments(CHECK, "/ rise 0"), arguments(CHECK, "/ fall 101"), arguments(CHECK, "/ start on"), arguments(CHECK, "/ expect 199"),
                arguments(CHECK, "/ expect 200,"), arguments(CHECK, "/ expect 200, 201"), arguments(CHECK, "/ expect 300-200"), arguments(CHECK, "/ expect 200-300-400"),
                arguments(CHECK, "/ expect ٣٣٣"), arguments(CHECK, "/ body \"\""), arguments(CHECK, "HEAD / body x"), arguments(CHECK, "/ host a/b"), arguments(CHECK, "/ port 0"),
                arguments(CHECK, "tcp expect 200"), arguments(CHECK, "tls body x"), arguments(CHECK, "tcp 1s"), arguments(CHECK, "/ every 1s every 2s"), arguments(CHECK, "\"tcp\""),
                arguments(EJECT, "on"), arguments(EJECT, "5 failures"), arguments(EJECT, "5 failures for 10"), arguments(EJECT, "0 failures for 1s"), arguments(EJECT, "at most 0%"),
                arguments(EJECT, "at 5%"), arguments(EJECT, "at most 101%"), arguments(EJECT, "max 5s"), arguments(EJECT, "max 1m, max 2m"), arguments(EJECT, "5 failures for 1s 2s"),
                arguments(EJECT, ","), arguments(EJECT, "off, max 1m"), arguments(OUTLIERS, "yes"), arguments(OUTLIERS, "servers 2"), arguments(OUTLIERS, "requests 0"),
                arguments(OUTLIERS, "factor 0"), arguments(OUTLIERS, "factor 10.001"), arguments(OUTLIERS, "factor ٣"), arguments(OUTLIERS, "every 1s, every 2s"), arguments(OUTLIERS, "every 999ms"),
                arguments(OUTLIERS, "on, every 1s"), arguments(OUTLIERS, "factor"), arguments(OUTLIERS, "factor 1 2"),
                arguments(PIN, "ab".repeat(31)), arguments(PIN, "ab".repeat(33)), arguments(PIN, "g".repeat(64)), arguments(PIN, "٣".repeat(64)),
                arguments(FILES, "a b c"), arguments(FILES, "\"\""), arguments(FILES, "a \"\""), arguments(FILES, "\"a"), arguments(new SecretType(), "\"a"),
                arguments(WORDS, "a, a"), arguments(WORDS, "d"), arguments(WORDS, "a b"), arguments(new AddressType.NameType(), "a:1"), arguments(new AddressType.NameType(), "é"),
                arguments(PoolServer.TYPE, "a backup backup"), arguments(PoolServer.TYPE, "weight=2"),
                arguments(PoolServer.TYPE, "a bakcup"), arguments(PoolServer.TYPE, "a zone=1 zone=2"), arguments(PoolServer.TYPE, "srv://a.b"),
                arguments(PoolServer.TYPE, "dns://a/b"), arguments(new BalanceSyntax(), "hash"), arguments(new BalanceSyntax(), "hash header"),
                arguments(new BalanceSyntax(), "hash header A B"), arguments(new BalanceSyntax(), "hash path bound 100%"), arguments(new BalanceSyntax(), "hash path bound 150"),
                arguments(new BalanceSyntax(), "round-robin 2"), arguments(new RetrySyntax.Type(), "0"), arguments(new RetrySyntax.Type(), "2 502"),
                arguments(new RetrySyntax.Type(), "2, 502"), arguments(new RetrySyntax.Type(), "2 on"), arguments(new RetrySyntax.Type(), "2 on 302"),
                arguments(new RetrySyntax.Type(), "2 on reset, "), arguments(new RetrySyntax.Type(), "2 on rest"), arguments(new RetryBudgetSyntax.Type(), "20"),
                arguments(new RetryBudgetSyntax.Type(), "20% 3"), arguments(new HedgeSyntax.Type(), "95"), arguments(new HedgeSyntax.Type(), "p100"),
                arguments(new RequestsMax.Type(), "adaptive 5"), arguments(new RequestsMax.Type(), "adaptive 9..5"), arguments(new RequestsMax.Type(), "0"),
                arguments(new QueueSyntax.Type(), "10"), arguments(new QueueSyntax.Type(), "10 for"), arguments(new QueueSyntax.Type(), "10 in 1s"),
                arguments(new BreakerSyntax(), "50% of 20 in 10s"), arguments(new BreakerSyntax(), "0% of 20 in 10s for 1s"), arguments(new LabelType(), "zone"),
                arguments(new StickySyntax.Type(), "weir"), arguments(new StickySyntax.Type(), "cookie"), arguments(new StickySyntax.Type(), "cookie a b"),
                arguments(new StickySyntax.Type(), "cookie a for"), arguments(new StickySyntax.Type(), "cookie a same-site none insecure"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("wrong")
    void refuses(ValueType<?> type, String text) {
        Problems problems = new Problems();
        type.parse(Samples.word(text), problems);
        assertThat(problems.hasErrors()).isTrue();
    }
}
