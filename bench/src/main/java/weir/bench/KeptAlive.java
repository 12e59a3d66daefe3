package weir.bench;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** wrk with a number of connections that stay open and carry one request after the other. */
record KeptAlive(boolean overTls, String path, int connections) implements Load {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern TROUBLE = Pattern.compile("(Non-2xx or 3xx responses: \\d+|Socket errors: .*)");

    @Override
    public Result run(Contender contender, int seconds) throws IOException, InterruptedException {
        String output = Program.output(Program.find("wrk"), "-t1", "-c" + connections, "-d" + seconds + "s", "--timeout", "10s",
                (overTls ? "https://" : "http://") + contender.authority(overTls) + path);
        Matcher requests = REQUESTS.matcher(output);
        if (!requests.find()) {
            throw new IOException("wrk failed against " + contender.name() + ":\n" + output);
        }
        Matcher trouble = TROUBLE.matcher(output);
        return new Result(Long.parseLong(requests.group(1)), trouble.find() ? trouble.group(1) : "");
    }

    /** wrk says nothing of TLS: asked by {@code openssl s_client}, whose library and defaults wrk uses. */
    @Override
    public String negotiated(Contender contender) throws IOException, InterruptedException {
        return overTls ? Probe.ask(contender, "-tls1_3", path) : "";
    }
}
