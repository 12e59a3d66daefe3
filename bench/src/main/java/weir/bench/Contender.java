package weir.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A running proxy that takes part: the same process listens on both ports; {@code tlsPort} 0 for a process without TLS. */
record Contender(String name, int plainPort, int tlsPort, Process process) {
    private static final double MICROS_PER_TICK = 1e6 / 100;            // USER_HZ, the unit of /proc/PID/stat

    /** The authority of its URLs. */
    String authority(boolean overTls) {
        return "127.0.0.1:" + (overTls ? tlsPort : plainPort);
    }

    /** CPU time, in microseconds. */
    record Cpu(double user, double system) {
        Cpu minus(Cpu other) {
            return new Cpu(user - other.user, system - other.system);
        }

        double sum() {
            return user + system;
        }
    }

    /** Of all its processes so far. */
    Cpu cpu() throws IOException {
        Cpu sum = cpu(process.pid());
        for (ProcessHandle child : process.descendants().toList()) {
            Cpu of = cpu(child.pid());
            sum = new Cpu(sum.user + of.user, sum.system + of.system);
        }
        return sum;
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

    private static Cpu cpu(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return new Cpu(Long.parseLong(fields[11]) * MICROS_PER_TICK, Long.parseLong(fields[12]) * MICROS_PER_TICK);           // utime, stime (proc(5))
    }
}
