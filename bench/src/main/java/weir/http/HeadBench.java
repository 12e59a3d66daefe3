package weir.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import weir.bench.Messages;

/**
 * Fields of a browser's request (15 lines) and of its response (20) looked up in the index of a head; against a HashMap of strings
 * by names in lower case. That map is there already: what it costs to fill it is not measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class HeadBench {
    private static final int LOOK_UPS = 8;                   // in turn; a power of two
    private static final FieldName[] OF_REQUEST = {FieldName.HOST, FieldName.CONNECTION, FieldName.USER_AGENT, FieldName.REFERER,
            FieldName.ACCEPT_ENCODING, FieldName.COOKIE, FieldName.IF_NONE_MATCH, FieldName.HOST};
    private static final FieldName[] NOT_OF_REQUEST = {FieldName.AUTHORIZATION, FieldName.RANGE, FieldName.CACHE_CONTROL, FieldName.TE,
            FieldName.UPGRADE, FieldName.EXPECT, FieldName.X_FORWARDED_FOR, FieldName.TRANSFER_ENCODING};
    private static final FieldName[] OF_RESPONSE = {FieldName.DATE, FieldName.CONTENT_TYPE, FieldName.CONTENT_LENGTH, FieldName.CACHE_CONTROL,
            FieldName.ETAG, FieldName.VARY, FieldName.CONTENT_ENCODING, FieldName.SET_COOKIE};
    private static final FieldName[] NOT_OF_RESPONSE = {FieldName.TRANSFER_ENCODING, FieldName.UPGRADE, FieldName.LOCATION, FieldName.TRAILER,
            FieldName.WWW_AUTHENTICATE, FieldName.PRAGMA, FieldName.RETRY_AFTER, FieldName.CONTENT_RANGE};

    @Param({"REQUEST", "RESPONSE"})
    public String message;

    private Head head;
    private Map<String, String> map;
    private FieldName[] present;
    private FieldName[] absent;
    private String[] presentTexts;
    private String[] absentTexts;
    private FieldName list;
    private String listText;
    private byte[][] tokens;                                 // the last of a list, the first, and two that are not there
    private String[] tokenTexts;
    private byte[][] foreign;                                // names that weir does not know
    private String[] foreignTexts;
    private byte[] wire;
    private int[] names;                                     // from and to of each
    private Map<String, FieldName> known;
    private int turn;

    @Setup
    public void fill() {
        boolean request = message.equals("REQUEST");
        String text = request ? Messages.REQUEST : Messages.RESPONSE;
        head = Messages.head(text);
        present = request ? OF_REQUEST : OF_RESPONSE;
        absent = request ? NOT_OF_REQUEST : NOT_OF_RESPONSE;
        list = request ? FieldName.ACCEPT_ENCODING : FieldName.VARY;
        tokenTexts = request ? new String[] {"br", "gzip", "zstd", "identity"} : new String[] {"cookie", "accept-encoding", "origin", "*"};
        foreignTexts = request ? new String[] {"sec-fetch-dest", "accept"} : new String[] {"x-request-id", "referrer-policy"};
        tokens = bytes(tokenTexts);
        foreign = bytes(foreignTexts);
        presentTexts = lowerCase(present);
        absentTexts = lowerCase(absent);
        listText = list.text().toLowerCase(Locale.ROOT);
        wire = text.getBytes(StandardCharsets.US_ASCII);
        map = new HashMap<>();
        names = new int[head.fields() * 2];
        for (int i = 0; i < head.fields(); i++) {
            names[i * 2] = head.nameFrom(i);
            names[i * 2 + 1] = head.nameTo(i);
            map.putIfAbsent(head.text(head.nameFrom(i), head.nameTo(i)).toLowerCase(Locale.ROOT), head.text(head.valueFrom(i), head.valueTo(i)));
        }
        known = new HashMap<>();
        for (FieldName name : FieldName.values()) {
            known.put(name.text().toLowerCase(Locale.ROOT), name);
        }
        check();
    }

    private static byte[][] bytes(String[] texts) {
        byte[][] all = new byte[texts.length][];
        for (int i = 0; i < texts.length; i++) {
            all[i] = texts[i].getBytes(StandardCharsets.US_ASCII);
        }
        return all;
    }

    private static String[] lowerCase(FieldName[] names) {
        String[] texts = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            texts[i] = names[i].text().toLowerCase(Locale.ROOT);
        }
        return texts;
    }

    private void check() {
        for (int i = 0; i < names.length * LOOK_UPS; i++) {
            turn = i;
            int field = find();
            turn = i;
            same(findInMap(), field < 0 ? null : head.text(head.valueFrom(field), head.valueTo(field)));
            turn = i;
            same(findAbsentInMap(), findAbsent() < 0 ? null : "there");
            turn = i;
            int unknown = findForeign();
            turn = i;
            same(findForeignInMap(), head.text(head.valueFrom(unknown), head.valueTo(unknown)));
            turn = i;
            boolean token = hasToken();
            turn = i;
            same(hasTokenBySplit(), token);
            same(token, i % tokens.length < 2);
            turn = i;
            int id = nameId();
            turn = i;
            same(nameIdInMap(), id < 0 ? null : FieldName.of(id));
            turn = i;
            same(nameIdInBuffer(), id);
        }
    }

    private static void same(Object plain, Object ours) {
        if (!Objects.equals(plain, ours)) {
            throw new AssertionError("not " + plain + " but " + ours);
        }
    }

    /** A field that is there. */
    @Benchmark
    public int find() {
        return head.find(present[turn++ & LOOK_UPS - 1]);
    }

    @Benchmark
    public String findInMap() {
        return map.get(presentTexts[turn++ & LOOK_UPS - 1]);
    }

    /** A field that is not there, as most that are asked for. */
    @Benchmark
    public int findAbsent() {
        return head.find(absent[turn++ & LOOK_UPS - 1]);
    }

    @Benchmark
    public String findAbsentInMap() {
        return map.get(absentTexts[turn++ & LOOK_UPS - 1]);
    }

    /** A field of a name that the configuration tells, and weir does not know: all lines are looked at. */
    @Benchmark
    public int findForeign() {
        byte[] name = foreign[turn++ % foreign.length];
        int field = 0;
        while (field < head.fields() && (head.isRemoved(field) || !head.nameIs(field, name))) {
            field++;
        }
        return field;
    }

    @Benchmark
    public String findForeignInMap() {
        return map.get(foreignTexts[turn++ % foreignTexts.length]);
    }

    /** Accept-Encoding or Vary. */
    @Benchmark
    public boolean hasToken() {
        return head.hasToken(list, tokens[turn++ % tokens.length]);
    }

    @Benchmark
    public boolean hasTokenBySplit() {
        String wanted = tokenTexts[turn++ % tokenTexts.length];
        for (String token : map.get(listText).split(",")) {
            if (token.trim().equalsIgnoreCase(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** Which name it is that stands in the bytes, as a parser asks for each line. */
    @Benchmark
    public int nameId() {
        int i = turn++ % (names.length / 2) * 2;
        return FieldName.idOf(wire, names[i], names[i + 1]);
    }

    /** The same in the direct buffer. */
    @Benchmark
    public int nameIdInBuffer() {
        int i = turn++ % (names.length / 2) * 2;
        return FieldName.idOf(head.bytes(), names[i], names[i + 1]);
    }

    @Benchmark
    public FieldName nameIdInMap() {
        int i = turn++ % (names.length / 2) * 2;
        return known.get(new String(wire, names[i], names[i + 1] - names[i], StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
    }
}
