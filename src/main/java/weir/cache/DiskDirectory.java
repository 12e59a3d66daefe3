package weir.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The directory of the disk tier, held by one process at a time. What is in it and has not one of our names is never touched;
 * what is made in it is for the owner only, and no symbolic link is followed there.
 */
class DiskDirectory implements AutoCloseable {
    private static final String LOCK_NAME = "weir.lock";
    /** Those of this process: to open and close a lock file once more would give the process's lock away (POSIX has it so). */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path real;
    private final boolean posix;
    private final FileChannel lockFile;

    /**
     * Makes the directory when there is none, and takes the lock.
     *
     * @throws IOException it cannot be used; the message says why
     */
    DiskDirectory(Path path) throws IOException {
        this.path = path.toAbsolutePath();
        posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        try {
            Files.createDirectories(this.path, mode("rwx------"));
            real = this.path.toRealPath();
        } catch (IOException e) {
            throw new IOException(path + " cannot be used: " + reason(e), e);
        }
        if (!HELD.add(real)) {
            throw inUse();
        }
        try {
            lockFile = lock();
        } catch (IOException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private IOException inUse() {
        return new IOException(path + " is in use by another process, or by another cache; give each a directory of its own");
    }

    private FileChannel lock() throws IOException {
        FileChannel file;
        try {
            file = open(LOCK_NAME, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(path + " cannot be used: " + reason(e), e);
        }
        FileLock lock = null;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            // this process, by another name: a mount, or another loader of this class
        } finally {
            if (lock == null) {
                file.close();
            }
        }
        if (lock == null) {
            throw inUse();
        }
        return file;
    }

    Path path() {
        return path;
    }

    /** Returns whether users other than the owner and its group may write into it, and so put what they like into the cache. */
    boolean isOpenToAll() throws IOException {
        return posix && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
    }

    /** Returns the numbers of the segments of which there is a file. */
    SortedSet<Long> numbers() throws IOException {
        SortedSet<Long> numbers = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                long number = DiskFormat.numberOf(file.getFileName().toString());
                if (number >= 0 && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }

    /** Makes a file of a segment, to be written; there must be none. */
    FileChannel create(long number, byte part) throws IOException {
        return open(DiskFormat.fileName(number, part), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Opens a file of a segment, to be read. */
    FileChannel openFile(long number, byte part) throws IOException {
        return open(DiskFormat.fileName(number, part), StandardOpenOption.READ);
    }

    /** Removes a segment: first the index, without which the data are nothing. */
    void delete(long number) throws IOException {
        Files.deleteIfExists(path.resolve(DiskFormat.fileName(number, DiskFormat.INDEX)));
        Files.deleteIfExists(path.resolve(DiskFormat.fileName(number, DiskFormat.DATA)));
    }

    /** Makes the names of new files last through a loss of power. */
    void force() throws IOException {
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private FileChannel open(String name, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Set.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(path.resolve(name), all, mode("rw-------"));
    }

    private FileAttribute<?>[] mode(String permissions) {
        return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))} : new FileAttribute<?>[0];
    }

    /** What went wrong, for an operator; the exceptions of the JDK say no more than the path where the cause is a common one. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getFile() + ": " + f.getReason();
        }
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + ": no permission";
        }
        if (e instanceof NoSuchFileException) {
            return e.getMessage() + ": there is no such file or directory";
        }
        if (e instanceof FileAlreadyExistsException) {
            return e.getMessage() + ": is there already, and is no directory";
        }
        if (e instanceof NotDirectoryException) {
            return e.getMessage() + ": is no directory";
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Gives the lock back. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new AssertionError("closing a file that nothing was written to", e);
        } finally {
            HELD.remove(real);
        }
    }
}
