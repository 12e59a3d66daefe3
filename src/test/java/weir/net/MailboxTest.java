package weir.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailboxTest {
    private final List<Integer> ran = new ArrayList<>();
    private int wakeUps;
    private final Mailbox mailbox = new Mailbox(4, () -> wakeUps++);

    @Test
    void runsTasksInOrderAndAtMostSoMany() {
        for (int round = 0; round < 10; round++) {
            ran.clear();
            assertThat(put(1) && put(2) && put(3)).isTrue();
            assertThat(mailbox.drain(2)).isEqualTo(2);
            assertThat(ran).containsExactly(1, 2);
            assertThat(put(4)).isTrue();
            assertThat(mailbox.isEmpty()).isFalse();
            assertThat(mailbox.drain(10)).isEqualTo(2);
            assertThat(ran).containsExactly(1, 2, 3, 4);
            assertThat(mailbox.drain(10)).isZero();
            assertThat(mailbox.isEmpty()).isTrue();
        }
    }

    @Test
    void refusesAndCountsWhatDoesNotFit() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(put(i)).isTrue();
            }
            assertThat(put(4)).isFalse();
            assertThat(put(5)).isFalse();
            assertThat(mailbox.drain(1)).isOne();
            assertThat(put(6)).isTrue();
            assertThat(put(7)).isFalse();
            mailbox.drain(10);
        }
        assertThat(mailbox.refused()).isEqualTo(15);
        assertThat(ran).hasSize(25).doesNotContain(4, 5, 7);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "3, 4", "4, 4", "5, 8"})
    void roundsItsBoundUp(int tasksMax, int room) {
        Mailbox rounded = new Mailbox(tasksMax, () -> {});
        for (int i = 0; i < room; i++) {
            assertThat(rounded.put(() -> {})).isTrue();
        }
        assertThat(rounded.put(() -> {})).isFalse();
    }

    @Test
    void wakesOnlyWhoMayBeAsleep() {
        put(1);
        assertThat(wakeUps).as("nobody has looked yet").isZero();
        assertThat(mailbox.isEmpty()).isFalse();
        put(2);
        assertThat(wakeUps).as("it will not wait").isZero();
        mailbox.drain(10);
        put(3);
        assertThat(wakeUps).as("at work").isZero();
        mailbox.drain(10);
        assertThat(mailbox.isEmpty()).isTrue();
        put(4);
        put(5);
        assertThat(wakeUps).as("once").isOne();
        mailbox.drain(10);
        assertThat(mailbox.isEmpty()).isTrue();
        mailbox.awake();
        put(6);
        assertThat(wakeUps).as("awake for another reason").isOne();
    }

    @Test
    void whatATaskThrowsLeavesTheOthers() {
        mailbox.put(() -> {
            throw new IllegalStateException("broken");
        });
        put(1);
        assertThatThrownBy(() -> mailbox.drain(10)).hasMessage("broken");
        assertThat(mailbox.drain(10)).isOne();
        assertThat(ran).containsExactly(1);
    }

    @Test
    void aTaskMayPutAnother() {
        mailbox.put(() -> put(1));
        assertThat(mailbox.drain(1)).isOne();
        assertThat(mailbox.drain(1)).isOne();
        assertThat(ran).containsExactly(1);
    }

    /** Every put waits for an answer now and then, so that the loop falls asleep all the time: a lost wake-up hangs. */
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 1", "3, 50", "2, 1000"})
    void noTaskAndNoWakeUpIsLost(int threads, int burst) throws Exception {
        int each = 30_000 / threads;
        try (Selector selector = Selector.open()) {
            Mailbox box = new Mailbox(64, selector::wakeup);
            int[] counts = new int[threads]; // written by the loop only
            int[] loop = {0};
            Thread consumer = new Thread(() -> loop(selector, box, loop, threads * each));
            Thread[] producers = new Thread[threads];
            for (int t = 0; t < threads; t++) {
                int self = t;
                Semaphore answers = new Semaphore(0);
                producers[t] = new Thread(() -> {
                    for (int n = 0; n < each; n++) {
                        int number = n;
                        Runnable task = () -> {
                            assertThat(counts[self]++).as("in order").isEqualTo(number);
                            loop[0]++;
                            answers.release();
                        };
                        while (!box.put(task)) {
                            Thread.onSpinWait();
                        }
                        if (n % burst == burst - 1) {
                            answers.acquireUninterruptibly(burst);
                        }
                    }
                });
            }
            consumer.start();
            for (Thread producer : producers) {
                producer.start();
            }
            for (Thread producer : producers) {
                producer.join();
            }
            consumer.join();
            assertThat(counts).containsOnly(each);
        }
    }

    /** As a selector, but waiting and waking cost nanoseconds: the windows of a race are hit thousands of times. */
    @ParameterizedTest
    @CsvSource({"1, 1, 100000", "2, 1, 50000", "2, 64, 200000"})
    void noTaskAndNoWakeUpIsLostAtSpeed(int threads, int burst, int rounds) throws Exception {
        int each = rounds / threads;
        AtomicBoolean woken = new AtomicBoolean();
        Mailbox box = new Mailbox(16, () -> woken.set(true));
        Thread[] producers = new Thread[threads];
        AtomicIntegerArray answers = new AtomicIntegerArray(threads * 32);
        for (int t = 0; t < threads; t++) {
            int self = t * 32;
            Random random = new Random(t);
            Runnable task = () -> answers.setRelease(self, answers.getPlain(self) + 1);
            producers[t] = new Thread(() -> {
                for (int n = 1; n <= each; n++) {
                    for (int pause = random.nextInt(30); burst == 1 && pause > 0; pause--) {
                        Thread.onSpinWait();
                    }
                    while (!box.put(task)) {
                        Thread.onSpinWait();
                    }
                    while (n % burst == 0 && answers.getAcquire(self) < n) {
                        Thread.onSpinWait();
                    }
                }
            });
            producers[t].start();
        }
        for (int ran = 0; ran < threads * each; ran += box.drain(7)) {
            if (box.isEmpty()) {
                while (!woken.get()) {
                    Thread.onSpinWait();
                }
            }
            woken.set(false);
        }
        for (int t = 0; t < threads; t++) {
            producers[t].join();
            assertThat(answers.get(t * 32)).isEqualTo(each);
        }
    }

    private static void loop(Selector selector, Mailbox box, int[] ran, int end) {
        try {
            while (ran[0] < end) {
                if (box.isEmpty()) {
                    selector.select();
                } else {
                    selector.selectNow();
                }
                box.drain(7);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean put(int number) {
        return mailbox.put(() -> ran.add(number));
    }
}
