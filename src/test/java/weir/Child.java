package weir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that is no part of this project, run beside the test. Closing it kills it. */
public final class Child implements AutoCloseable {
    private static final int SECONDS_MAX = 60;

    private final Process process;
    private final Thread reader;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private Child(Process process) {
        this.process = process;
        reader = new Thread(this::read, "child-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it; a program that is missing fails the test and says what to install. */
    public static Child start(String install, List<String> command) {
        require(command.get(0), install);
        try {
            return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(String program, String install) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder, program))) {
                return;
            }
        }
        throw new AssertionError(program + " is not on the PATH, and this test needs it: " + install);
    }

    private void read() {
        try (InputStream in = process.getInputStream()) {
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                output.write(buffer, 0, n);
            }
        } catch (IOException e) {
            output.writeBytes(("cannot be read further: " + e).getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** Writes to its standard input, which stays open. What has ended already hears nothing: what it said before that tells why. */
    public Child say(String text) {
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            process.getOutputStream().flush();
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    /** What it has written so far, on both of its outputs. */
    public String output() {
        return output.toString(StandardCharsets.ISO_8859_1);
    }

    /** Waits until its output holds this. */
    public Child awaitOutput(String text) {
        Await.until("'" + text + "' in its output", () -> {
            if (!process.isAlive() && !output().contains(text)) {
                throw new AssertionError("it ended and had said: " + output());
            }
            return output().contains(text);
        });
        return this;
    }

    /** Waits for its end. @return all that it wrote; it is a failure when it does not end with 0 */
    public String finish() {
        try {
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new AssertionError("still runs after " + SECONDS_MAX + " s; it said: " + output());
            }
            reader.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (process.exitValue() != 0) {
            throw new AssertionError("ended with " + process.exitValue() + "; it said: " + output());
        }
        return output();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
