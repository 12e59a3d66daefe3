package weir.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Reads a file up to a bound, and says in plain words why it could not be read. */
final class BoundedFile {
    private BoundedFile() {}

    /** The content; one byte more than {@code bytesMax} means that there is more. */
    static byte[] readAtMost(Path file, int bytesMax) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(bytesMax + 1);
        }
    }

    static String why(Exception e) {
        if (e instanceof NoSuchFileException) return "no such file";
        if (e instanceof AccessDeniedException) return "permission denied";
        if (e instanceof NotDirectoryException) return "no such directory";
        if (e instanceof InvalidPathException) return "not a path of this system";
        if (e instanceof FileSystemException f && f.getReason() != null) return f.getReason();
        if (e.getMessage() == null) return e.getClass().getSimpleName();
        return e.getMessage();           // `Is a directory` comes this way
    }
}
