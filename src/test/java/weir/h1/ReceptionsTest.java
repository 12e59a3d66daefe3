package weir.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import weir.http.ClientStream;
import weir.http.RequestHandler;

/** What one connection leaves to the next. */
class ReceptionsTest {
    private final List<Object> served = new ArrayList<>();
    private final ClientStream stream = stream();
    private int made;
    private final Receptions receptions = new Receptions(() -> {
        made++;
        return (RequestHandler) Proxy.newProxyInstance(RequestHandler.class.getClassLoader(), new Class<?>[] {RequestHandler.class}, (self, method, arguments) -> {
            assertThat(method.getName()).isEqualTo("serve");
            served.add(arguments[0]);
            return null;
        });
    });

    private static ClientStream stream() {
        return (ClientStream) Proxy.newProxyInstance(ClientStream.class.getClassLoader(), new Class<?>[] {ClientStream.class}, (self, method, arguments) ->
                method.getName().equals("equals") ? self == arguments[0] : null);
    }

    private static HttpLimits limits() {
        return new HttpLimits(1024, 10, 512, 1, 1, 1, false);
    }

    @Test
    void handsTheLastOneOutFirst() {
        HttpLimits limits = limits();
        Reception a = receptions.take(limits, stream);
        Reception b = receptions.take(limits, stream);
        assertThat(made).isEqualTo(2);
        receptions.giveBack(a);
        receptions.giveBack(b);
        assertThat(receptions.take(limits, stream)).isSameAs(b);
        assertThat(receptions.take(limits, stream)).isSameAs(a);
        assertThat(made).isEqualTo(2);
        assertThat(served).as("whom its handler serves").containsExactly(stream, stream, null, null, stream, stream);
    }

    @Test
    void givesUpWhatWasMadeForOtherLimits() {
        HttpLimits before = limits();
        Reception old = receptions.take(before, stream);
        receptions.giveBack(old);
        HttpLimits after = limits();
        Reception fresh = receptions.take(after, stream);
        assertThat(fresh).isNotSameAs(old);
        assertThat(fresh.limits).isSameAs(after);
        assertThat(receptions.take(before, stream)).as("it is gone").isNotSameAs(old);
    }

    @Test
    void keepsNoMoreThanItsBound() {
        HttpLimits limits = limits();
        List<Reception> all = new ArrayList<>();
        for (int i = 0; i <= Receptions.FREE_MAX; i++) {
            all.add(receptions.take(limits, stream));
        }
        all.forEach(receptions::giveBack);
        for (int i = 0; i <= Receptions.FREE_MAX; i++) {
            receptions.take(limits, stream);
        }
        assertThat(made).isEqualTo(Receptions.FREE_MAX + 2);
    }
}
