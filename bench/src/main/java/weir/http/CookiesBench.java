package weir.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import weir.bench.Messages;

/** One of eight cookies, as sticky sessions and hashing by a cookie look for it: the first, one in the middle, the last and none; against String.split. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class CookiesBench {
    private static final String COOKIES = "_ga=GA1.2.1234567890.1700000000; _gid=GA1.2.987654321.1700000000; theme=dark; lang=en; session=9f86d081884c7d659a2feaa0c55ad015; "
            + "consent=eyJhIjoxLCJiIjowLCJjIjoxfQ==; _fbp=fb.1.1700000000000.1234567890; server=app2";
    private static final String[] NAMES = {"_ga", "session", "server", "missing"};

    private final byte[][] names = new byte[NAMES.length][];
    private Head head;
    private String value;
    private int turn;

    @Setup
    public void fill() {
        head = Messages.head("GET / HTTP/1.1\r\nHost: shop.example.com\r\nCookie: " + COOKIES + "\r\n\r\n");
        value = head.value(FieldName.COOKIE);
        for (int i = 0; i < NAMES.length; i++) {
            names[i] = NAMES[i].getBytes(StandardCharsets.US_ASCII);
        }
        for (int i = 0; i < NAMES.length; i++) {
            turn = i;
            long found = ours();
            turn = i;
            String plain = split();
            if (plain == null ? found >= 0 : !plain.equals(head.text(Cookies.from(found), Cookies.to(found)))) {
                throw new AssertionError("not " + plain);
            }
        }
    }

    @Benchmark
    public long ours() {
        return Cookies.find(head, names[turn++ % NAMES.length]);
    }

    /** The baseline; the value of the field is a string already. */
    @Benchmark
    public String split() {
        String wanted = NAMES[turn++ % NAMES.length];
        for (String pair : value.split(";")) {
            String cookie = pair.trim();
            int equals = cookie.indexOf('=');
            if (equals > 0 && cookie.substring(0, equals).equals(wanted)) {
                return cookie.substring(equals + 1);
            }
        }
        return null;
    }
}
