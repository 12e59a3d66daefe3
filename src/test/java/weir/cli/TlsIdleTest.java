package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.RawConnection;
import weir.tls.TestCertificates;
import weir.tls.TlsSockets;

/** Many protected connections in a process with little memory: what each of them keeps has to be small. */
class TlsIdleTest {
    private static final int CONNECTIONS = 1_000;

    @TempDir
    private static Path folder;

    /** 64 MiB of heap less what the JVM and weir need leave some 50 KiB for each of them; the buffers lie outside. */
    @Test
    void aThousandIdleConnectionsInSixtyFourMebibytes() throws Exception {
        TestCertificates authority = TestCertificates.create(folder);
        TestCertificates.Issued issued = authority.issue("idle", "ec256", List.of("localhost"));
        Path file = Files.writeString(folder.resolve("weir.properties"), "tls.main = " + issued.certificate() + " " + issued.key() + """

                listen.idle = 127.0.0.1:0
                listen.idle.certs = main
                route.hello = /* -> respond 200 "hello"
                log.access = off
                metrics = 127.0.0.1:0
                """);
        List<RawConnection> clients = new ArrayList<>();
        try (WeirProcess weir = WeirProcess.start("run", file.toString())) {
            TlsSockets sockets = TlsSockets.of(authority.ca(), null);
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < CONNECTIONS; i++) {
                    if (round == 0) {
                        clients.add(sockets.connect(weir.address("listen.idle"), "localhost"));
                    }
                    RawConnection client = clients.get(i);
                    assertThat(client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").readHead()).startsWith("HTTP/1.1 200 ");
                    assertThat(client.readBytes(5)).isEqualTo("hello");
                }
            }
            String page = weir.connect("metrics").send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").readAll();
            assertThat(page).contains("weir_connections{listener=\"idle\",state=\"idle\"} " + CONNECTIONS);
            assertThat(weir.err()).doesNotContain("heap is used up");
        } finally {
            clients.forEach(RawConnection::close);
        }
    }
}
