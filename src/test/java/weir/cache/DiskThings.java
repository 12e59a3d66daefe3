package weir.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import weir.Await;
import weir.observe.Journal;

/** What the tests of the disk tier have in common: writing, waiting for it, and reading what is under a key. */
final class DiskThings {
    static final byte[] NO_VARIANT = {};

    private DiskThings() {}

    /** What was read of an entry. */
    record Got(String meta, byte[] body, Disk.Outcome outcome) {}

    /** Collects all entries under a key. */
    static final class Collector implements Disk.Reader {
        final Store store;
        final List<Got> got = new ArrayList<>();
        final List<String> metas = new ArrayList<>();
        final CountDownLatch ended = new CountDownLatch(1);
        final Consumer<Blob> started;
        String meta;

        Collector(Store store, Consumer<Blob> started) {
            this.store = store;
            this.started = started;
        }

        @Override
        public Blob entry(byte[] bytes, long bodyBytes) {
            meta = new String(bytes, StandardCharsets.ISO_8859_1);
            metas.add(meta);
            Blob blob = store.blob(bodyBytes);
            if (blob != null) {
                started.accept(blob);
            }
            return blob;
        }

        @Override
        public boolean entryDone(Blob body, Disk.Outcome outcome) {
            if (body.isComplete() != (outcome != Disk.Outcome.BROKEN) || body.isFailed() == body.isComplete()) {
                throw new AssertionError(outcome + ", but complete: " + body.isComplete() + ", failed: " + body.isFailed());
            }
            got.add(new Got(meta, Things.read(body), outcome));
            body.release();
            return true;
        }

        @Override
        public void end() {
            ended.countDown();
        }

        List<Got> await() {
            try {
                if (!ended.await(10, TimeUnit.SECONDS)) {
                    throw new AssertionError("the disk did not answer in 10 s");
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return got;
        }
    }

    static Disk open(Path directory, long bytesMax) {
        return open(directory, bytesMax, new StringBuilder());
    }

    static Disk open(Path directory, long bytesMax, StringBuilder journal) {
        try {
            return Disk.open("test", directory, bytesMax, 64L << 20, new Journal(journal));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Probe key(String key) {
        return Things.probe(key).frozen();
    }

    /** Has an entry written. */
    static boolean write(Disk disk, Store store, String key, String variant, String meta, byte[] body) {
        Blob blob = store.blob(body.length);
        if (blob.append(ByteBuffer.wrap(body), 0, body.length) < body.length) {
            throw new AssertionError("no room in memory");
        }
        blob.complete();
        boolean taken = disk.write(key(key), variant.getBytes(StandardCharsets.ISO_8859_1), meta.getBytes(StandardCharsets.ISO_8859_1), blob);
        blob.release();
        return taken;
    }

    /** Writes an entry, and waits for it. */
    static void written(Disk disk, Store store, String key, String variant, String meta, byte[] body) {
        long before = disk.written() + disk.dropped();
        if (!write(disk, store, key, variant, meta, body)) {
            throw new AssertionError("not taken");
        }
        Await.until("it is written", () -> disk.written() + disk.dropped() > before);
    }

    /** Reads all entries under a key. */
    static List<Got> read(Disk disk, Store store, String key) {
        Collector collector = new Collector(store, blob -> {});
        if (!disk.read(key(key), collector)) {
            throw new AssertionError("not taken");
        }
        return collector.await();
    }

    static void awaitRemovals(Disk disk) {
        Await.until("removals are written", () -> disk.removalsWaiting() == 0);
    }

    /** The files in a directory by name. */
    static List<Path> files(Path directory, String suffix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted(Comparator.naturalOrder()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of all files of segments. */
    static long bytesIn(Path directory) {
        try {
            long bytes = 0;
            for (Path file : files(directory, "")) {
                bytes += file.toString().endsWith(".lock") ? 0 : Files.size(file);
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether nobody has this directory open. */
    static boolean isFree(Path directory) {
        try {
            new DiskDirectory(directory).close();
            return true;
        } catch (IOException e) {
            if (e.getMessage().contains("in use")) {
                return false;
            }
            throw new UncheckedIOException(e);
        }
    }
}
