package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import weir.http.OriginStream;

/** How many unused connections are kept over all servers. */
class IdleBudgetTest {
    @Test
    void givesEachLoopAnEqualShare() {
        IdleBudget budget = new IdleBudget(2, 5);
        assertThat(budget.take(0)).isTrue();
        assertThat(budget.take(0)).isTrue();
        assertThat(budget.take(0)).as("a third of two").isFalse();
        assertThat(budget.take(1)).as("of another loop").isTrue();
        budget.give(0);
        assertThat(budget.take(0)).isTrue();
        assertThat(budget.take(0)).isFalse();
    }

    @Test
    void leavesOneToEachLoop() {
        IdleBudget budget = new IdleBudget(4, 0);
        assertThat(budget.take(3)).isTrue();
        assertThat(budget.take(3)).isFalse();
    }

    @Test
    void goesForAllServersTogether() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            rig.idle = new IdleBudget(1, 2);
            Pool pool = rig.open(PoolRig.settings(new Server("127.0.0.1", 1, 1), new Server("127.0.0.1", 2, 1), new Server("127.0.0.1", 3, 1)));
            List<Origin> origins = pool.origins();
            for (int round = 0; round < 2; round++) {
                List<OriginStream> streams = new ArrayList<>();
                for (Origin origin : origins) {
                    streams.add(pool.begin(rig.loops.get(0), origin, null, true, false));
                }
                for (int i = 0; i < streams.size(); i++) {
                    pool.end(rig.loops.get(0), origins.get(i), streams.get(i), OriginResult.OK);
                }
                assertThat(origins).extracting(Origin::connections).containsExactly(1, 1, 0);
            }
            assertThat(rig.connections).as("the third server's are made anew").hasSize(4);
        }
    }
}
