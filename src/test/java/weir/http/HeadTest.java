package weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import weir.FuzzSeed;
import weir.buffer.BufferPool;
import weir.buffer.Lease;
import weir.buffer.SlabStore;

/** A head against a list of lines, under any edits. */
class HeadTest {
    private static final FieldName[] KNOWN = {FieldName.HOST, FieldName.VIA, FieldName.X_FORWARDED_FOR, FieldName.CONNECTION};

    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);
    private final BufferPool pool = new BufferPool(new SlabStore(2 << 20));
    private final Head head = new Head();

    /** The twin: field lines as they stand on the wire. */
    private final List<Line> twin = new ArrayList<>();

    private record Line(String name, String value, String wire, int field) {
        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    @AfterEach
    void givesItsLeaseBack() {
        head.close();
        assertThat(pool.lentCount()).isZero();
    }

    /** Fills the head as a parser does. Each line: name, what stands between, value, what stands behind. */
    private void read(String... lines) {
        String start = "GET /path?q HTTP/1.1\r\n";
        StringBuilder wire = new StringBuilder(start);
        int base = random.nextInt(9);
        ByteBuffer bytes = ByteBuffer.allocateDirect(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
        head.start(bytes, base);
        bytes.put(base, ascii(start));
        head.requestLine(0, 3, 4, 11, 1);
        twin.clear();
        for (String line : lines) {
            int at = wire.length();
            int colon = line.indexOf(':');
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            int valueFrom = at + colon + 1 + line.substring(colon + 1).indexOf(value);
            wire.append(line).append("\r\n");
            bytes.put(base, ascii(wire.toString()));
            head.field(FieldName.idOf(bytes, base + at, base + at + colon), at, at + colon, valueFrom, valueFrom + value.length());
            twin.add(new Line(name, value, line + "\r\n", twin.size()));
        }
        wire.append("\r\n");
        bytes.put(base, ascii(wire + "junk behind"));
        head.finish(wire.length());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private String copied() {
        ByteBuffer out = ByteBuffer.allocate(head.length() + 4).position(4);
        head.copyFieldLines(out);
        return new String(out.array(), 4, out.position() - 4, StandardCharsets.ISO_8859_1);
    }

    private void check() {
        assertThat(copied()).isEqualTo(twin.stream().map(Line::wire).collect(Collectors.joining()));
        for (FieldName name : KNOWN) {
            List<Line> lines = twin.stream().filter(line -> line.is(name.text())).toList();
            assertThat(head.has(name)).isEqualTo(!lines.isEmpty());
            assertThat(head.value(name)).isEqualTo(lines.isEmpty() ? null : lines.get(0).value);
            List<String> found = new ArrayList<>();
            for (int i = head.find(name); i >= 0; i = head.findAfter(name, i)) {
                found.add(head.text(head.valueFrom(i), head.valueTo(i)));
            }
            assertThat(found).isEqualTo(lines.stream().map(Line::value).toList());
        }
        assertThat(head.text(head.targetFrom(), head.targetTo())).isEqualTo("/path?q");
        assertThat(head.method()).isEqualTo(Method.GET);
    }

    @Test
    void staysEqualToAPlainListUnderAnyEdits() {
        for (int round = 0; round < 400; round++) {
            try {
                String[] lines = new String[random.nextInt(1 << random.nextInt(7))];
                for (int i = 0; i < lines.length; i++) {
                    lines[i] = name() + ":" + " ".repeat(random.nextInt(3)) + value() + "\t".repeat(random.nextInt(2));
                }
                read(lines);
                check();
                for (int step = random.nextInt(30); step > 0; step--) {
                    edit();
                    check();
                }
            } catch (AssertionError failure) {
                throw new AssertionError("round " + round + " of -Dfuzz.seed=" + seed, failure);
            }
        }
    }

    private String name() {
        String name = random.nextInt(3) == 0 ? "X-" + (char) ('a' + random.nextInt(4)) : KNOWN[random.nextInt(KNOWN.length)].text();
        return switch (random.nextInt(3)) {
            case 0 -> name.toLowerCase(Locale.ROOT);
            case 1 -> name.toUpperCase(Locale.ROOT);
            default -> name;
        };
    }

    private String value() {
        return "v".repeat(random.nextInt(1 << random.nextInt(9)));
    }

    private void edit() {
        FieldName name = KNOWN[random.nextInt(KNOWN.length)];
        int choice = random.nextInt(8);
        if (choice >= 4) {
            assertThat(head.keep(pool)).isTrue();
            assertThat(head.isKept()).isTrue();
        }
        switch (choice) {
            case 0 -> {
                head.removeAll(name);
                twin.removeIf(line -> line.is(name.text()));
            }
            case 1 -> {
                String other = name().toLowerCase(Locale.ROOT);
                head.removeAll(ascii(other));
                twin.removeIf(line -> line.is(other));
            }
            case 2 -> {
                if (!twin.isEmpty()) {
                    head.remove(twin.remove(random.nextInt(twin.size())).field);
                }
            }
            case 3 -> {
                ByteBuffer other = ByteBuffer.allocateDirect(head.bytes().capacity() + 8).order(ByteOrder.LITTLE_ENDIAN);
                if (!head.isKept()) {
                    other.put(5, head.bytes(), head.at(0), head.length());
                    head.moved(other, 5);
                }
            }
            case 4 -> {
                String value = value();
                assertThat(head.add(name, ascii(value))).isTrue();
                added(name.text(), value);
            }
            case 5 -> {
                assertThat(head.addCopy(name, head.targetFrom(), head.targetTo())).isTrue();
                added(name.text(), "/path?q");
            }
            case 6 -> {
                String tail = value();
                assertThat(head.join(name, ascii(tail))).isTrue();
                String joined = twin.stream().filter(line -> line.is(name.text())).map(line -> line.value + ", ").collect(Collectors.joining());
                twin.removeIf(line -> line.is(name.text()));
                added(name.text(), joined + tail);
            }
            default -> {
                int at = head.append(ascii("appended"));
                assertThat(head.text(at, at + 8)).isEqualTo("appended");
                assertThat(head.add(FieldName.UNKNOWN, ascii("X-b"), ascii("c"))).isTrue();
                added("X-b", "c");
            }
        }
    }

    private void added(String name, String value) {
        twin.add(new Line(name, value, name + ": " + value + "\r\n", head.fields() - 1));
    }

    /** What is left of it after any edits, and again after edits of the copy. */
    @Test
    void itsImageIsTheSameHead() {
        for (int round = 0; round < 200; round++) {
            String[] lines = new String[random.nextInt(30)];
            Arrays.setAll(lines, i -> name() + ": " + value());
            read(lines);
            head.statusLine(203, 4, 9, 1);
            for (int step = random.nextInt(10); step > 0; step--) {
                edit();
            }
            int at = random.nextInt(9);
            ByteBuffer image = ByteBuffer.allocateDirect(at + HeadImage.bytes(head)).order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            HeadImage.write(head, image, at);
            Head loaded = new Head();
            HeadImage.read(image, at, loaded);
            if (random.nextBoolean()) {
                assertThat(loaded.keep(pool)).isTrue();
                assertThat(loaded.add(FieldName.AGE, 0)).isTrue();
                assertThat(loaded.add(FieldName.CONTENT_LENGTH, 9_876_543_210L)).isTrue();
                added("Age", "0");
                added("Content-Length", "9876543210");
            }
            ByteBuffer out = ByteBuffer.allocate(loaded.length());
            loaded.copyFieldLines(out);
            assertThat(new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1)).as("-Dfuzz.seed=" + seed)
                    .isEqualTo(twin.stream().map(line -> line.name + ": " + line.value + "\r\n").collect(Collectors.joining()));
            assertThat(loaded.status()).isEqualTo(203);
            assertThat(loaded.text(loaded.reasonFrom(), loaded.reasonTo())).isEqualTo("/path");
            for (FieldName name : KNOWN) {
                assertThat(loaded.value(name)).isEqualTo(head.value(name));
            }
            loaded.close();
        }
    }

    /** As a request that is sent for another client. */
    @Test
    void aCopyIsTheSameHeadAndNotTheSameBytes() {
        for (int round = 0; round < 100; round++) {
            String[] lines = new String[random.nextInt(30)];
            Arrays.setAll(lines, i -> name() + ": " + value());
            read(lines);
            for (int step = random.nextInt(10); step > 0; step--) {
                edit();
            }
            Head copy = new Head();
            assertThat(copy.copyOf(head, pool)).isTrue();
            String before = copied();
            head.start(ByteBuffer.allocate(0), 0);
            ByteBuffer out = ByteBuffer.allocate(copy.length());
            copy.copyFieldLines(out);
            assertThat(new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1)).as("-Dfuzz.seed=" + seed).isEqualTo(before);
            assertThat(copy.text(copy.targetFrom(), copy.targetTo())).isEqualTo("/path?q");
            assertThat(copy.method()).isEqualTo(Method.GET);
            copy.close();
        }
    }

    @Test
    void isAsBeforeAtThePoolsBound() {
        read("A: b", "Via: 1.1 x");
        BufferPool small = new BufferPool(new SlabStore(SlabStore.SLAB_BYTES));
        Lease all = small.borrow(BufferPool.BYTES_MAX);
        assertThat(head.keep(small)).isFalse();
        assertThat(head.isKept()).isFalse();
        check();
        all.close();
        assertThat(head.keep(small)).isTrue();
        List<Lease> rest = new ArrayList<>();
        for (Lease lease = small.borrow(1024); lease != null; lease = small.borrow(1024)) {
            rest.add(lease);
        }
        byte[] large = new byte[4 << 10];
        assertThat(head.append(large)).isEqualTo(-1);
        assertThat(head.append(large.length)).isEqualTo(-1);
        assertThat(head.add(FieldName.HOST, large)).isFalse();
        assertThat(head.join(FieldName.VIA, large)).isFalse();
        assertThat(head.addCopy(FieldName.HOST, 0, head.length())).as("fits").isTrue();
        head.remove(2);
        check();
        rest.forEach(Lease::close);
        head.close();
        assertThat(small.lentCount()).isZero();
    }

    @Test
    void growsToTheLargestBufferAndNotBeyond() {
        read("A: b");
        assertThat(head.keep(pool)).isTrue();
        byte[] value = ascii("x".repeat(60 << 10));
        for (int i = 0; i < 4; i++) {
            assertThat(head.add(FieldName.VIA, value)).isTrue();
            added("Via", "x".repeat(60 << 10));
        }
        check();
        assertThat(head.add(FieldName.VIA, value)).isFalse();
        check();
        assertThat(pool.lentCount()).isEqualTo(1);
    }

    @Test
    void keepsNoMoreThanOneLease() {
        read("A: b");
        assertThat(head.keep(pool)).isTrue();
        assertThat(head.keep(pool)).isTrue();
        assertThat(pool.lentCount()).isEqualTo(1);
        read("C: d");
        assertThat(pool.lentCount()).isZero();
        assertThat(head.isKept()).isFalse();
        check();
    }

    @Test
    void startsAnAnswerOfOurOwn() {
        read("A: b");
        assertThat(head.startAnswer(pool, 404, ascii("Not Found"))).isTrue();
        assertThat(head.add(FieldName.CONTENT_TYPE, ascii("text/plain"))).isTrue();
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.text(head.reasonFrom(), head.reasonTo())).isEqualTo("Not Found");
        assertThat(head.method()).isEqualTo(Method.OTHER);
        assertThat(copied()).isEqualTo("Content-Type: text/plain\r\n");
    }

    @ParameterizedTest(name = "{0} holds {1}: {2}")
    @CsvSource(delimiter = ';', value = {
        "gzip; gzip; true", "gzip, br; br; true", "' br\t,\tGZIP '; gzip; true", "gzipped; gzip; false", "x-gzip; gzip; false",
        "gzip=q; gzip; false", ",,; gzip; false", "'gzip,'; gzip; true", "a b; a; false",
    })
    void findsATokenInAList(String value, String token, boolean found) {
        read("Accept-Encoding: identity", "X: gzip, br, a", "accept-encoding: " + value);
        assertThat(head.hasToken(FieldName.ACCEPT_ENCODING, ascii(token))).isEqualTo(found);
    }
}
