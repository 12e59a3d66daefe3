package weir.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A listening Unix-domain socket and its file, which only the user of this process can connect to.
 *
 * <p>bind(2) makes the file with what the umask leaves, and listens before a chmod can follow. So it is made in a directory of
 * its own, which nobody else can enter, and comes to its place, with its final mode, as a hard link: other than a rename that
 * replaces nothing.
 */
final class SocketFile {
    /** Of sun_path (108 bytes) the JDK leaves the last two. */
    static final int PATH_BYTES_MAX = 106;

    private static final int MODE_KIND = 0170000;
    private static final int MODE_SOCKET = 0140000;
    private static final int DIRECTORY_TRIES = 100;
    private static final int DIRECTORY_NAMES = 36 * 36 * 36 * 36 * 36;

    private final Path path;
    private final ServerSocketChannel channel;
    private final Object key;
    private boolean removed;

    private SocketFile(Path path, ServerSocketChannel channel, Object key) {
        this.path = path;
        this.channel = channel;
        this.key = key;
    }

    /**
     * Binds, non-blocking. The file of a process that is gone is replaced.
     *
     * @param beside also that of one that listens
     * @throws BindException it cannot be had; the message says why, and what to do
     */
    static SocketFile bind(Path path, int backlog, boolean beside) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        checkLength(path);
        if (directory == null || !Files.isDirectory(directory)) {
            throw new BindException("there is no directory " + directory + "; make it, or choose another path");
        }
        Path hidden = null;
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            hidden = makeDirectory(path);
            Path made = hidden.resolve("s");
            channel.bind(UnixDomainSocketAddress.of(made), backlog);
            channel.configureBlocking(false);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Object key = attributes(made).fileKey();
            place(made, path, beside);
            return new SocketFile(path, channel, key);
        } catch (AccessDeniedException e) {
            channel.close();
            throw because("no permission to write in " + directory + "; give it to the user of weir, or choose another path", e);
        } catch (FileSystemException e) {
            channel.close();
            throw because(e.getReason() == null ? e.toString() : e.getReason(), e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        } finally {
            if (hidden != null) {
                Files.deleteIfExists(hidden.resolve("s"));
                Files.deleteIfExists(hidden);
            }
        }
    }

    private static BindException because(String why, IOException cause) {
        BindException e = new BindException(why);
        e.initCause(cause);
        return e;
    }

    private static void checkLength(Path path) throws BindException {
        Path hidden = path.resolveSibling(directoryName(0)).resolve("s");       // nobody names a socket so briefly that this is the longer one
        int bytes = Math.max(bytes(path), bytes(hidden));
        if (bytes > PATH_BYTES_MAX) {
            throw new BindException("the path has " + bytes + " bytes, that of a socket may have " + PATH_BYTES_MAX + "; choose a shorter one");
        }
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static String directoryName(int number) {
        String digits = Integer.toString(number, Character.MAX_RADIX);
        return ".w" + "0".repeat(5 - digits.length()) + digits;
    }

    private static Path makeDirectory(Path beside) throws IOException {
        for (int i = 1; ; i++) {
            Path directory = beside.resolveSibling(directoryName(ThreadLocalRandom.current().nextInt(DIRECTORY_NAMES)));
            try {
                return Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (i == DIRECTORY_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static void place(Path made, Path path, boolean beside) throws IOException {
        try {
            Files.createLink(path, made);
            return;
        } catch (FileAlreadyExistsException e) {
            checkSocket(path);
        }
        if (beside) {
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);      // replaces it, and at no time is there none
            return;
        }
        checkStale(path);
        Files.deleteIfExists(path);
        try {
            Files.createLink(path, made);
        } catch (FileAlreadyExistsException e) {
            throw because("another process has just made that file; choose another path", e);
        }
    }

    private static void checkSocket(Path path) throws IOException {
        if (!isSocket(path)) {
            throw new BindException("a file is there that is no socket; remove it, or choose another path");
        }
    }

    /** Returns when nobody listens there any more. */
    private static void checkStale(Path path) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);                        // else it waits while the other one's queue is full
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            return;                                                // refused: the file has outlived its process
        } catch (IOException e) {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            throw because("another weir has it, or a program of another user (" + e.getMessage() + "); stop that one, or choose another path", e);
        }
        throw new BindException("another weir has it; stop that one, or choose another path");
    }

    private static boolean isSocket(Path path) throws IOException {
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & MODE_KIND) == MODE_SOCKET;
        } catch (NoSuchFileException e) {
            return true;                                           // gone meanwhile: nothing is in the way
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** Removes the file unless it is another one by now. Before the channel is closed: until then nobody can get the same inode. */
    synchronized void remove() throws IOException {
        if (removed) {
            return;
        }
        removed = true;
        try {
            if (key.equals(attributes(path).fileKey())) {
                Files.delete(path);
            }
        } catch (NoSuchFileException e) {
            // somebody has removed it: that is what was wanted
        }
    }
}
