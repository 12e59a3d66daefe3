package weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import weir.buffer.SlabStore;

/** The JDK's own jdeps on the compiled classes of weir. */
final class Jdeps {
    private Jdeps() {}

    /** Returns what jdeps prints; fails when this JVM has no jdeps (a run-time image without jdk.jdeps) or it reports an error. */
    static String run(String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add(classes().toString());
        StringWriter out = new StringWriter();
        ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow(() -> new AssertionError("no jdeps in " + System.getProperty("java.home")));
        int exit = jdeps.run(new PrintWriter(out), new PrintWriter(out), arguments.toArray(String[]::new));
        assertThat(exit).as(out.toString()).isZero();
        return out.toString();
    }

    private static Path classes() {
        try {
            return Path.of(SlabStore.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
