package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import org.junit.jupiter.api.Test;

/** How long the JDK keeps what it has looked up, where weir is the process. */
class SystemNamesTest {
    @Test
    void asksWithoutTheCachesOfTheJdk() throws UnknownHostException {
        SystemNames.keepShortly();
        assertThat(System.getProperty("sun.net.inetaddr.ttl")).isEqualTo("1");
        assertThat(SystemNames.LOOKUP.lookup("127.0.0.1")).containsExactly(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        assertThat(Security.getProperty("networkaddress.cache.negative.ttl")).isEqualTo("1");
        assertThat(Security.getProperty("networkaddress.cache.ttl")).as("of which the other one takes the place").isNull();
    }
}
