package weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.tls.TestCertificates;

/** What README.md says of settings and metrics holds. */
class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("weir.basedir", "."));

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }

    @TempDir
    private static Path folder;

    private static List<String> configurations() throws IOException {
        return Pattern.compile("(?s)```properties\n(.*?)```").matcher(readme()).results().map(found -> found.group(1)).toList();
    }

    @Test
    void itsConfigurationIsValid() throws IOException {
        Configuration read = Configuration.ofText("README.md", configurations().get(0), List.of(), name -> null);
        assertThat(read.problems().render()).isEmpty();
        assertThat(read.settings().orElseThrow().routes()).hasSize(5);
    }

    /** With files of the test in the place of those that it names. */
    @Test
    void itsConfigurationOfTlsIsValid() throws IOException {
        TestCertificates authority = TestCertificates.create(folder);
        TestCertificates.Issued issued = authority.issue("readme", "ec256", List.of("app.example.com"));
        Path secret = Files.writeString(folder.resolve("secret"), "sesame");
        String text = configurations().get(1).replace("/etc/weir/app.crt", issued.certificate().toString())
                .replace("/etc/weir/app.key", issued.key().toString())
                .replace("/etc/weir/other.p12", authority.p12("other", issued, "sesame").toString())
                .replace("/etc/weir/internal-ca.pem", authority.ca().toString()).replace("/run/secrets/other", secret.toString());
        Configuration read = Configuration.ofText("README.md", text, List.of(), name -> null);
        assertThat(read.problems().render()).isEmpty();
        assertThat(read.settings().orElseThrow().listens()).anyMatch(listen -> listen.tls() != null);
    }

    @Test
    void itsConfigurationOfHealthIsValid() throws IOException {
        Configuration read = Configuration.ofText("README.md", "listen.web = :0\nroute.site = /* -> app\n" + configurations().get(2), List.of(), name -> null);
        assertThat(read.problems().render()).isEmpty();
        assertThat(read.settings().orElseThrow().pools().get(0).health().check()).isNotNull();
    }

    @Test
    void itsConfigurationOfCompressionIsValid() throws IOException {
        Configuration read = Configuration.ofText("README.md", "listen.web = :0\npool.app = a:1\ncache.hot = 1m\n" + configurations().get(5), List.of(), name -> null);
        assertThat(read.problems().render()).isEmpty();
        assertThat(read.settings().orElseThrow().filters()).hasSize(2);
    }

    /** Each of the ten tasks is a file by itself. */
    @Test
    void itsTasksAreValid() throws IOException {
        TestCertificates authority = TestCertificates.create(folder);
        TestCertificates.Issued issued = authority.issue("task", "ec256", List.of("app.example.com"));
        List<String> tasks = configurations().subList(6, configurations().size());
        assertThat(tasks).hasSize(10);
        for (String task : tasks) {
            String text = task.replace("/etc/weir/app.crt", issued.certificate().toString()).replace("/etc/weir/app.key", issued.key().toString());
            Configuration read = Configuration.ofText("README.md", text, List.of(), name -> null);
            assertThat(read.problems().render()).as(task).isEmpty();
        }
    }

    @Test
    void itsMistakeIsToldLikeThat() throws IOException {
        String told = readme().replaceFirst("(?s).*what was probably meant:\n\n(.*?)\n\n.*", "$1").indent(-4).stripTrailing();
        Configuration read = Configuration.ofText("weir.properties", "listen.web = :0\npool.app = a:1\npool.app.balance = least-request\n"
                + "route.x = /* -> app", List.of(), name -> null);
        assertThat(told).isEqualTo(read.problems().render().stripTrailing());
    }

    @Test
    void itsDefaultsAreThoseOfTheKeys() throws IOException {
        List<MatchResult> rows = Pattern.compile("(?m)^\\| `([a-z]+\\.[^`]+)` \\| ([^|]+) \\|").matcher(readme()).results().toList();
        assertThat(rows).hasSizeGreaterThan(15);
        for (MatchResult row : rows) {
            KeyDoc<?> key = Keys.ALL.stream().filter(each -> each.pattern().equals(row.group(1))).findFirst()
                    .orElseThrow(() -> new AssertionError(row.group(1)));
            assertThat(row.group(2)).as(row.group(1)).isEqualTo(key.defaultText());
        }
    }

    @Test
    void itNamesEveryMetricAndNoOther() throws IOException {
        Set<String> sources = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> sources.addAll(metrics(text(file), "\"")));
        }
        assertThat(metrics(readme(), "`")).isEqualTo(sources).hasSizeGreaterThan(10);
    }

    private static Set<String> metrics(String text, String quote) {
        return Pattern.compile(quote + "(weir_[a-z_]+)" + quote).matcher(text).results().map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
