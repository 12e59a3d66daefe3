package weir.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import weir.net.EventLoop;

/** Servers come and go while the pool runs; what is known of those that stay is kept. */
class MembersTest {
    private static final Server A = new Server("127.0.0.1", 1, 1);
    private static final Server B = new Server("127.0.0.1", 2, 1);
    private static final Server NAME = new Server(Server.Kind.DNS, "app.test", 80, 1, false, List.of());

    @Test
    void aServerThatStaysKeepsItsConnectionsAndOthersLoseThem() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            Pool pool = rig.open(PoolRig.settings(A, B));
            request(rig, pool.origin("127.0.0.1:1"));
            request(rig, pool.origin("127.0.0.1:2"));
            rig.configure(PoolRig.settings(B));
            rig.turn();
            assertThat(pool.origins()).extracting(Origin::name).containsExactly("127.0.0.1:2");
            assertThat(rig.connections.get(0).aborted).isTrue();
            assertThat(rig.connections.get(1).aborted).isFalse();
            request(rig, pool.origin("127.0.0.1:2"));
            assertThat(rig.connections).hasSize(2);
        }
    }

    @Test
    void aPoolInAnothersPlaceKnowsHowItsServersStand() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            Pool first = rig.open(PoolRig.settings(A, B));
            request(rig, first.origin("127.0.0.1:1"));
            first.origin("127.0.0.1:1").standing().checked(false, "HTTP 500");
            first.administer(first.origin("127.0.0.1:2"), Standing.Administration.DISABLED);
            Pool second = rig.open(PoolRig.settings(BalanceSettings.of(BalanceSettings.Policy.LEAST_REQUESTS),
                    LimitSettings.NONE, RetrySettings.DEFAULT, A, B));
            assertThat(second).isNotSameAs(first);
            assertThat(second.origin("127.0.0.1:1").standing().isUp()).isFalse();
            assertThat(second.origin("127.0.0.1:1").results(OriginResult.OK)).isEqualTo(1);
            assertThat(second.origin("127.0.0.1:2").standing().administration()).isEqualTo(Standing.Administration.DISABLED);
            assertThat(second.pick(rig.loops.get(0), List.of(), 0)).isNull();
            second.origin("127.0.0.1:1").standing().checked(true, "HTTP 200");
            assertThat(second.pick(rig.loops.get(0), List.of(), 0)).isSameAs(second.origin("127.0.0.1:1"));
        }
    }

    @Test
    void eachAddressOfADnsNameIsAServer() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            Pool pool = rig.open(PoolRig.settings(NAME));
            assertThat(pool.pick(rig.loops.get(0), List.of(), 0)).isNull();
            rig.sources.get("dns://app.test:80").accept(List.of(PoolRig.member("127.0.0.1", 80, 1, 0), PoolRig.member("127.0.0.2", 80, 1, 0)));
            assertThat(pool.origins()).extracting(Origin::name).containsExactly("127.0.0.1:80", "127.0.0.2:80");
            Origin second = pool.origin("127.0.0.2:80");
            rig.sources.get("dns://app.test:80").accept(List.of(PoolRig.member("127.0.0.2", 80, 1, 0)));
            assertThat(pool.origins()).containsExactly(second);
        }
    }

    @Test
    void theOperatorAddsAndRemoves() throws IOException {
        try (PoolRig rig = new PoolRig(1)) {
            Pool pool = rig.open(PoolRig.settings(A));
            assertThat(pool.add(B)).isTrue();
            assertThat(pool.add(B)).isFalse();
            assertThat(pool.remove("127.0.0.1:1")).isTrue();
            assertThat(pool.remove("127.0.0.1:9")).isFalse();
            assertThat(pool.origins()).extracting(Origin::name).containsExactly("127.0.0.1:2");
            assertThat(pool.add(A)).isTrue();
            assertThat(pool.remove("127.0.0.1:2")).isTrue();
            assertThat(pool.origins()).extracting(Origin::name).containsExactly("127.0.0.1:1");
            pool.add(B);
            rig.configure(PoolRig.settings(A));
            assertThat(pool.origins()).extracting(Origin::name).containsExactly("127.0.0.1:1");
        }
    }

    @Test
    void backupsAndLabelsComeAfterTheOthers() throws IOException {
        Label near = new Label("zone", "a");
        Server far = new Server(Server.Kind.HOST, "127.0.0.1", 3, 1, false, List.of(new Label("zone", "b")));
        Server here = new Server(Server.Kind.HOST, "127.0.0.1", 4, 1, false, List.of(near));
        Server backup = new Server(Server.Kind.HOST, "127.0.0.1", 5, 1, true, List.of(near));
        try (PoolRig rig = new PoolRig(1)) {
            Pool pool = rig.open(PoolRig.settings(new BalanceSettings(BalanceSettings.Policy.ROUND_ROBIN, null, 0, List.of(near), null), LimitSettings.NONE,
                    RetrySettings.DEFAULT, far, backup, here));
            EventLoop loop = rig.loops.get(0);
            assertThat(pool.pick(loop, List.of(), 0).name()).isEqualTo("127.0.0.1:4");
            assertThat(pool.pick(loop, List.of(pool.origin("127.0.0.1:4")), 0).name()).isEqualTo("127.0.0.1:3");
            pool.origin("127.0.0.1:4").standing().checked(false, "refused");
            assertThat(pool.pick(loop, List.of(), 0).name()).isEqualTo("127.0.0.1:3");
            pool.origin("127.0.0.1:3").standing().ejected(true, "tried");
            assertThat(pool.pick(loop, List.of(), 0).name()).isEqualTo("127.0.0.1:5");
        }
    }

    private static void request(PoolRig rig, Origin origin) throws IOException {
        EventLoop loop = rig.loops.get(0);
        rig.pool.end(loop, origin, rig.pool.begin(loop, origin, null, true, false), OriginResult.OK);
    }
}
