package weir.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import weir.exchange.Exchange;
import weir.exchange.Filter;
import weir.exchange.LocalAnswer;
import weir.exchange.Route;
import weir.exchange.Router;
import weir.exchange.Target;
import weir.http.Head;
import weir.net.Cidr;
import weir.net.Protection;
import weir.observe.Journal;
import weir.observe.LogRing;
import weir.observe.LogTarget;
import weir.observe.LogWriter;

/** What filters make of requests over TLS, on a connection in memory that only says that it is protected. */
class ProtectedRequestTest {
    private static final String STS = "strict-transport-security: ";
    private static final String YEAR = "max-age=31536000; includeSubDomains";
    private static final Filter HSTS = new StrictTransportSecurity(YEAR);
    private static final Protection.PeerCertificate CERTIFICATE =
            new Protection.PeerCertificate(ascii("CN=Ann\\2c B,O=x"), ascii("ab".repeat(32)), "Ann, B", ascii(":MIIB:"));
    private static final Protection SECURE = ProtectedClient.covering("a.example", null);
    private static final Protection WITH_CERTIFICATE = ProtectedClient.covering("a.example", CERTIFICATE);
    private static final LocalAnswer OK = exchange -> exchange.answer(200, "ok");

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Route route(LocalAnswer answer, Filter... filters) {
        return new Route("r", List.of(filters), new Target.Local(answer), Route.Limits.NONE, null);
    }

    private static String get(String host, String fields) {
        return "GET /x HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
    }

    /** The field lines of that name, in lower case, of a message. */
    private static List<String> lines(String message, String name) {
        return message.lines().map(line -> line.toLowerCase(Locale.ROOT)).filter(line -> line.startsWith(name)).toList();
    }

    // ---- Strict-Transport-Security

    @Test
    void isSaidOnProtectedConnectionsAlone() throws IOException {
        Route route = route(OK, HSTS);
        assertThat(lines(ProtectedClient.send(SECURE, get("a.example", ""), exchange -> route), STS)).containsExactly((STS + YEAR).toLowerCase(Locale.ROOT));
        assertThat(lines(ProtectedClient.send(null, get("a.example", ""), exchange -> route), STS)).isEmpty();
    }

    @Test
    void replacesWhatTheResponseSaysOfIt() throws IOException {
        Filter origin = new FieldEdits(List.of(), List.of(new FieldEdit(FieldEdit.Kind.ADD, "strict-transport-security", "max-age=1"),
                new FieldEdit(FieldEdit.Kind.ADD, "Strict-Transport-Security", "max-age=2")));
        Route route = route(OK, HSTS, origin);
        assertThat(lines(ProtectedClient.send(SECURE, get("a.example", ""), exchange -> route), STS)).containsExactly((STS + YEAR).toLowerCase(Locale.ROOT));
        assertThat(lines(ProtectedClient.send(null, get("a.example", ""), exchange -> route), STS)).as("RFC 6797 §7.2").isEmpty();
    }

    @Test
    void isSaidWhereNoRouteLeadsToo() throws IOException {
        for (Route missing : List.of(Route.NONE, Route.AMBIGUOUS)) {
            Router router = new OwnAnswers(exchange -> missing, List.of(HSTS));
            String answer = ProtectedClient.send(SECURE, get("a.example", ""), router);
            assertThat(answer).startsWith(missing == Route.NONE ? "HTTP/1.1 404 " : "HTTP/1.1 400 ");
            assertThat(lines(answer, STS)).hasSize(1);
        }
    }

    // ---- the certificate of a client

    /** Answers with the field lines that an origin would get. */
    private static void tellFields(Exchange exchange) {
        Head head = exchange.request();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < head.fields(); i++) {
            if (!head.isRemoved(i)) {
                all.append("| ").append(head.text(head.nameFrom(i), head.nameTo(i))).append('=').append(head.text(head.valueFrom(i), head.valueTo(i))).append('\n');
            }
        }
        exchange.answer(200, "ok", ascii("text/plain"), ascii(all.toString()), null, null);
    }

    private static final String FORGED = "X-Client-Cert-Subject: CN=root\r\nx-client-cert-subject: CN=admin\r\nX-CLIENT-CERT-FINGERPRINT: 00\r\n"
            + "Client-Cert: :AA==:\r\nClient-Cert-Chain: :AA==:\r\nX_Client_Cert_Subject: CN=root\r\nX-Client-Cert_Fingerprint: 00\r\n"
            + "Client_Cert: :AA==:\r\nClient-Cert_Chain: :AA==:\r\nX-Fine: 1\r\n";
    private static final List<String> TOLD = List.of("X-Client-Cert-Subject=CN=Ann\\2c B,O=x", "X-Client-Cert-Fingerprint=" + "ab".repeat(32), "Client-Cert=:MIIB:");

    static Stream<Arguments> fields() {
        List<Cidr> nobody = List.of();
        List<Cidr> me = List.of(new Cidr(InetAddress.getLoopbackAddress(), 32));
        return Stream.of(
                arguments("a stranger without TLS", null, nobody, List.of()),
                arguments("a stranger without a certificate", SECURE, nobody, List.of()),
                arguments("a stranger with one", WITH_CERTIFICATE, nobody, TOLD),
                arguments("a trusted proxy without TLS", null, me, List.of("X-Client-Cert-Subject=CN=root", "x-client-cert-subject=CN=admin",
                        "X-CLIENT-CERT-FINGERPRINT=00", "Client-Cert=:AA==:", "Client-Cert-Chain=:AA==:")),
                arguments("what was verified here wins", WITH_CERTIFICATE, me, TOLD));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void originsAreToldWhatWasVerified(String who, Protection protection, List<Cidr> trusted, List<String> told) throws IOException {
        Route route = route(ProtectedRequestTest::tellFields, new ClientCertificateFields(new ForwardedSettings(trusted, false, false, "")));
        String answer = ProtectedClient.send(protection, get("a.example", FORGED), exchange -> route);
        List<String> fields = answer.lines().filter(line -> line.startsWith("| ") && !line.startsWith("| Host=")).map(line -> line.substring(2)).toList();
        assertThat(fields).containsExactlyInAnyOrderElementsOf(Stream.concat(told.stream(), Stream.of("X-Fine=1")).toList());
    }

    // ---- hosts that the certificate does not cover

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"a.example, 200", "A.Example, 200", "a.example:8443, 200", "a.example., 200", "b.example, 421", "a.example.b, 421", "b.example:443, 421", "'', 200"})
    void refusesWhatItsCertificateDoesNotCover(String host, int status) throws IOException {
        Route route = route(OK);
        CoveredHosts covered = new CoveredHosts(exchange -> route, List.of(HSTS));
        String wire = host.isEmpty() ? "GET / HTTP/1.0\r\n\r\n" : get(host, "");
        String[] end = new String[1];
        String answer = ProtectedClient.send(SECURE, wire, covered, exchange -> end[0] = exchange.end());
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(end[0]).isEqualTo(status == 421 ? "misdirected: not a name of this certificate" : "ok");
        assertThat(lines(answer, STS)).hasSize(status == 421 ? 1 : 0);
        assertThat(ProtectedClient.send(null, wire, covered)).as("a plain connection has no certificate").startsWith("HTTP/1.1 200 ");
    }

    // ---- to https

    static Stream<Arguments> redirects() {
        return Stream.of(
                arguments(308, 443, "GET /a/b?c=d HTTP/1.1\r\nHost: a.example\r\n", "308", "https://a.example/a/b?c=d"),
                arguments(301, 8443, "GET / HTTP/1.1\r\nHost: a.example:8080\r\n", "301", "https://a.example:8443/"),
                arguments(308, 443, "GET /x HTTP/1.1\r\nHost: [::1]:8080\r\n", "308", "https://[::1]/x"),
                arguments(308, 443, "GET /x HTTP/1.1\r\nHost: [::1]\r\n", "308", "https://[::1]/x"),
                arguments(308, 443, "GET //b.example/x HTTP/1.1\r\nHost: a.example\r\n", "308", "https://a.example//b.example/x"),
                arguments(302, 443, "GET http://b.example:81/x HTTP/1.1\r\nHost: a.example\r\n", "302", "https://b.example/x"),
                arguments(308, 443, "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n", "308", "https://a.example"),
                arguments(307, 443, "POST /x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n", "307", "https://a.example/x"),
                arguments(308, 443, "GET /x HTTP/1.0\r\n", "400", null));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("redirects")
    void sendsToHttps(int status, int port, String head, String answered, String location) throws IOException {
        Route route = route(new ToHttps(status, port));
        String answer = ProtectedClient.send(null, head + "\r\n", exchange -> route);
        assertThat(answer).startsWith("HTTP/1.1 " + answered + " ");
        assertThat(answer.lines().filter(line -> line.startsWith("Location: ")).map(line -> line.substring(10)).toList())
                .isEqualTo(location == null ? List.of() : List.of(location));
    }

    @Test
    void aStarIsNoPathToRedirectTo() throws IOException {
        Route route = route(new Redirect(308, "https://{host}{path}"));
        assertThat(ProtectedClient.send(null, "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n", exchange -> route)).contains("\r\nLocation: https://a.example\r\n");
    }

    // ---- the log

    @Test
    void theLogSaysHowAConnectionWasProtected(@TempDir Path directory) throws IOException {
        Route route = route(OK);
        for (Protection protection : new Protection[] {ProtectedClient.covering("a\"b", null), null}) {
            LogRing ring = new LogRing(64 << 10);
            Path file = directory.resolve(protection == null ? "plain" : "secure");
            LogWriter writer = new LogWriter(new LogTarget.File(file), List.of(ring), new Journal(new PrintStream(new ByteArrayOutputStream())));
            ProtectedClient.send(protection, get("a.example", ""), exchange -> route, new AccessLog(AccessLog.Format.JSON, List.of(ring)));
            writer.close();                                  // only then all of it is in the file
            assertThat(Files.readString(file)).contains(protection == null ? ",\"version\":\"1.1\",\"status\":200,"
                    : ",\"version\":\"1.1\",\"tls\":\"TLSv1.3\",\"sni\":\"a\\\"b\",\"status\":200,");
        }
    }
}
