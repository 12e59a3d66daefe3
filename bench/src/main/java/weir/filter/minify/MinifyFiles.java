package weir.filter.minify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * {@code MinifyFiles LIST}, for {@code make minify-check}: each line of the list is a language, a file to read and a file to write,
 * apart by tabs. Prints for each how many octets there are before and after, -1 for what was left alone (no file is written then) and where it stopped,
 * and for each language how fast it was in the best of some rounds. Fails where a second time makes anything of a result but itself.
 */
public final class MinifyFiles {
    private static final int ROUNDS = 5;

    private MinifyFiles() {}

    public static void main(String[] arguments) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(arguments[0]));
        for (String line : lines) {
            String[] parts = line.split("\t", -1);
            byte[] in = Files.readAllBytes(Path.of(parts[1]));
            Minifier minifier = Minifier.valueOf(parts[0]);
            byte[] out = new byte[in.length];
            int length = minifier.minify(in, in.length, out);
            if (length >= 0) {
                byte[] result = Arrays.copyOf(out, length);
                Files.write(Path.of(parts[2]), result);
                int again = minifier.minify(result, length, new byte[length]);
                if (again != Minifier.LEFT_ALONE) {
                    throw new AssertionError("a second time, " + length + " octets become " + again + ": " + parts[1]);
                }
            }
            System.out.println(in.length + "\t" + length + "\t" + (length < 0 ? stop(minifier, in) : "") + "\t" + parts[1]);
        }
        for (Minifier minifier : Minifier.values()) {
            measure(minifier, lines.stream().filter(line -> line.startsWith(minifier + "\t")).map(line -> Path.of(line.split("\t", -1)[1])).toList());
        }
    }

    /** Where a text that was left alone was not understood; empty where it was, and cannot be shorter. */
    private static String stop(Minifier minifier, byte[] in) {
        Rewrite rewrite = minifier.rewrite(in, 0, in.length, new byte[in.length], 0);
        return rewrite.run() ? "" : "" + rewrite.at;
    }

    private static void measure(Minifier minifier, List<Path> files) throws IOException {
        long best = Long.MAX_VALUE;
        long octets = 0;
        for (int round = 0; round < ROUNDS && !files.isEmpty(); round++) {
            long nanos = 0;
            octets = 0;
            for (Path file : files) {
                byte[] in = Files.readAllBytes(file);
                byte[] out = new byte[in.length];
                long start = System.nanoTime();
                minifier.minify(in, in.length, out);
                nanos += System.nanoTime() - start;
                octets += in.length;
            }
            best = Math.min(best, nanos);
        }
        if (octets > 0) {
            byte[] speed = ("# " + minifier + "\t" + octets * 1000 / best + "\n").getBytes(StandardCharsets.US_ASCII);   // MB/s
            System.out.write(speed, 0, speed.length);
        }
    }
}
