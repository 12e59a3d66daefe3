package weir.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** How much memory this process may have: of the host or the narrowest cgroup around it, and beside the heap, of the JVM. */
final class HostMemory {
    /** The same as the option of the JVM, for a run-time image: options that are baked in are seen nowhere. */
    static final String DIRECT_PROPERTY = "weir.direct-memory";

    private static final String DIRECT_OPTION = "-XX:MaxDirectMemorySize=";

    private final Path root;

    /** @param root of the file system */
    HostMemory(Path root) {
        this.root = root;
    }

    /** @return bytes; 0 when nothing tells */
    long bytes() {
        long bytes = memTotal();
        for (String line : lines("proc/self/cgroup")) {                 // 0::/a/b of version 2, 4:memory:/a/b of version 1
            String[] fields = line.split(":", 3);
            boolean unified = fields.length == 3 && fields[0].equals("0") && fields[1].isEmpty();
            if (unified || fields.length == 3 && fields[1].equals("memory")) {
                bytes = narrowest(bytes, unified ? "sys/fs/cgroup" : "sys/fs/cgroup/memory", fields[2], unified ? "memory.max" : "memory.limit_in_bytes");
            }
        }
        return bytes;
    }

    /** Inside a container the path may be that of the host, and lead nowhere: then what is at the top is the container's. */
    private long narrowest(long known, String top, String group, String file) {
        long bytes = known;
        String path = group;
        while (true) {
            long limit = number(top + path + '/' + file);
            bytes = limit > 0 && (bytes == 0 || limit < bytes) ? limit : bytes;
            if (path.isEmpty()) {
                return bytes;
            }
            path = path.substring(0, Math.max(0, path.lastIndexOf('/')));
        }
    }

    private long memTotal() {
        for (String line : lines("proc/meminfo")) {
            if (line.startsWith("MemTotal:")) {
                return digits(line.substring("MemTotal:".length(), Math.max(9, line.length() - "kB".length())).trim()) << 10;
            }
        }
        return 0;
    }

    /** 0 for {@code max}, and when it is not there. */
    private long number(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? 0 : digits(lines.get(0));
    }

    private static long digits(String text) {
        try {
            return Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private List<String> lines(String file) {
        try {
            return Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1).lines().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * What the JVM grants beside the heap: what its options say, as far as they are seen, else as much as the heap may have.
     * java.base cannot ask the JVM for it.
     *
     * @param property value of a system property, or null
     * @param environment value of a variable, or null
     */
    long directMax(long heapMax, UnaryOperator<String> property, UnaryOperator<String> environment) {
        long bytes = 0;
        String baked = property.apply(DIRECT_PROPERTY);
        for (String options : new String[] {environment.apply("JAVA_TOOL_OPTIONS"), baked == null ? null : DIRECT_OPTION + baked,
            environment.apply("JDK_JAVA_OPTIONS"), commandLine()}) {       // as the JVM takes them: the last one wins
            if (options != null) {
                int at = options.lastIndexOf(DIRECT_OPTION);
                bytes = at < 0 ? bytes : size(options.substring(at + DIRECT_OPTION.length()));
            }
        }
        return bytes > 0 ? bytes : heapMax;
    }

    /** Up to what is run: what stands behind that is not the JVM's. */
    private String commandLine() {
        String line = String.join("\n", lines("proc/self/cmdline")).replace('\0', ' ');
        int jar = line.indexOf(" -jar ");
        return jar < 0 ? line : line.substring(0, jar);
    }

    /** As the JVM reads it: 64m, 1g, 1T; 0 when it is none. */
    private static long size(String text) {
        int end = 0;
        while (end < text.length() && end < 15 && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        int unit = end == text.length() ? -1 : "kmgt".indexOf(Character.toLowerCase(text.charAt(end)));
        return end == 0 ? 0 : Long.parseLong(text.substring(0, end)) << (10 * (unit + 1));
    }
}
