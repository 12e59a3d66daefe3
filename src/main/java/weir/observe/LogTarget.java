package weir.observe;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where an access log goes. */
public sealed interface LogTarget {
    /** The standard output of the process; reopening it does nothing. */
    static LogTarget stdout() {
        return new Stdout();
    }

    /** A file, made if missing, appended to; {@link LogWriter#reopen()} opens its name anew. */
    static LogTarget file(Path path) {
        return new File(path);
    }

    /** Opens the target for appending; the caller closes it, which leaves the standard output open. */
    WritableByteChannel open() throws IOException;

    /** The standard output. */
    record Stdout() implements LogTarget {
        @Override
        @SuppressWarnings("resource") // closing would close descriptor 1 for the whole process
        public WritableByteChannel open() {
            return new Unclosed(new FileOutputStream(FileDescriptor.out).getChannel());
        }

        @Override
        public String toString() {
            return "stdout";
        }
    }

    /** A file by its name. */
    record File(Path path) implements LogTarget {
        @Override
        public WritableByteChannel open() throws IOException {
            return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }
}
