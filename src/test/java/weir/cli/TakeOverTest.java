package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import weir.Await;

/** Another process takes over from one that serves, under load: what nobody notices, and what the kernel drops. */
class TakeOverTest {
    private static final int CLIENTS_EACH = 4;
    private static final int LOOPS = 2;

    @TempDir
    Path directory;

    private String file(String listen, String content) throws IOException {
        return Files.writeString(directory.resolve(content + ".properties"), "listen.web = " + listen + "\nserver.workers = " + LOOPS
                + "\nserver.drain-delay = 500ms\nroute.all = /* -> respond 200 \"" + content + "\"\nlog.access = off\nadmin = unix:"
                + directory.resolve("admin.sock") + "\n").toString();
    }

    private static void signal(ProcessHandle process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start().waitFor()).isZero();
    }

    private static void assertOnlyNew(Load load) {
        load.await("new", 100);                                               // by then the last one of the old is read
        int old = load.answers("old");
        load.await("new", 500);
        assertThat(load.answers("old")).isEqualTo(old);
    }

    @Test
    void byAnInheritedSocketNothingIsLost() throws Exception {
        try (Supervisor supervisor = new Supervisor()) {
            ProcessHandle before = supervisor.start("run", file("inherited", "old"));
            try (Load load = new Load(supervisor.address(), CLIENTS_EACH)) {
                load.await("old", 500);
                ProcessHandle after = supervisor.start("run", "--beside", file("inherited", "new"));
                load.await("new", 100);                                       // both take from one queue
                signal(before, "TERM");
                Supervisor.awaitEnd(before);
                assertOnlyNew(load);
                signal(after, "HUP");
                Await.until("it has read its file again", () -> supervisor.output().contains("info reloaded "));
                load.await("new", 500);
                assertThat(after.isAlive()).isTrue();
                assertThat(load.failures()).isEmpty();
            }
            assertThat(supervisor.output()).contains("info drained").doesNotContain("warn", "error");
        }
    }

    /** What comes while nobody runs waits in the kernel. */
    @Test
    void byAnInheritedSocketARestartLosesNothing() throws Exception {
        try (Supervisor supervisor = new Supervisor()) {
            ProcessHandle before = supervisor.start("run", file("inherited", "old"));
            try (Load load = new Load(supervisor.address(), CLIENTS_EACH)) {
                load.await("old", 500);
                signal(before, "TERM");
                Supervisor.awaitEnd(before);
                supervisor.start("run", file("inherited", "new"));
                load.await("new", 500);
                assertThat(load.failures()).isEmpty();
            }
            assertThat(supervisor.output()).contains("info drained").doesNotContain("warn", "error");
        }
    }

    /**
     * The kernel hands a new connection to one of all sockets on the port; what stands in the queue of one that is closed it
     * resets, unless net.ipv4.tcp_migrate_req is 1. A drain empties each queue before, so that only a connection can be lost that
     * comes between the last look and the close: at most one of each client for each socket.
     */
    @Test
    void onASharedPortOnlyConnectionsAreLostThatComeAsASocketCloses() throws Exception {
        try (WeirProcess before = WeirProcess.start("run", file("127.0.0.1:0", "old"))) {
            String port = "127.0.0.1:" + before.address("listen.web").getPort();
            try (WeirProcess accident = WeirProcess.start("run", file(port, "bad"))) {
                assertThat(accident.exitCode()).isEqualTo(1);
                assertThat(accident.err()).contains("listen.web: cannot listen on " + port + ": the port is in use", "run --beside");
            }
            List<String> failures;
            try (Load load = new Load(before.address("listen.web"), CLIENTS_EACH)) {
                load.await("old", 500);
                try (WeirProcess after = WeirProcess.start("run", "--beside", file(port, "new"))) {
                    after.awaitErr("info serving beside another process on web: TERM makes that one hand over");
                    load.await("new", 100);
                    assertThat(before.signal("TERM").exitCode()).isZero();
                    assertOnlyNew(load);
                    failures = load.failures();
                    assertThat(after.signal("TERM").exitCode()).isZero();
                }
            }
            boolean migrates = Files.readString(Path.of("/proc/sys/net/ipv4/tcp_migrate_req")).strip().equals("1");
            assertThat(failures).as("connections that the kernel dropped").hasSizeLessThanOrEqualTo(migrates ? 0 : 2 * CLIENTS_EACH * LOOPS)
                    .allMatch(failure -> failure.matches("(connecting|request 1 of a connection): .*(Connection reset|Broken pipe).*"));
            assertThat(before.err().contains("net.ipv4.tcp_migrate_req is 0")).isEqualTo(!migrates);
        }
    }

    @Test
    void besideNobodyAndBesideAStrangerAreTold() throws Exception {
        try (WeirProcess alone = WeirProcess.start("run", "--beside", file("127.0.0.1:0", "one"))) {
            alone.awaitErr("warn --beside: no other process is seen to listen on these ports");
        }
        try (ServerSocket stranger = new ServerSocket(0);
                WeirProcess weir = WeirProcess.start("run", "--beside", file("127.0.0.1:" + stranger.getLocalPort(), "two"))) {
            assertThat(weir.exitCode()).isEqualTo(1);
            assertThat(weir.err()).contains("the program on this port does not share it; only a weir of the same user does");
        }
    }

    @Test
    void withoutASocketItSaysWhatToDo() throws Exception {
        try (WeirProcess weir = WeirProcess.start("run", file("inherited", "one"))) {
            assertThat(weir.exitCode()).isEqualTo(1);
            assertThat(weir.err()).endsWith("error listen.web: file descriptor 0 is no socket; let a supervisor start weir with one as its standard input "
                    + "(systemd: StandardInput=socket), or write an address");
        }
    }
}
