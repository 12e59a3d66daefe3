package weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A running proxy that takes part: the same process listens on both ports; {@code tlsPort} 0 for a process without TLS. */
record Contender(String name, int plainPort, int tlsPort, Process process) {
    private static final int TICKS_PER_SECOND = 100;                    // USER_HZ, the unit of /proc/PID/stat

    /** The authority of its URLs. */
    String authority(boolean overTls) {
        return "127.0.0.1:" + (overTls ? tlsPort : plainPort);
    }

    /** User plus system time of all its processes so far. */
    double cpuMicros() throws IOException {
        long sum = ticks(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            sum += ticks(child.pid());
        }
        return sum * 1e6 / TICKS_PER_SECOND;
    }

    /** Resident memory of all its processes. */
    long residentBytes() throws IOException {
        long sum = resident(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            sum += resident(child.pid());
        }
        return sum;
    }

    private static long resident(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("no VmRSS in /proc/" + pid + "/status");
    }

    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);           // utime, stime (proc(5))
    }
}
