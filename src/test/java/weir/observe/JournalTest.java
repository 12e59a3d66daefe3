package weir.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final long SECOND = 1_000_000_000L;

    private final StringBuilder out = new StringBuilder();
    private long now = Long.MAX_VALUE - 2 * SECOND; // System.nanoTime may start anywhere: the tests cross the wrap-around
    private final Journal journal = new Journal(out, () -> Instant.parse("2026-01-31T12:00:00Z"), () -> now);

    @Test
    void writesOneLineAnEvent() {
        journal.info("started");
        journal.warn("two\nlines \u001b[31m, \u0085 and \u007f, \u00e9");
        journal.error("no");

        assertThat(out).hasToString("""
                2026-01-31T12:00:00.000Z info started
                2026-01-31T12:00:00.000Z warn two\\x0alines \\x1b[31m, \\x85 and \\x7f, \u00e9
                2026-01-31T12:00:00.000Z error no
                """);
    }

    @Test
    void holdsBackWhatComesWithinASecondAndSaysHowMany() {
        for (int i = 0; i < 35; i++) {
            journal.warnAtMostOncePerSecond("accept", "no descriptors " + i);
            journal.warnAtMostOncePerSecond(i < 5 ? "early" : "accept", "other");
            now += SECOND / 10;
        }

        assertThat(lines()).containsExactly(
                "no descriptors 0",
                "other",
                "no descriptors 10 (14 more since the last such line)",
                "no descriptors 20 (19 more since the last such line)",
                "no descriptors 30 (19 more since the last such line)");
    }

    @Test
    void afterAQuietSecondNothingWasHeldBack() {
        journal.warnAtMostOncePerSecond("k", "one");
        now += SECOND - 1;
        journal.warnAtMostOncePerSecond("k", "held");
        now += 1;
        journal.warnAtMostOncePerSecond("k", "two");
        now += SECOND;
        journal.warnAtMostOncePerSecond("k", "three");

        assertThat(lines()).containsExactly("one", "two (1 more since the last such line)", "three");
    }

    @Test
    void keysAreBounded() {
        for (int i = 0; i < 10 * Journal.KEYS_MAX; i++) {
            journal.warnAtMostOncePerSecond("peer " + i, "text " + i);
        }
        assertThat(lines()).hasSize(Journal.KEYS_MAX + 1); // the last one for all other keys together
        out.setLength(0);
        now += SECOND;
        journal.warnAtMostOncePerSecond("new", "a second later");
        assertThat(lines()).containsExactly("a second later");
    }

    @Test
    void aClosedStderrIsCounted() {
        Journal closed = new Journal(new Appendable() {
            @Override
            public Appendable append(CharSequence text) throws IOException {
                throw new IOException("closed");
            }

            @Override
            public Appendable append(CharSequence text, int start, int end) throws IOException {
                throw new IOException("closed");
            }

            @Override
            public Appendable append(char c) throws IOException {
                throw new IOException("closed");
            }
        });
        closed.info("x");
        assertThat(closed.lost()).isOne();
    }

    private List<String> lines() {
        return out.toString().lines().map(line -> line.substring("2026-01-31T12:00:00.000Z warn ".length())).toList();
    }
}
