package weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** h2load over HTTP/1.1 at a fixed rate, which leaves the machine room: its latencies are those of a proxy that is not full. */
record Paced(String path, int perSecond, int connections) implements Load {
    @Override
    public Result run(Contender contender, int seconds) throws IOException, InterruptedException {
        Path log = Files.createTempFile("weir-compare", ".tsv");
        try {
            String output = Program.output(Program.find("h2load"), "--h1", "-t1", "-c" + connections, "-n" + perSecond * seconds,
                    "--rps=" + String.format(Locale.ROOT, "%.3f", (double) perSecond / connections), "--log-file=" + log, "http://" + contender.authority(false) + path);
            List<Long> micros = new ArrayList<>();
            long failed = 0;
            for (String line : Files.readAllLines(log)) {
                String[] fields = line.split("\t", -1);             // when it began, its status, microseconds
                if (fields[1].equals("200")) {
                    micros.add(Long.parseLong(fields[2]));
                } else {
                    failed++;
                }
            }
            if (micros.isEmpty()) {
                throw new IOException("h2load failed against " + contender.name() + ":\n" + output);
            }
            micros.sort(null);
            return new Result(micros.size(), failed == 0 ? "" : failed + " requests failed", new Latency(at(micros, 0.5), at(micros, 0.99), at(micros, 0.999)));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static double at(List<Long> sorted, double part) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(part * sorted.size())));
    }
}
