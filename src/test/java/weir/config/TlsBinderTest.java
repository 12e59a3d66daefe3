package weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.tls.CertificateFiles;
import weir.tls.Finding;
import weir.tls.ListenTls;
import weir.tls.OriginTls;
import weir.tls.SelfSigned;
import weir.tls.Suites;
import weir.tls.TlsVersion;
import weir.upstream.PoolSettings;
import weir.upstream.Server;

class TlsBinderTest {
    private static final String ROUTE = "route.x = /* -> respond 200\n";
    private static final String SECURE = ROUTE + "tls.main = /c/main.pem /c/main.key\nlisten.web = :0\nlisten.web.certs = main\n";
    private static final String TO_APP = "listen.web = :0\nroute.x = /* -> app\n";
    private static final String PIN = "ab".repeat(32);

    /** Files whose names say what is wrong with them, and what was asked. */
    private static final class NamedFiles implements TlsFiles {
        private final List<String> asked = new ArrayList<>();

        private List<Finding> findings(String kind, Path file) {
            asked.add(kind + " " + file);
            String name = file.getFileName().toString();
            return name.startsWith("bad") ? List.of(new Finding(true, file + ":7", "it is bad", "make it good"))
                    : name.startsWith("old") ? List.of(new Finding(false, file + ":1", "it is old", "renew it")) : List.of();
        }

        @Override
        public List<Finding> certificate(CertificateFiles files) {
            return findings("certificate", files.certificate());
        }

        @Override
        public List<Finding> authorities(Path file) {
            return findings("authorities", file);
        }

        @Override
        public List<Finding> revocations(Path file) {
            return findings("revocations", file);
        }
    }

    private static Configuration read(String text, TlsFiles files) {
        Problems problems = new Problems();
        Entries entries = Entries.ofText("f", text, List.of(), Samples.environment(), problems);
        return new Configuration(new SettingsBinder(entries, problems, host -> InetAddress.getLoopbackAddress(), files).bind(), problems, entries);
    }

    private static Settings settings(String text) {
        Configuration read = read(text, new NamedFiles());
        return read.settings().orElseThrow(() -> new AssertionError(read.problems().render()));
    }

    private static List<String> told(String text) {
        return read(text, new NamedFiles()).problems().list().stream().map(problem -> problem.place() + ": " + problem.severity() + ": " + problem.what()
                + (problem.suggestion() == null ? "" : " -> " + problem.suggestion())).toList();
    }

    private static CertificateFiles main(String password) {
        return new CertificateFiles("main", Path.of("/c/main.pem"), Path.of("/c/main.key"), password, Duration.ofMinutes(1).toNanos());
    }

    // ---- what arrives

    @Test
    void aListenerForTlsHasTheDefaultsOfTheManual() {
        Settings settings = settings(SECURE);
        assertThat(settings.certificates()).containsExactly(main(null));
        assertThat(settings.listens().get(0).tls()).isEqualTo(new ListenTls(List.of(main(null)), TlsVersion.TLS_1_2, Suites.ALL,
                ListenTls.ClientCertificates.NONE, null, null, false, Duration.ofSeconds(10).toNanos()));
        assertThat(settings.listens().get(0).hsts()).isEmpty();
        assertThat(settings.listens().get(0).redirect()).isNull();
        assertThat(settings.routes().get(0).hsts()).isNull();
    }

    @Test
    void aListenerForTlsArrivesWhole() {
        ListenSettings web = settings(SECURE + """
                tls.rsa = /c/rsa.p12
                listen.b = :0
                listen.b.certs = rsa, main
                listen.b.tls-min = 1.3
                listen.b.tls-ciphers = TLS_AES_256_GCM_SHA384
                listen.b.server-names = strict
                listen.b.client-certs = optional
                listen.b.client-ca = /c/ca.pem
                listen.b.client-crl = /c/crl.pem
                listen.b.handshake-timeout = 2s
                listen.b.hsts = 2y include-subdomains
                """).listens().get(1);
        assertThat(web.tls().certificates()).extracting(CertificateFiles::name).containsExactly("rsa", "main");
        assertThat(web.tls().min()).isEqualTo(TlsVersion.TLS_1_3);
        assertThat(web.tls().suites()).containsExactly("TLS_AES_256_GCM_SHA384");
        assertThat(web.tls().strictNames()).isTrue();
        assertThat(web.tls().clients()).isEqualTo(ListenTls.ClientCertificates.OPTIONAL);
        assertThat(web.tls().clientCa()).isEqualTo(Path.of("/c/ca.pem"));
        assertThat(web.tls().clientCrl()).isEqualTo(Path.of("/c/crl.pem"));
        assertThat(web.hsts()).isEqualTo("max-age=63072000; includeSubDomains");
    }

    @Test
    void aPoolOfHttpsArrives() {
        Settings plain = settings(TO_APP + "pool.app = http://a, b:81");
        assertThat(plain.originTls()).isEmpty();
        assertThat(plain.pools().get(0).servers()).extracting(Server::address).containsExactly("a:80", "b:81");
        Settings secure = settings(TO_APP + "pool.app = https://a weight=2, https://b:8443");
        assertThat(secure.pools().get(0).servers()).containsExactly(new Server("a", 443, 2), new Server("b", 8443, 1));
        assertThat(secure.originTls().get("app")).isEqualTo(new OriginTls(true, null, List.of(), null, null, TlsVersion.TLS_1_2, Duration.ofSeconds(5).toNanos()));
        assertThat(settings(TO_APP + "tls.main = /c/main.pem /c/main.key\npool.app = https://a\npool.app.ca = /c/ca.pem\npool.app.pins = " + PIN
                + "\npool.app.server-name = A.b\npool.app.cert = main\npool.app.tls-min = 1.3\npool.app.timeout = handshake 2s").originTls().get("app"))
                .isEqualTo(new OriginTls(true, Path.of("/c/ca.pem"), List.of(PIN), "a.b", main(null), TlsVersion.TLS_1_3, Duration.ofSeconds(2).toNanos()));
    }

    @Test
    void anAddressInPlaceMaySpeakTls() {
        Settings settings = settings("listen.web = :0\nroute.a = /a -> https://a:80\nroute.b = /b -> a:80\nroute.c = /c -> https://a:80");
        List<PoolSettings> pools = settings.pools();
        assertThat(pools).extracting(PoolSettings::name).containsExactly("https://a:80", "a:80");
        assertThat(pools.get(0).servers()).isEqualTo(pools.get(1).servers());
        assertThat(settings.originTls()).containsOnlyKeys("https://a:80");
    }

    @Test
    void aListenerThatRedirectsNeedsNoRoute() {
        ListenSettings old = settings("listen.old = :0\nlisten.old.redirect = https 302 8443").listens().get(0);
        assertThat(old.redirect()).isEqualTo(new HttpsRedirect(302, 8443));
        assertThat(settings(SECURE + "listen.old = :0\nlisten.old.redirect = https").listens().get(1).serves("x")).isFalse();
    }

    @Test
    void pathsAreRelativeToTheFileThatSaysSo(@TempDir Path directory) throws Exception {
        Path more = Files.createDirectories(directory.resolve("conf.d"));
        Files.writeString(more.resolve("tls"), "tls.main = a.pem b/c.key\n");
        Path file = Files.writeString(directory.resolve("main"), ROUTE + "include = conf.d/tls\nlisten.web = :0\nlisten.web.certs = main\n"
                + "listen.web.client-certs = require\nlisten.web.client-ca = ca.pem");
        Problems problems = new Problems();
        Entries entries = Entries.load(file, List.of(), name -> null, problems);
        Settings settings = new SettingsBinder(entries, problems, InetAddress::getByName, new NamedFiles()).bind()
                .orElseThrow(() -> new AssertionError(problems.render()));
        assertThat(settings.certificates().get(0).certificate()).isEqualTo(more.resolve("a.pem"));
        assertThat(settings.certificates().get(0).keyFile()).isEqualTo(more.resolve("b/c.key"));
        assertThat(settings.listens().get(0).tls().clientCa()).isEqualTo(directory.resolve("ca.pem"));
    }

    @Test
    void aPasswordIsNeverShown() {
        Configuration read = read(SECURE + "tls.main.password = hunter2", new NamedFiles());
        Settings settings = read.settings().orElseThrow();
        assertThat(settings.certificates().get(0).password()).isEqualTo("hunter2");
        assertThat(settings.toString()).doesNotContain("hunter2");
        assertThat(Shown.text(read.shown())).contains("tls.main.password").doesNotContain("hunter2");
    }

    @Test
    void eachFileIsReadOnce() {
        NamedFiles files = new NamedFiles();
        read(SECURE + "listen.b = :0\nlisten.b.certs = main\n" + "listen.web.client-certs = require\nlisten.web.client-ca = /c/ca.pem\n"
                + "listen.b.client-certs = optional\nlisten.b.client-ca = /c/ca.pem\nlisten.b.client-crl = /c/crl.pem", files);
        assertThat(files.asked).containsExactly("certificate /c/main.pem", "authorities /c/ca.pem", "revocations /c/crl.pem");
    }

    @Test
    void theFilesAreReadAndJudged(@TempDir Path directory) throws Exception {
        String pem = SelfSigned.pem(SelfSigned.of("main", List.of("a.example"), Duration.ofDays(90)));
        Files.writeString(directory.resolve("good.pem"), pem);
        Files.writeString(directory.resolve("cut.pem"), pem.substring(0, pem.length() - 40));
        for (String name : List.of("good.pem", "cut.pem", "none.pem")) {
            Path file = Files.writeString(directory.resolve("main"), ROUTE + "listen.web = 127.0.0.1:0\nlisten.web.certs = main\ntls.main = " + name
                    + "\nlisten.web.client-certs = require\nlisten.web.client-ca = " + name);
            Configuration read = Configuration.read(file, List.of(), variable -> null);
            boolean good = name.equals("good.pem");
            assertThat(read.settings().isPresent()).as(read.problems().render()).isEqualTo(good);
            List<Integer> lines = read.problems().list().stream().filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .map(problem -> problem.place().line()).distinct().toList();
            assertThat(lines).as(read.problems().render()).isEqualTo(good ? List.of() : List.of(4, 6));
            assertThat(read.problems().list()).allMatch(problem -> good || problem.what().contains(name));
        }
    }

    // ---- what does not fit together

    static Stream<Arguments> misfits() {
        return Stream.of(
                arguments("a bad certificate", SECURE + "tls.bad = /c/bad.pem", List.of("f:5:11: error: /c/bad.pem:7: it is bad")),
                arguments("an old certificate", SECURE + "tls.b = /c/old.pem\nlisten.c.certs = b\nlisten.c = :0",
                        List.of("f:5:9: warning: /c/old.pem:1: it is old")),
                arguments("a bad authority", SECURE + "listen.web.client-certs = require\nlisten.web.client-ca = /c/bad.pem",
                        List.of("f:6:24: error: /c/bad.pem:7: it is bad")),
                arguments("a bad list of revoked ones", SECURE + "listen.web.client-certs = require\nlisten.web.client-ca = /c/ca\nlisten.web.client-crl = /c/bad",
                        List.of("f:7:25: error: /c/bad:7: it is bad")),
                arguments("a bad authority of origins", TO_APP + "pool.app = https://a\npool.app.ca = /c/bad.pem",
                        List.of("f:4:15: error: /c/bad.pem:7: it is bad")),
                arguments("a certificate that is not there", SECURE.replace("certs = main", "certs = mian"), List.of("f:4:20: error: no tls.mian -> main")),
                arguments("one of a pool", TO_APP + "pool.app = https://a\npool.app.cert = main", List.of("f:4:17: error: no tls.main")),
                arguments("a certificate twice", SECURE.replace("certs = main", "certs = main, main"), List.of("f:4:26: error: 'main' stands here twice")),
                arguments("a certificate that nobody uses", SECURE + "tls.spare = /c/spare.pem", List.of("f:5:1: warning: nothing uses tls.spare")),
                arguments("options without certs", ROUTE + "listen.web = :0\nlisten.web.tls-min = 1.3\nlisten.web.hsts = 1y",
                        List.of("f:3:1: error: 'listen.web.tls-min' without certs", "f:4:1: error: 'listen.web.hsts' without certs")),
                arguments("suites that 1.3 does not have", SECURE + "listen.web.tls-min = 1.3\nlisten.web.tls-ciphers = TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        List.of("f:6:26: error: none of these is for TLS 1.3, and tls-min is 1.3")),
                arguments("clients asked, nobody who signs", SECURE + "listen.web.client-certs = require", List.of("f:5:27: error: client-certs without client-ca")),
                arguments("who signs, clients not asked", SECURE + "listen.web.client-ca = /c/ca.pem\nlisten.web.client-crl = /c/crl.pem",
                        List.of("f:5:1: error: client-ca without client-certs", "f:6:1: error: client-crl without client-certs")),
                arguments("who signs, clients not to be asked", SECURE + "listen.web.client-certs = none\nlisten.web.client-ca = /c/ca.pem",
                        List.of("f:6:1: error: client-ca without client-certs")),
                arguments("a redirect with routes", ROUTE + "listen.web = :0\nlisten.web.redirect = https\nlisten.web.routes = x",
                        List.of("f:4:1: error: 'listen.web.routes' beside redirect")),
                arguments("a redirect with TLS", SECURE + "listen.web.redirect = https", List.of("f:4:1: error: 'listen.web.certs' beside redirect")),
                arguments("hsts of a route without TLS", ROUTE + "listen.web = :0\nroute.x.hsts = 1y", List.of("f:3:1: warning: no listener with certs serves route.x")),
                arguments("https and http in one pool", TO_APP + "pool.app = https://a, b", List.of("f:3:12: error: pool.app has servers with https and without")),
                arguments("options without https", TO_APP + "pool.app = a\npool.app.verify = off\npool.app.timeout = connect 1s, handshake 2s",
                        List.of("f:4:1: error: 'pool.app.verify' without https", "f:5:20: error: 'handshake' without https")),
                arguments("a check by TLS without https", TO_APP + "pool.app = a\npool.app.check = tls", List.of("f:4:18: error: a check by TLS of servers without")),
                arguments("servers that nobody verifies", TO_APP + "pool.app = https://a\npool.app.verify = off",
                        List.of("f:4:19: warning: anybody can pose as the servers of pool.app")),
                arguments("a password that cannot be had says that alone", SECURE + "tls.bad = /c/bad.pem\ntls.bad.password = ${file:/no/such/file}",
                        List.of("f:6:27: error: cannot take the secret from '/no/such/file': no such file")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misfits")
    void saysWhatDoesNotFitTogether(String what, String text, List<String> told) {
        assertThat(told(text)).containsExactlyElementsOf(told);
        assertThat(read(text, new NamedFiles()).settings().isPresent()).isEqualTo(told.stream().noneMatch(line -> line.contains(": error: ")));
    }

    static Stream<Arguments> fits() {
        return Stream.of(
                arguments("pins in place of the check", TO_APP + "pool.app = https://a\npool.app.verify = off\npool.app.pins = " + PIN),
                arguments("a certificate for origins alone", TO_APP + "tls.m = /c/m.pem\npool.app = https://a\npool.app.cert = m"),
                arguments("clients not asked, in words", SECURE + "listen.web.client-certs = none"),
                arguments("hsts of a route that TLS serves too", SECURE + "route.x.hsts = off\nlisten.plain = :0"),
                arguments("one 1.3 suite is enough", SECURE + "listen.web.tls-min = 1.3\nlisten.web.tls-ciphers = TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fits")
    void acceptsWhatFitsTogether(String what, String text) {
        assertThat(told(text)).isEmpty();
    }
}
