package weir.tls;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.observe.Metrics;

class WarmUpTest {
    private static TlsListener listener(List<String> suites) throws GeneralSecurityException {
        Identity identity = SelfSigned.of("main", List.of("localhost"), Duration.ofDays(1));      // of EC
        ListenTls settings = new ListenTls(List.of(new CertificateFiles("main", Path.of("main.crt"), null, null, 0)), TlsVersion.TLS_1_2, suites,
                ListenTls.ClientCertificates.NONE, null, null, true, 1_000_000_000L);
        return new TlsListener("test", settings, new Identities(List.of(identity)), List.of(), List.of(), List.of(), new Metrics(1));
    }

    /** Suites of one version leave the other without any: no fault of the settings. */
    @ParameterizedTest
    @ValueSource(strings = {"", "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"})
    void oneVersionIsEnough(String suite) throws GeneralSecurityException {
        TlsListener listener = listener(suite.isEmpty() ? List.of() : List.of(suite));
        assertThatCode(() -> new WarmUp().run(listener, 2)).doesNotThrowAnyException();
    }

    /** So that it is known to shake hands at all. */
    @Test
    void aListenerThatCannotAgreeWithItselfIsFoundOut() throws GeneralSecurityException {
        TlsListener listener = listener(List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));       // and the key is of EC
        assertThatThrownBy(() -> new WarmUp().run(listener, 2)).isInstanceOf(SSLException.class);
    }
}
