package weir.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ListenTableTest {
    private static final String WORDS = """
              sl  local_address                         remote_address                        st tx_queue rx_queue
               0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0000000000000000 100 0 0 10 0
               1: 0000000000000000FFFF00000100007F:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 0000000000000000 100 0 0 10 0
               1: 0000000000000000FFFF00000100007F:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 0000000000000000 100 0 0 10 0
               2: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 103 1 0000000000000000 100 0 0 10 0
               3: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 104 1 0000000000000000 100 0 0 10 0
               4: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 105 1 0000000000000000 100 0 0 10 0
               5: 0100007F:1F92 0100007F:9655 01 00000000:00000000 00:00000000 00000000     0        0 106 1 0000000000000000 100 0 0 10 0
               6: 0100007F:1F93 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 107 1 0000000000000000 100 0 0 10 0
            """;

    private static int count(ListenTable table, String host, int port) {
        return table.count(new InetSocketAddress(host, port));
    }

    @Test
    void countsWhoListensAtOneAddress() throws IOException {
        assertThat(ByteOrder.nativeOrder()).as("the words above are those of such a machine").isEqualTo(ByteOrder.LITTLE_ENDIAN);
        Map<String, InetSocketAddress> found = new HashMap<>();
        ListenTable.parse(new BufferedReader(new StringReader(WORDS)), found);
        ListenTable table = new ListenTable(found);
        assertThat(count(table, "127.0.0.1", 8081)).as("both ways to write it, and one that came twice").isEqualTo(2);
        assertThat(count(table, "::1", 8081)).isEqualTo(1);
        assertThat(count(table, "0.0.0.0", 8080)).as("every address, of either version").isEqualTo(2);
        assertThat(count(table, "127.0.0.1", 8080)).isZero();
        assertThat(count(table, "127.0.0.1", 8082)).as("a connection").isZero();
        assertThat(count(table, "127.0.0.1", 8083)).as("behind the connections nobody listens").isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void seesThisProcess() throws IOException {
        assertThat(Files.isReadable(Path.of("/proc/net/tcp"))).isTrue();
        try (ServerSocket one = new ServerSocket(0)) {
            assertThat(count(ListenTable.read(), "0.0.0.0", one.getLocalPort())).isEqualTo(1);
        }
    }
}
