package weir.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;

/** Reads a whole file of bounded size; what is wrong with it becomes a finding. */
final class FileContent {
    private FileContent() {}

    /** @return null when it cannot be read */
    static byte[] read(Path file, int bytesMax, List<Finding> findings) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return fault(file, "is no file" + (Files.isDirectory(file) ? " but a directory" : ""), "name a file", findings);  // a pipe would block
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(bytesMax + 1);
            if (content.length > bytesMax) {
                return fault(file, "is larger than " + (bytesMax >> 20) + " MiB", "name a file of certificates or keys alone", findings);
            }
            return content.length == 0 ? fault(file, "is empty", "copy it anew", findings) : content;
        } catch (NoSuchFileException e) {
            return fault(file, "there is no such file", "correct the name, or put the file there", findings);
        } catch (AccessDeniedException e) {
            return fault(file, "weir may not read it", "let its user read it: chgrp and chmod 640, or run weir as another user", findings);
        } catch (IOException e) {
            return fault(file, "cannot be read: " + e.getMessage(), "name a readable file", findings);
        }
    }

    /** Warns of a file with a key that every user of the host can read. */
    static void checkSecret(Path file, List<Finding> findings) {
        try {
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                findings.add(new Finding(false, file.toString(), "everybody on this host can read this private key", "chmod o= " + file));
            }
        } catch (IOException | UnsupportedOperationException e) {
            return;                                              // a file system without such rights, or the file went away
        }
    }

    private static byte[] fault(Path file, String what, String whatToDo, List<Finding> findings) {
        findings.add(new Finding(true, file.toString(), what, whatToDo));
        return null;
    }
}
