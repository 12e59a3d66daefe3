package weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files of {@code conf/} that start weir elsewhere: the configuration in them is valid, and they fit together. */
class DeploymentTest {
    private static final Path CONF = Path.of(System.getProperty("weir.basedir", "."), "conf");

    private static String text(String file) throws IOException {
        return Files.readString(CONF.resolve(file));
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE | Pattern.DOTALL).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    private static Settings settings(String name, String text) {
        Configuration read = Configuration.ofText(name, text, List.of(), variable -> null);
        assertThat(read.problems().render()).isEmpty();
        return read.settings().orElseThrow();
    }

    private static Settings kubernetes() throws IOException {
        String block = found("^  weir\\.properties: \\|\n(.*?)^---$", text("kubernetes/weir.yaml"));
        assertThat(block.lines()).allMatch(line -> line.isEmpty() || line.startsWith("    "));
        return settings("weir.yaml", block.indent(-4));
    }

    @Test
    void theConfigurationForKubernetesIsValid() throws IOException {
        assertThat(kubernetes().pools()).hasSize(1);
    }

    @Test
    void theProbesAndPortsAreThoseOfTheConfiguration() throws IOException {
        String yaml = text("kubernetes/weir.yaml");
        Settings settings = kubernetes();
        assertThat(Integer.parseInt(found("name: web, containerPort: (\\d+)", yaml))).isEqualTo(settings.listens().get(0).addresses().get(0).getPort());
        assertThat(Integer.parseInt(found("name: metrics, containerPort: (\\d+)", yaml))).isEqualTo(settings.metrics().address().getPort());
        assertThat(found("prometheus.io/port: \"(\\d+)\"", yaml)).isEqualTo(found("name: metrics, containerPort: (\\d+)", yaml));
        assertThat(found("livenessProbe:\\s+httpGet: \\{ path: (\\S+), port: metrics", yaml)).isEqualTo(MetricsSettings.LIVE);
        assertThat(found("readinessProbe:\\s+httpGet: \\{ path: (\\S+), port: metrics", yaml)).isEqualTo(MetricsSettings.READY);
        assertThat(found("startupProbe:\\s+httpGet: \\{ path: (\\S+), port: metrics", yaml)).isEqualTo(MetricsSettings.READY);
    }

    /** What ends by itself is not killed. */
    @Test
    void theOrchestratorsWaitLongEnough() throws IOException {
        ServerSettings server = kubernetes().server();
        long seconds = (server.drainDelayNanos() + server.shutdownGraceNanos()) / 1_000_000_000;
        assertThat(Long.parseLong(found("terminationGracePeriodSeconds: (\\d+)", text("kubernetes/weir.yaml")))).isGreaterThan(seconds);
        long grace = Keys.SERVER_SHUTDOWN_GRACE.defaultValue().orElseThrow().toSeconds() + Keys.SERVER_DRAIN_DELAY.defaultValue().orElseThrow().toSeconds();
        for (String unit : new String[] {"weir.service", "weir@.service"}) {
            assertThat(Long.parseLong(found("^TimeoutStopSec=(\\d+)$", text("systemd/" + unit)))).as(unit).isGreaterThan(grace);
        }
    }

    @Test
    void whatAnImageServesAtFirstIsValid() throws IOException {
        Settings settings = settings("weir.properties", text("image/weir.properties"));
        assertThat(settings.listens()).hasSize(1);
        assertThat(settings.metrics().address().getPort()).isEqualTo(9900);
    }
}
