package weir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the files of Linux and the options of the JVM say of memory. */
class HostMemoryTest {
    private static final String CGROUP = "sys/fs/cgroup/";

    @TempDir
    Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private long bytes() {
        return new HostMemory(root).bytes();
    }

    @Test
    void theHost() throws IOException {
        assertThat(bytes()).as("no Linux").isZero();
        file("proc/meminfo", "MemTotal:       24685176 kB\nMemFree:        12345 kB\n");
        assertThat(bytes()).isEqualTo(24_685_176L << 10);
        file("proc/self/cgroup", "0::/\n");
        file(CGROUP + "memory.max", "max\n");
        assertThat(bytes()).isEqualTo(24_685_176L << 10);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource({"0::/, memory.max, 1000", "0::/system.slice/weir.service, system.slice/weir.service/memory.max, 1000", "0::/a/b, a/memory.max, 1000",
        "0::/somewhere/of/the/host, memory.max, 1000", "4:memory:/a, memory/a/memory.limit_in_bytes, 1000", "4:memory:/a, memory/memory.limit_in_bytes, 1000",
        "4:cpu:/a, memory/memory.limit_in_bytes, 4096", "0::/a, memory.max, 9000"})
    void theNarrowestGroup(String group, String file, long limit) throws IOException {
        file("proc/meminfo", "MemTotal: 4 kB\n");
        file("proc/self/cgroup", "12:freezer:/\n" + group + "\n");
        file(CGROUP + file, limit + "\n");
        assertThat(bytes()).isEqualTo(Math.min(limit, 4096));
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}: {4}")
    @CsvSource({",,,, 77", "1g,,,, 1073741824", "1T,,,, 1099511627776", ",-Xmx5m -XX:MaxDirectMemorySize=5k -Xss1m,,, 5120",
        "1g,-XX:MaxDirectMemorySize=5k,,, 1073741824", "1g,,-XX:MaxDirectMemorySize=6,, 6", "1g,,-XX:MaxDirectMemorySize=6,java -XX:MaxDirectMemorySize=7m -jar x, 7340032",
        ",,,java -XX:MaxDirectMemorySize=7m -XX:MaxDirectMemorySize=8m weir, 8388608", ",,,java -jar weir.jar -XX:MaxDirectMemorySize=7m, 77", ",,-XX:MaxDirectMemorySize=x,, 77"})
    void whatTheJvmGrants(String baked, String toolOptions, String jdkOptions, String commandLine, long bytes) throws IOException {
        if (commandLine != null) {
            file("proc/self/cmdline", commandLine.replace(' ', '\0') + "\0");
        }
        assertThat(new HostMemory(root).directMax(77, baked == null ? Map.<String, String>of()::get : Map.of(HostMemory.DIRECT_PROPERTY, baked)::get,
                name -> name.equals("JAVA_TOOL_OPTIONS") ? toolOptions : name.equals("JDK_JAVA_OPTIONS") ? jdkOptions : null)).isEqualTo(bytes);
    }
}
