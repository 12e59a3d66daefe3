package weir.bench;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request by {@code openssl s_client} before a measurement: contenders that agree on different suites cannot be compared. */
final class Probe {
    private static final Pattern SUITE = Pattern.compile("New, (TLSv[0-9.]+), Cipher is (\\S+)");
    private static final Pattern GROUP = Pattern.compile("Server Temp Key: (?:ECDH, )?([^,\\s]+)");

    private Probe() {}

    /** Version, suite and group, such as {@code TLSv1.3 TLS_AES_128_GCM_SHA256 X25519}. Fails unless the answer is a 200. */
    static String ask(Contender contender, String version, String path) throws IOException, InterruptedException {
        String authority = contender.authority(true);
        String output = Program.outputOf("GET " + path + " HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n\r\n",
                Program.find("openssl"), "s_client", "-connect", authority, version, "-ign_eof");
        Matcher suite = SUITE.matcher(output);
        if (!suite.find() || !output.contains("HTTP/1.1 200")) {
            throw new IOException(contender.name() + " does not answer " + path + " over TLS with 200:\n" + output);
        }
        Matcher group = GROUP.matcher(output);
        return suite.group(1) + " " + suite.group(2) + (group.find() ? " " + group.group(1) : "");
    }
}
