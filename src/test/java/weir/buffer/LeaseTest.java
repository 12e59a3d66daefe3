package weir.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private final BufferPool pool = new BufferPool(new SlabStore(SlabStore.SLAB_BYTES));

    @Test
    void failsOnUseAfterClose() {
        Lease lease = pool.borrow(2048);
        lease.close();
        assertThatThrownBy(lease::bytes).isInstanceOf(AssertionError.class).hasMessageContaining("use after close").hasMessageContaining("LeaseTest");
        assertThatThrownBy(lease::capacity).isInstanceOf(AssertionError.class).hasMessageContaining("use after close");
    }

    @Test
    void failsOnASecondClose() {
        Lease lease = pool.borrow(2048);
        lease.close();
        assertThatThrownBy(lease::close).isInstanceOf(AssertionError.class).hasMessageContaining("second close").hasMessageContaining("LeaseTest");
        assertThat(pool.lentCount()).isZero();
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void failsOnceTheBufferHasANewOwnerToo() {
        Lease old = pool.borrow(2048);
        ByteBuffer bytes = old.bytes();
        old.close();
        try (Lease next = pool.borrow(2048)) {
            assertThat(next.bytes()).isSameAs(bytes);
            assertThat(next).isNotSameAs(old);
            assertThatThrownBy(old::bytes).isInstanceOf(AssertionError.class);
            assertThatThrownBy(old::close).isInstanceOf(AssertionError.class);
            assertThat(next.bytes()).isSameAs(bytes);
        }
    }

    @Test
    void aViewKeptAfterCloseReadsRubbish() {
        ByteBuffer kept;
        try (Lease lease = pool.borrow(1024)) {
            kept = lease.bytes().duplicate();
            while (kept.hasRemaining()) {
                kept.put((byte) 'x');
            }
        }
        kept.flip();
        while (kept.hasRemaining()) {
            assertThat(kept.get()).isEqualTo((byte) 0xDB);
        }
    }

    @Test
    void aNewJvmWithoutAssertionsRecyclesLeasesAndAllocatesNothing() throws Exception {
        assertThat(run("-da", "-Xmx64m")).contains("recycled true").contains("allocated 0 bytes").contains("second close refused").contains("exit 0");
    }

    @Test
    void aJvmThatRefusesMemoryLowersTheBound() throws Exception {
        assertThat(run("-ea", "-Xmx64m", "-XX:MaxDirectMemorySize=2m")).contains("bound lowered to 2097152 of 1073741824").contains("exit 0");
    }

    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BufferPoolProcess.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output + "exit " + process.exitValue();
    }
}
