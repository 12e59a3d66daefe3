package weir.bench;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A program of this machine that a comparison needs. */
public final class Program {
    private Program() {}

    /** Where a program lies. Fails with the words what to install when it is missing. */
    public static String find(String name) throws IOException {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/usr/local/sbin";
        Optional<Path> found = Stream.of(path.split(File.pathSeparator)).map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
        return found.orElseThrow(() -> new IOException(name + " is missing; apt-get install nginx haproxy varnish wrk openssl")).toString();
    }

    /** The number of a JDK's version, as 17. */
    public static int feature(String jdk) throws IOException {
        for (String line : Files.readAllLines(Path.of(jdk, "release"))) {
            if (line.startsWith("JAVA_VERSION=")) {
                return Runtime.Version.parse(line.replaceAll(".*=\"?|\"", "")).feature();
            }
        }
        throw new IOException(jdk + "/release does not say JAVA_VERSION");
    }

    static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** What a started program prints until it ends. Fails with that text when its exit code is not 0. */
    static String output(Process process) throws IOException, InterruptedException {
        String command = process.info().commandLine().orElse("a program");       // not known any more after its end
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(command + " ended with " + code + ":\n" + text);
        }
        return text;
    }

    static String output(String... command) throws IOException, InterruptedException {
        return output(start(command));
    }

    /** What a command prints that reads {@code input} to its end. */
    static String outputOf(String input, String... command) throws IOException, InterruptedException {
        Process process = start(command);
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        return output(process);
    }
}
