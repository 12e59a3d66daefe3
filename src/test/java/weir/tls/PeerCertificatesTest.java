package weir.tls;

import static org.assertj.core.api.Assertions.assertThat;

import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The common name of a subject, however it is written: a server may let people in by it. */
class PeerCertificatesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "null", value = {
        "CN=alice                             | alice",
        "CN=Alice Liddell, O=Wonder, C=GB     | Alice Liddell",
        "O=Wonder, CN=alice                   | alice",
        "O=Wonder                             | null",
        "CN=specific, CN=general              | specific",
        "OU=a+CN=b                            | b",
        "CN=\"Liddell, Alice\"                 | Liddell, Alice",
        "CN=a\\=b\\+c\\\\d                     | a=b+c\\d",
        "O=\"x, CN=mallory\", CN=alice         | alice",
        "O=\"x\\\\, CN=mallory\"                | null",
        "OU=CN\\=mallory                      | null",
        "CN=#0c02c3a9                         | \u00e9",
        "CN=al\u00efce                           | al\u00efce",
    })
    void isFound(String subject, String name) {
        assertThat(PeerCertificates.commonName(new X500Principal(subject).getName())).isEqualTo(name);
    }
}
