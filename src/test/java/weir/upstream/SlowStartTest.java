package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What share a server gets that comes back, on loops and a clock turned by hand. */
class SlowStartTest {
    private static final long SECOND = PoolRig.SECOND;
    private static final long LATE = 30_000_000;
    private static final Server A = new Server("127.0.0.1", 1, 1);
    private static final Server B = new Server("127.0.0.1", 2, 1);
    private static final Server BACKUP = new Server(Server.Kind.HOST, "127.0.0.1", 3, 1, true, List.of());

    private static PoolSettings settings(int seconds, Server... servers) {
        return PoolRig.settings(new HealthSettings(null, new EjectSettings(3, 5 * SECOND, 5 * SECOND, 50, null), seconds * SECOND), servers);
    }

    private static Standing standing(PoolRig rig, int port) {
        return rig.pool.origin("127.0.0.1:" + port).standing();
    }

    private static void absence(PoolRig rig, int port) throws IOException {
        rig.pool.administer(rig.pool.origin("127.0.0.1:" + port), Standing.Administration.DISABLED);
        rig.turn();
        rig.turn();
        rig.pool.administer(rig.pool.origin("127.0.0.1:" + port), Standing.Administration.ENABLED);
        rig.turn();
        rig.turn();
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "1, 13", "15, 55", "29, 97", "30, 100", "1000, 100"})
    void theShareGrowsSteadilyFromATenth(long seconds, int percent) {
        assertThat(SlowStart.percent(seconds * SECOND, 30 * SECOND)).isEqualTo(percent);
    }

    @Test
    void requestsFollowTheShare() throws IOException {
        try (PoolRig rig = new PoolRig(2)) {
            Pool pool = rig.open(settings(30, A, B));
            rig.turn();
            assertThat(standing(rig, 1).sharePercent()).as("at the start of the process").isEqualTo(100);
            absence(rig, 1);
            Set<Integer> shares = new HashSet<>();
            for (int second = 0; second < 30; second++) {
                int percent = standing(rig, 1).sharePercent();
                assertThat((double) percent).as("after %d s", second).isCloseTo(10 + 3.0 * second, Offset.offset(5.0));
                Map<String, Integer> picks = new HashMap<>();
                for (int i = 0; i < 2_000; i++) {
                    picks.merge(pool.pick(rig.loops.get(i % 2), List.of(), 0).name(), 1, Integer::sum);
                }
                assertThat(picks.get("127.0.0.1:1") / 2_000.0).isCloseTo(percent / (percent + 100.0), Offset.offset(0.01));
                for (int i = 0; i < 10; i++) {
                    shares.add(standing(rig, 1).sharePercent());
                    rig.run(SECOND / 10);
                }
            }
            rig.run(LATE);
            assertThat(standing(rig, 1).sharePercent()).isEqualTo(100);
            assertThat(standing(rig, 2).sharePercent()).isEqualTo(100);
            assertThat(shares).hasSizeGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void everyWayBackIsSlow() throws IOException {
        CheckSettings check = new CheckSettings(CheckSettings.Kind.HTTP, "GET", "/", "", 0, List.of(new CheckSettings.Statuses(200, 200)), "", SECOND, SECOND, 10,
                1, 1, true);
        try (PoolRig rig = new PoolRig(1)) {
            Map<Integer, Integer> status = new HashMap<>();
            rig.onCheck = connection -> connection.answer(status.getOrDefault(connection.member.port(), 200), "");
            Pool pool = rig.open(PoolRig.settings(new HealthSettings(check, new EjectSettings(3, 5 * SECOND, 5 * SECOND, 50, null), 30 * SECOND), A, B));
            rig.run(2 * SECOND);
            assertThat(standing(rig, 1).sharePercent()).isEqualTo(100);

            status.put(1, 500);
            rig.run(2 * SECOND);
            status.clear();
            awaitUsable(rig, 1);
            assertThat(standing(rig, 1).sharePercent()).as("up again").isEqualTo(10);
            rig.run(31 * SECOND);

            for (int i = 0; i < 3; i++) {
                rig.request(0, pool.origin("127.0.0.1:1"), OriginResult.RESET);
            }
            rig.turn();
            assertThat(standing(rig, 1).isEjected()).isTrue();
            awaitUsable(rig, 1);
            assertThat(standing(rig, 1).sharePercent()).as("back from ejection").isEqualTo(10);
            rig.run(15 * SECOND);
            assertThat(standing(rig, 1).sharePercent()).isBetween(50, 56);

            status.put(1, 500);
            rig.run(2 * SECOND);
            status.clear();
            awaitUsable(rig, 1);
            assertThat(standing(rig, 1).sharePercent()).as("away in the middle of it: from the beginning").isEqualTo(10);

            pool.add(new Server("127.0.0.1", 4, 1));
            rig.turn();
            rig.turn();
            assertThat(standing(rig, 4).sharePercent()).as("added").isEqualTo(10);
        }
    }

    @Test
    void atTheStartThereIsNothingToComeBackFrom() throws IOException {
        CheckSettings check = new CheckSettings(CheckSettings.Kind.HTTP, "GET", "/", "", 0, List.of(new CheckSettings.Statuses(200, 200)), "", SECOND, SECOND, 10,
                1, 1, false);
        try (PoolRig rig = new PoolRig(1)) {
            rig.onCheck = connection -> connection.answer(200, "");
            rig.open(PoolRig.settings(new HealthSettings(check, EjectSettings.DEFAULT, 30 * SECOND), A, B));
            rig.run(2 * SECOND);
            assertThat(standing(rig, 1).isUsable()).isTrue();
            assertThat(standing(rig, 1).sharePercent()).isEqualTo(100);
            assertThat(standing(rig, 2).isUsable()).isTrue();
            assertThat(standing(rig, 2).sharePercent()).isEqualTo(100);
        }
    }

    private static void awaitUsable(PoolRig rig, int port) throws IOException {
        for (int i = 0; i < 1000 && !standing(rig, port).isUsable(); i++) {
            rig.run(10_000_000);
        }
        assertThat(standing(rig, port).isUsable()).isTrue();
    }

    @Test
    void aloneInItsGroupItGetsAllAtOnce() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            rig.open(settings(30, A, BACKUP));
            rig.turn();
            absence(rig, 1);
            assertThat(standing(rig, 1).sharePercent()).isEqualTo(100);
        }
    }

    @Test
    void whoComesTogetherIsNoCompany() throws IOException {
        Server name = new Server(Server.Kind.DNS, "app.test", 80, 1, false, List.of());
        try (PoolRig rig = new PoolRig(1)) {
            rig.open(settings(30, name));
            rig.turn();
            Member one = PoolRig.member("127.0.0.1", 1, 1, 0);
            Member two = PoolRig.member("127.0.0.1", 2, 1, 0);
            Member three = PoolRig.member("127.0.0.1", 3, 1, 0);
            rig.sources.get("dns://app.test:80").accept(List.of(one, two));
            rig.turn();
            assertThat(standing(rig, 1).sharePercent()).isEqualTo(100);
            assertThat(standing(rig, 2).sharePercent()).isEqualTo(100);
            rig.sources.get("dns://app.test:80").accept(List.of(one, two, three));
            rig.turn();
            assertThat(standing(rig, 3).sharePercent()).isEqualTo(10);
        }
    }

    @Test
    void aPoolInAnothersPlaceGoesOn() throws IOException {
        try (PoolRig rig = new PoolRig(2)) {
            rig.open(settings(30, A, B));
            rig.turn();
            absence(rig, 1);
            rig.run(10 * SECOND);
            rig.open(settings(20, A, B, new Server("127.0.0.1", 4, 1)));
            rig.run(SECOND / 10);
            assertThat(standing(rig, 1).sharePercent()).as("half of 20 s").isBetween(55, 56);
            assertThat(standing(rig, 4).sharePercent()).as("new in this configuration").isEqualTo(10);
            rig.open(settings(0, A, B));
            rig.turn();
            assertThat(standing(rig, 1).sharePercent()).as("not wanted any more").isEqualTo(100);
        }
    }
}
