package weir.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Several {@code openssl s_time} side by side: each connects, shakes hands, asks once, reads to the end, and connects again.
 * wrk cannot do that: with {@code Connection: close} it resumes its sessions (seen in nginx's {@code $ssl_session_reused}), and
 * has no option against it. s_time prints a letter for each connection, so that every run shows what its handshakes were.
 *
 * @param version of TLS, {@code 1.2} or {@code 1.3}
 * @param resumed whether each client offers the session of its last connection; only its first handshake is then a full one
 */
record NewConnections(String version, boolean resumed, String path, int clients) implements Load {
    private static final Pattern CONNECTIONS = Pattern.compile("(\\d+) connections in \\d+ real seconds, (\\d+) bytes read");
    private static final Pattern LETTERS = Pattern.compile("(?m)^[*r]+$");

    @Override
    public boolean overTls() {
        return true;
    }

    private String versionOption() {
        return "-tls" + version.replace('.', '_');
    }

    @Override
    public Result run(Contender contender, int seconds) throws IOException, InterruptedException {
        // s_time writes "GET <path> HTTP/1.0" and nothing more. What follows the path here makes it a request like wrk's.
        String request = path + " HTTP/1.1\r\nHost: " + contender.authority(true) + "\r\nConnection: close\r\nRest:";
        List<Process> running = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            running.add(Program.start(Program.find("openssl"), "s_time", "-connect", contender.authority(true), versionOption(),
                    resumed ? "-reuse" : "-new", "-time", String.valueOf(seconds), "-www", request));
        }
        long requests = 0;
        long full = 0;
        long reused = 0;
        for (Process process : running) {
            String output = Program.output(process);
            Matcher connections = CONNECTIONS.matcher(output);
            if (!connections.find() || connections.group(2).equals("0")) {
                throw new IOException("openssl s_time failed against " + contender.name() + ":\n" + output);
            }
            requests += Long.parseLong(connections.group(1));
            Matcher letters = LETTERS.matcher(output);
            while (letters.find()) {
                reused += letters.group().chars().filter(letter -> letter == 'r').count();
                full += letters.group().chars().filter(letter -> letter == '*').count();
            }
        }
        long wrong = resumed ? full : reused;
        return new Result(requests, full + reused != requests ? "of " + requests + " handshakes " + (full + reused) + " were told as full or resumed"
                : wrong > 0 ? wrong + " of " + requests + " handshakes were " + (resumed ? "full ones" : "resumed") : "", null);
    }

    @Override
    public String negotiated(Contender contender) throws IOException, InterruptedException {
        return Probe.ask(contender, versionOption(), path);
    }
}
