package weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * wrk with a number of connections that carry one request after the other. Each begins when the last one was answered, so that its
 * latencies are those of a machine that is full.
 *
 * @param connections at a time; they stay open unless a field of the request says otherwise
 * @param setup Lua that makes the request another one than a GET without more fields
 */
record Wrk(boolean overTls, String path, int connections, String setup) implements Load {
    private static final Pattern REPORT = Pattern.compile("report (\\d+) requests, (\\d+) (\\d+) (\\d+) us");
    private static final Pattern TROUBLE = Pattern.compile("(Non-2xx or 3xx responses: \\d+|Socket errors: .*)");
    private static final String DONE = """
            done = function(summary, latency, requests)
              io.write(string.format("report %d requests, %d %d %d us\\n", summary.requests, latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
            end
            """;

    Wrk(boolean overTls, String path, int connections) {
        this(overTls, path, connections, "");
    }

    /** With more field lines. */
    static Wrk with(List<String> fields, String path, int connections) {
        StringBuilder setup = new StringBuilder();
        for (String field : fields) {
            String[] parts = field.split(": ", 2);
            setup.append("wrk.headers[\"").append(parts[0]).append("\"] = \"").append(parts[1].replace("\"", "\\\"")).append("\"\n");
        }
        return new Wrk(false, path, connections, setup.toString());
    }

    /** POST with so much content. */
    static Wrk upload(int bytes, String path, int connections) {
        return new Wrk(false, path, connections, "wrk.method = \"POST\"\nwrk.body = string.rep(\"x\", " + bytes + ")\n");
    }

    @Override
    public Result run(Contender contender, int seconds) throws IOException, InterruptedException {
        Path script = Files.createTempFile("weir-compare", ".lua");
        try {
            Files.writeString(script, setup + DONE);
            String output = Program.output(Program.find("wrk"), "-t1", "-c" + connections, "-d" + seconds + "s", "--timeout", "10s", "-s", script.toString(),
                    (overTls ? "https://" : "http://") + contender.authority(overTls) + path);
            Matcher report = REPORT.matcher(output);
            if (!report.find() || report.group(1).equals("0")) {
                throw new IOException("wrk failed against " + contender.name() + ":\n" + output);
            }
            Matcher trouble = TROUBLE.matcher(output);
            return new Result(Long.parseLong(report.group(1)), trouble.find() ? trouble.group(1) : "",
                    new Latency(Double.parseDouble(report.group(2)), Double.parseDouble(report.group(3)), Double.parseDouble(report.group(4))));
        } finally {
            Files.deleteIfExists(script);
        }
    }

    /** wrk says nothing of TLS: asked by {@code openssl s_client}, whose library and defaults wrk uses. */
    @Override
    public String negotiated(Contender contender) throws IOException, InterruptedException {
        return overTls ? Probe.ask(contender, "-tls1_3", path) : "";
    }
}
