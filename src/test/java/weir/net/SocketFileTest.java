package weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import weir.Await;
import weir.buffer.SlabStore;
import weir.observe.Journal;
import weir.observe.Metrics;

/** Listening on a Unix-domain socket: who may connect, what is replaced, what is left alone. */
class SocketFileTest {
    private final List<EventLoop> loops = new ArrayList<>();
    private final ConnectionLimit limit = new ConnectionLimit("listen.test", 10);
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile InetSocketAddress peer;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        SlabStore store = new SlabStore(4 << 20);
        for (int i = 0; i < 2; i++) {
            loops.add(new EventLoop(i, store, new Journal(new PrintStream(said, true, StandardCharsets.UTF_8))));
        }
        loops.forEach(EventLoop::start);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (EventLoop loop : loops) {
            loop.stop();
            loop.join();
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("internal error");
    }

    private Listener listener(Path path) throws IOException {
        return listener(path, false);
    }

    private Listener listener(Path path, boolean beside) throws IOException {
        return new Listener("test", ListenSockets.bind(UnixDomainSocketAddress.of(path), 16, beside), 16, loops, limit, new Metrics(2).counter("pauses", "Pauses."),
                (loop, transport) -> {
                    peer = transport.peer();
                    accepted.incrementAndGet();
                    try {
                        transport.write(ByteBuffer.wrap(new byte[] {'!'}));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    transport.close();
                    limit.give();
                });
    }

    private static void connect(Path path) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer one = ByteBuffer.allocate(2);
            assertThat(client.read(one)).isEqualTo(1);
            assertThat(client.read(one)).isEqualTo(-1);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void takesThePlaceOfOneThatListensWhenAskedTo() throws Exception {
        Path path = directory.resolve("s.sock");
        Listener before = listener(path);
        before.start();
        connect(path);
        Listener after = listener(path, true);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
        before.close();
        assertThat(files()).as("the old one leaves it alone").containsExactly("s.sock");
        after.start();
        connect(path);
        after.close();
        assertThat(files()).isEmpty();
        Files.writeString(path, "a file");
        assertThatThrownBy(() -> listener(path, true)).hasMessageContaining("a file is there that is no socket");
        assertThat(path).hasContent("a file");
    }

    @Test
    void accepts() throws Exception {
        Path path = directory.resolve("s.sock");
        Listener listener = listener(path);
        assertThat(listener.address()).isEqualTo(UnixDomainSocketAddress.of(path));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
        assertThat(files()).as("nothing is left beside it").containsExactly("s.sock");
        listener.start();
        for (int i = 0; i < 20; i++) {
            connect(path);
        }
        assertThat(peer).isEqualTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        listener.close();
        listener.close();
        assertThat(files()).isEmpty();
        assertThat(accepted).hasValue(20);
        Await.until("the last connection is given back", () -> limit.open() == 0);
    }

    @Test
    void saysWhichLimitIsReached() throws Exception {
        Path path = directory.resolve("s.sock");
        for (int i = 0; i < 10; i++) {
            assertThat(limit.take()).isTrue();
        }
        Listener listener = listener(path);
        listener.start();
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            Await.until("it says so", () -> said.toString(StandardCharsets.UTF_8).contains(" warn listen.test (10) reached, accepting pauses\n"));
            limit.give();
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
        }
        listener.close();
    }

    @Test
    void leavesTheFileOfAnother() throws Exception {
        Path path = directory.resolve("s.sock");
        Listener listener = listener(path);
        Files.delete(path);
        Files.writeString(path, "not ours");
        listener.close();
        assertThat(path).hasContent("not ours");
    }

    @Test
    void leavesTheSocketThatTookItsPlace() throws Exception {
        Path path = directory.resolve("s.sock");
        Listener first = listener(path);
        Files.delete(path);
        Listener second = listener(path);
        second.start();
        first.close();
        first.close();
        connect(path);
        second.close();
        assertThat(files()).isEmpty();
    }

    /** A file system may give the number of a file that is gone to the next one. */
    @Test
    void isRemovedOnce() throws Exception {
        Path path = directory.resolve("s.sock");
        SocketFile first = SocketFile.bind(path, 1, false);
        first.remove();
        Files.createLink(path, Files.createFile(directory.resolve("f")));
        first.remove();
        assertThat(path).exists();
        Files.delete(path);
        first.channel().close();
        for (int i = 0; i < 20; i++) {
            SocketFile next = SocketFile.bind(path, 1, false);
            first.remove();
            assertThat(path).exists();
            next.remove();
            next.channel().close();
        }
    }

    @Test
    void replacesTheFileOfADeadProcess() throws Exception {
        Path path = directory.resolve("s.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(files()).containsExactly("s.sock");
        Listener listener = listener(path);
        listener.start();
        connect(path);
        listener.close();
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest(name = "with {0} connections that nobody accepts")
    @ValueSource(ints = {0, 50})
    void refusesWhenSomebodyHasIt(int waiting) throws Exception {
        Path path = directory.resolve("s.sock");
        List<SocketChannel> clients = new ArrayList<>();
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path), 1);
            for (int i = 0; i < waiting; i++) {
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
                client.configureBlocking(false);
                clients.add(client);
                try {
                    client.connect(UnixDomainSocketAddress.of(path));
                } catch (IOException full) {
                    break;
                }
            }
            assertThatThrownBy(() -> listener(path)).isInstanceOf(BindException.class)
                    .hasMessageStartingWith("another weir has it").hasMessageEndingWith("stop that one, or choose another path");
            assertThat(files()).containsExactly("s.sock");
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void neverRemovesWhatIsNoSocket() throws Exception {
        for (Path path : List.of(Files.writeString(directory.resolve("file"), "precious"), Files.createDirectory(directory.resolve("dir")),
                Files.createSymbolicLink(directory.resolve("link"), directory.resolve("file")))) {
            assertThatThrownBy(() -> listener(path)).isInstanceOf(BindException.class)
                    .hasMessage("a file is there that is no socket; remove it, or choose another path");
        }
        assertThat(files()).containsExactly("dir", "file", "link");
        assertThat(directory.resolve("file")).hasContent("precious");
    }

    @Test
    void saysThatThereIsNoDirectory() {
        assertThatThrownBy(() -> listener(directory.resolve("none/s.sock")))
                .hasMessage("there is no directory " + directory + "/none; make it, or choose another path");
    }

    @Test
    void takesTheLongestPathThereIs() throws Exception {
        Path longest = directory.resolve("x".repeat(SocketFile.PATH_BYTES_MAX - directory.toString().length() - 1));
        Listener listener = listener(longest);
        listener.start();
        connect(longest);
        listener.close();
        assertThatThrownBy(() -> listener(Path.of(longest + "x"))).hasMessage("the path has 107 bytes, that of a socket may have 106; choose a shorter one");
    }

    @Test
    void makesTheLongestDirectoryShortEnough() throws Exception {
        Path deep = Files.createDirectory(directory.resolve("x".repeat(SocketFile.PATH_BYTES_MAX - directory.toString().length() - 3)));
        assertThatThrownBy(() -> listener(deep.resolve("s"))).hasMessageContaining("that of a socket may have 106");
    }

    @Test
    void saysThatItMayNotWrite() throws Exception {
        // Root may write everywhere but into /proc, where nobody may make a directory.
        assertThatThrownBy(() -> listener(Path.of("/proc/s.sock"))).isInstanceOf(BindException.class);
        Path closed = Files.createDirectory(directory.resolve("closed"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------")));
        if (!Files.isWritable(closed)) {
            assertThatThrownBy(() -> listener(closed.resolve("s.sock")))
                    .hasMessage("no permission to write in " + closed + "; give it to the user of weir, or choose another path");
        }
    }
}
