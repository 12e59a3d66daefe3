package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import weir.Await;
import weir.RawConnection;

/** {@code weir} in a process of its own, from the classes that were just built. Closing it kills it. */
final class WeirProcess implements AutoCloseable {
    private static final int EXIT_SECONDS_MAX = 30;

    private final Process process;
    private final List<Thread> readers = new ArrayList<>();
    private final List<String> out;
    private final List<String> err;

    private WeirProcess(Process process) {
        this.process = process;
        out = read(process.getInputStream());
        err = read(process.getErrorStream());
    }

    static WeirProcess start(String... arguments) {
        return withJvm(List.of(), arguments);
    }

    /** With more options of the JVM. */
    static WeirProcess withJvm(List<String> options, String... arguments) {
        return start(List.of(), options, classes(), arguments);
    }

    /** With no more than so many file descriptors. */
    static WeirProcess withDescriptors(int descriptors, String... arguments) {
        // From a jar, as it is installed: a folder of classes needs a descriptor for each class that is loaded late.
        return start(List.of("bash", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "bash"), List.of(), jar(), arguments);
    }

    private static Path jar() {
        try {
            Path jar = Files.createTempFile("weir", ".jar");
            jar.toFile().deleteOnExit();
            int code = ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create", "--file", jar.toString(), "-C",
                    classes().toString(), ".");
            assertThat(code).isZero();
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WeirProcess start(List<String> before, List<String> options, Path classPath, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(command(options, classPath, arguments));
        try {
            return new WeirProcess(new ProcessBuilder(command).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a supervisor would start it. */
    static List<String> command(String... arguments) {
        return command(List.of(), classes(), arguments);
    }

    private static List<String> command(List<String> options, Path classPath, String... arguments) {
        List<String> command = new ArrayList<>(resettingSignals());
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-ea", "-Xmx64m", "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath.toString(), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path classes() {
        try {
            return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** A shell in the background starts its children with INT ignored, nohup with HUP ignored, and a JVM then leaves it so. */
    private static List<String> resettingSignals() {
        List<String> reset = List.of("env", "--default-signal=HUP,INT,TERM,USR1");
        try {
            List<String> trial = new ArrayList<>(reset);
            trial.add("true");
            return new ProcessBuilder(trial).redirectErrorStream(true).start().waitFor() == 0 ? reset : List.of();
        } catch (IOException e) {
            return List.of();                          // no such env here: then signals are as the test was started with
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> read(InputStream in) {
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread reader = new Thread(() -> {
            try (BufferedReader text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = text.readLine(); line != null; line = text.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                lines.add("cannot be read further: " + e);
            }
        }, "weir-process-output");
        reader.setDaemon(true);
        reader.start();
        readers.add(reader);
        return lines;
    }

    String out() {
        return String.join("\n", out);
    }

    String err() {
        return String.join("\n", err);
    }

    /** Waits until standard error holds this. */
    void awaitErr(String text) {
        Await.until("'" + text + "' on standard error", () -> err().contains(text) || failIfEnded(text));
    }

    /** Waits until standard output holds this. */
    void awaitOut(String text) {
        Await.until("'" + text + "' on standard output", () -> out().contains(text) || failIfEnded(text));
    }

    private boolean failIfEnded(String text) {
        if (!process.isAlive() && !err().contains(text) && !out().contains(text)) {
            throw new AssertionError("ended with " + process.exitValue() + " before it said '" + text + "':\n" + err() + "\n" + out());
        }
        return false;
    }

    /** The address that a line like {@code listen.web on 127.0.0.1:8080} names. */
    InetSocketAddress address(String listener) {
        awaitErr(listener + " on ");
        Matcher port = Pattern.compile(Pattern.quote(listener) + " on 127\\.0\\.0\\.1:(\\d+)").matcher(err());
        assertThat(port.find()).as(err()).isTrue();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
    }

    RawConnection connect(String listener) {
        return RawConnection.to(address(listener));
    }

    WeirProcess signal(String name) {
        try {
            assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).inheritIO().start().waitFor()).isZero();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end, and for all that was said before it. */
    int exitCode() {
        try {
            assertThat(process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS)).as("ended within " + EXIT_SECONDS_MAX + " s; it said:\n" + err()).isTrue();
            for (Thread reader : readers) {
                reader.join(EXIT_SECONDS_MAX * 1_000L);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        exitCode();
    }
}
