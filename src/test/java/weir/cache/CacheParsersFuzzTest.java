package weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;
import weir.cache.Directives.Name;
import weir.http.Head;
import weir.http.HttpDate;

/** The values of the fields that a cache reads, mutated, against regular expressions and BigInteger. */
class CacheParsersFuzzTest {
    private static final int MUTATIONS = 2_000;
    private static final String BYTES = "  \t,,,\"\"\\=;:/-*?()%@.0123459aAxX~\u0080\u00e4\u00ff";
    private static final Pattern IMF = Pattern.compile("(?i)(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d\\d) ([A-Z]{3}) (\\d{4}) (\\d\\d):(\\d\\d):(\\d\\d) GMT");
    private static final Pattern ASCTIME = Pattern.compile("(?i)(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z]{3}) (\\d\\d| \\d) (\\d\\d):(\\d\\d):(\\d\\d) (\\d{4})");
    private static final Pattern RFC850 = Pattern.compile(
            "(?i)(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d\\d)-([A-Z]{3})-(\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d) GMT");
    private static final List<String> MONTHS = List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final String NONE = "none";

    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);

    @Test
    void cacheControl() {
        fuzz(List.of("max-age=60, public", "no-cache=\"x-a, x-b\", private=x-c, s-maxage=\"7\"", "max-stale, min-fresh=5, max-stale=9", "ext=\"a, \\\" no-store\", max-age=0",
                "no-store, must-revalidate,proxy-revalidate, immutable", "private=\"a\", private=\"\", must-understand", "stale-while-revalidate=3 ,, stale-if-error=4,",
                "max-age=99999999999999999999, only-if-cached, no-transform", "private=\"a b\", no-cache=\"\\a\"", "max-age=5, MAX-AGE=5, Max-Age=6"), value -> {
                    String[] lines = lines("Cache-Control", value);
                    Head response = Heads.response(200, lines);
                    agrees(Heads.said(response), PlainControl.ofResponse(plain(lines), true), lines);
                    agrees(Heads.asked(Heads.get(lines)), PlainControl.ofRequest(plain(lines)), lines);
                });
    }

    @Test
    void targetedControl() {
        fuzz(List.of("max-age=60, no-store", "max-age=60;a=1;b, private=\"x-a, x-b\"", "no-cache=\"x-a\\\"\", s-maxage=-5", "a=(1 \"b\" c;d=?0);e, max-age=1", "a=:YQ==:, b=@12, max-age=2",
                "c=1.5, max-age=3.0, immutable=?0", "max-age=1,max-age=x,public", "d=%\"f%c3%bc\", max-age=4", "a=tok/en:x, must-revalidate\t,\tpublic", "max-age=999999999999999"), value -> {
                    String[] lines = lines("CDN-Cache-Control", value);
                    lines = Arrays.copyOf(lines, lines.length + 1);
                    lines[lines.length - 1] = "Cache-Control: max-age=7, private";
                    agrees(Heads.said(Heads.response(200, lines)), PlainControl.ofResponse(plain(lines), true), lines);
                });
    }

    private static void agrees(Directives found, PlainControl wanted, String... lines) {
        Map<String, Object> ours = new TreeMap<>();
        Map<String, Object> theirs = new TreeMap<>();
        for (Name name : Name.values()) {
            String text = name.name().toLowerCase(Locale.ROOT).replace('_', '-');
            ours.put(text, found.has(name) + " " + found.seconds(name) + " " + found.isUnclear(name));
            theirs.put(text, wanted.has(text) + " " + wanted.seconds(text) + " " + wanted.isUnclear(text));
        }
        for (String name : List.of("x-a", "x-b", "x-c", "a", "b", "x", "set-cookie")) {
            Head other = Heads.get(name.toUpperCase(Locale.ROOT) + ": 1");
            ours.put("keeps out " + name, found.namesField(other, other.nameFrom(0), other.nameTo(0)));
            theirs.put("keeps out " + name, wanted.fields().contains(name));
        }
        ours.put("targeted", found.isTargeted());
        theirs.put("targeted", wanted.isTargeted());
        assertThat(ours).as(String.join("|", lines)).isEqualTo(theirs);
    }

    @Test
    void vary() {
        Vary vary = new Vary();
        List<String> values = List.of("1, 2", "de, en;q=0.5", "text/a;p=\"A, b\", text/b", "gzip , br", "a b", "\"a, b", "");
        fuzz(List.of("X-A, Accept", "accept-language", "Accept-Encoding,X-A", "x-a , *", "Accept"), value -> {
            Head response = Heads.response(200, lines("Vary", value));
            PlainHead plain = plain(lines("Vary", value));
            String name = List.of("X-A", "Accept", "Accept-Language", "Accept-Encoding").get(random.nextInt(4));
            String one = values.get(random.nextInt(values.size()));
            String[] first = lines(name, one);
            String[] second = lines(name, random.nextInt(3) > 0 ? mutate(List.of(one)) : values.get(random.nextInt(values.size())));
            second = random.nextInt(8) == 0 ? new String[0] : second;
            boolean any = plain.all("Vary").stream().flatMap(line -> Arrays.stream(line.split(",", -1))).anyMatch(each -> PlainHead.trim(each).equals("*"));
            assertThat(Vary.isAny(response)).isEqualTo(any);
            boolean same = selecting(plain, plain(first)).equals(selecting(plain, plain(second)));
            assertThat(vary.matches(vary.variant(response, Heads.get(first)), Heads.get(second))).as("%s for %s", List.of(first), List.of(second)).isEqualTo(same);
        });
    }

    private static Map<String, Object> selecting(PlainHead response, PlainHead request) {
        Map<String, Object> selecting = new TreeMap<>();
        for (String line : response.all("Vary")) {
            for (String each : line.split(",", -1)) {
                String name = each.strip().toLowerCase(Locale.ROOT);
                if (!name.isEmpty()) {
                    selecting.put(name, request.has(name) ? members(name, request.elements(name)) : NONE);
                }
            }
        }
        return selecting;
    }

    private static List<String> members(String name, List<String> elements) {
        boolean anyCase = name.matches("accept-(charset|encoding|language)");
        if (!anyCase && !name.equals("accept")) {
            return elements;
        }
        List<String> members = new ArrayList<>();
        for (String element : elements) {
            StringBuilder member = new StringBuilder();
            for (Matcher part = Pattern.compile("(?s)\"(?:\\\\.|[^\"\\\\])*\"|.").matcher(element); part.find(); ) {
                String text = part.group().length() > 1 ? part.group() : part.group().replaceAll("[ \t]", "");
                member.append(anyCase && text.length() == 1 && text.charAt(0) < 128 ? text.toLowerCase(Locale.ROOT) : text);
            }
            members.add(member.toString());
        }
        members.sort(null);
        return members;
    }

    @Test
    void range() {
        ByteRange range = new ByteRange();
        fuzz(List.of("bytes=0-1", "bytes=5-", "bytes=-3", "bytes=0-1, 4-5 ,-2", "BYTES=7-9999999999999999999", "bytes=10-,0-0", "bytes=-0", "bytes=,1-2,,"), value -> {
            int length = random.nextInt(12);
            StringBuilder found = new StringBuilder(range.read(Heads.get("Range: " + value), length).name());
            boolean some = found.toString().equals("ONE") || found.toString().equals("SEVERAL");
            for (int i = 0; some && i < range.count(); i++) {
                found.append(' ').append(range.first(i)).append('-').append(range.last(i));
            }
            assertThat(found).as("of %d bytes", length).hasToString(ranges(PlainHead.trim(value), length));
        });
    }

    private static String ranges(String value, int length) {
        if (!value.matches("(?is)bytes=.*")) {
            return "WHOLE";
        }
        List<String> ranges = new ArrayList<>();
        TreeSet<Integer> bytes = new TreeSet<>();
        boolean twice = false;
        int asked = 0;
        for (String each : value.substring(6).split(",", -1)) {
            Matcher one = Pattern.compile("(\\d*)-(\\d*)").matcher(PlainHead.trim(each));
            if (PlainHead.trim(each).isEmpty()) {
                continue;
            }
            if (!one.matches() || one.group().equals("-") || ++asked > ByteRange.RANGES_MAX) {
                return "WHOLE";
            }
            BigInteger low = one.group(1).isEmpty() ? null : new BigInteger(one.group(1));
            BigInteger high = one.group(2).isEmpty() ? null : new BigInteger(one.group(2));
            if (low != null && high != null && high.compareTo(low) < 0) {
                return "WHOLE";
            }
            BigInteger end = BigInteger.valueOf(length - 1L);
            BigInteger first = low != null ? low : BigInteger.valueOf(length).subtract(high).max(BigInteger.ZERO);
            BigInteger last = low != null && high != null ? high.min(end) : end;
            if (first.compareTo(last) <= 0) {
                ranges.add(first + "-" + last);
                for (int i = first.intValue(); i <= last.intValue(); i++) {
                    twice |= !bytes.add(i);
                }
            }
        }
        String kind = ranges.isEmpty() ? asked == 0 ? "WHOLE" : "UNSATISFIABLE" : ranges.size() == 1 ? "ONE" : "SEVERAL";
        return twice ? "WHOLE" : ranges.isEmpty() ? kind : kind + " " + String.join(" ", ranges);
    }

    /** Numbers of more than 18 digits are none: longer contents than that there are not. */
    @Test
    void contentRange() {
        fuzz(List.of("bytes 0-1/2", "bytes 5-9/*", "BYTES 0-0/99999999999999999999", "bytes */7", "bytes 3-2/9", "bytes 100-199/1000"), value -> {
            Matcher parts = Pattern.compile("(?i)bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)").matcher(PlainHead.trim(value));
            String wanted = NONE;
            if (parts.matches()) {
                long first = Long.parseLong(parts.group(1));
                long last = Long.parseLong(parts.group(2));
                long complete = parts.group(3).equals("*") ? Long.MAX_VALUE : Long.parseLong(parts.group(3));
                wanted = first <= last && last < complete ? first + " " + last + " " + (complete == Long.MAX_VALUE ? -1 : complete) : NONE;
            }
            ContentRange found = ContentRange.of(Heads.response(206, "Content-Range: " + value));
            assertThat(found == null ? NONE : found.first() + " " + found.last() + " " + found.complete()).isEqualTo(wanted);
        });
    }

    @Test
    void entityTags() {
        List<String> stored = List.of("\"x\"", "W/\"x\"", "\"a,b\"", "\"\"", "\"W/\"", "x", "W/", "");
        fuzz(List.of("\"x\"", "W/\"x\", \"y\"", "*", "\"a,b\"", "\"a\" , W/\"\"", "\"x\"\"x\"", "x, *", "W/"), value -> {
            String tag = stored.get(random.nextInt(stored.size()));
            String[] lines = lines("If-None-Match", value);
            boolean matches = plain(lines).elements("If-None-Match").stream().anyMatch(each -> each.equals("*") || strong(each).equals(strong(tag)));
            Head response = Heads.response(200, "ETag: " + tag);
            assertThat(Preconditions.isNotModified(Heads.get(lines), response, Heads.NOW)).as(tag).isEqualTo(matches);
        });
    }

    private static String strong(String tag) {
        return tag.startsWith("W/") && tag.length() > 2 ? tag.substring(2) : tag;
    }

    @Test
    void age() {
        fuzz(List.of("7", "0", "12, 13", "99999999999", "007 ,5", "-1", ",5"), value -> {
            String first = PlainHead.trim(value.split(",", -1)[0]);
            long wanted = first.matches("[0-9]+") ? new BigInteger(first).min(BigInteger.valueOf(Directives.SECONDS_MAX)).longValue() : 0;
            assertThat(Freshness.age(Heads.response(200, "Age: " + value, "Age: 3"))).isEqualTo(wanted);
        });
    }

    @Test
    void dates() {
        fuzz(List.of("Sun, 06 Nov 1994 08:49:37 GMT", "Wednesday, 29-Feb-96 23:59:60 GMT", "Sun Nov  6 08:49:37 1994", "Monday, 01-Jan-50 00:00:00 GMT", "Thu, 31 Dec 2099 24:00:00 GMT",
                "Sat Feb 29 00:00:00 2020"), value -> {
                    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
                    assertThat(HttpDate.parse(ByteBuffer.wrap(bytes), 0, bytes.length, Heads.NOW)).isEqualTo(date(value));
                });
    }

    private static long date(String text) {
        Matcher imf = IMF.matcher(text);
        if (imf.matches()) {
            return seconds(Integer.parseInt(imf.group(3)), imf.group(2), imf.group(1), imf.group(4), imf.group(5), imf.group(6));
        }
        Matcher asctime = ASCTIME.matcher(text);
        if (asctime.matches()) {
            return seconds(Integer.parseInt(asctime.group(6)), asctime.group(1), asctime.group(2), asctime.group(3), asctime.group(4), asctime.group(5));
        }
        Matcher rfc850 = RFC850.matcher(text);
        if (!rfc850.matches()) {
            return HttpDate.INVALID;
        }
        long latest = LocalDateTime.of(1994 + 50, 11, 6, 8, 49, 37).toEpochSecond(ZoneOffset.UTC);
        for (int century = 2000; century >= 1800; century -= 100) {
            long read = seconds(century + Integer.parseInt(rfc850.group(3)), rfc850.group(2), rfc850.group(1), rfc850.group(4), rfc850.group(5), rfc850.group(6));
            if (read != HttpDate.INVALID && read <= latest) {
                return read;
            }
        }
        return HttpDate.INVALID;
    }

    private static long seconds(int year, String month, String day, String hour, String minute, String second) {
        try {
            return LocalDateTime.of(year, MONTHS.indexOf(month.toLowerCase(Locale.ROOT)) + 1, Integer.parseInt(day.strip()), Integer.parseInt(hour),
                    Integer.parseInt(minute), second.equals("60") ? 59 : Integer.parseInt(second)).toEpochSecond(ZoneOffset.UTC);
        } catch (DateTimeException notOne) {
            return HttpDate.INVALID;
        }
    }

    // ---- how

    private void fuzz(List<String> rows, Consumer<String> check) {
        for (int i = 0; i < MUTATIONS + rows.size(); i++) {
            String value = i < rows.size() ? rows.get(i) : mutate(rows);
            try {
                check.accept(value);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("[" + value + "], -Dfuzz.seed=" + seed, e);
            }
        }
    }

    private String mutate(List<String> rows) {
        StringBuilder text = new StringBuilder(row(rows));
        for (int edits = random.nextInt(4); edits >= 0; edits--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(4));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, to);
                case 1 -> text.insert(at, BYTES.charAt(random.nextInt(BYTES.length())));
                case 2 -> text.replace(at, to, String.valueOf(BYTES.charAt(random.nextInt(BYTES.length()))));
                case 3 -> text.insert(at, text.substring(at, to));
                case 4 -> text.append(random.nextBoolean() ? "," : ", ").append(row(rows));
                default -> {
                    String other = row(rows);
                    text.replace(at, text.length(), other.substring(Math.min(other.length(), at)));
                }
            }
        }
        return text.toString();
    }

    private String row(List<String> rows) {
        return rows.get(random.nextInt(rows.size()));
    }

    /** The value on one line, or cut at a comma into two. */
    private String[] lines(String name, String value) {
        int comma = random.nextInt(4) == 0 ? value.lastIndexOf(',') : -1;
        return comma < 0 ? new String[] {name + ": " + value} : new String[] {name + ": " + value.substring(0, comma), name + ": " + value.substring(comma + 1)};
    }

    private static PlainHead plain(String... lines) {
        return new PlainHead("", List.of(lines));
    }
}
