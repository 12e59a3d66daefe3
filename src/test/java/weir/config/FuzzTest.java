package weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import weir.FuzzSeed;

/** Nothing a file can contain throws, and the reader agrees with a slow and obvious twin. {@code -Dfuzz.seed=} repeats a run. */
class FuzzTest {
    private static final int ROUNDS = 1_500;
    private static final String[] PIECES = {"=", " = ", "\\\n", "\\", "\n", "\r\n", "#", "!", "\"", "\\\"", ",", " ", "\t", "$", "${", "}", "$$", "${PORT}", "${SERVERS}",
            "${QUOTE}", ":-", "file:", "->", " -> ", "*", "/*", "/", "%", "%41", ".", "..", "[", "]", "::1", ":", "5s", "64k", "auto", "off", "respond", "redirect",
            "{path}", "é", "日", "😀", "\u0000", "\u0085", "\u00a0", "\ufffd", "9999999999", "-1", "listen.a", "pool.a", "route.a", "server.workers", "include", "route.a.request.set.", "95%"};

    private final long seed = FuzzSeed.seed();
    private final Random random = new Random(seed);

    private String mutated(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int i = random.nextInt(12); i >= 0; i--) {
            int at = random.nextInt(out.length() + 1);
            int to = Math.min(out.length(), at + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> out.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 1 -> out.delete(at, to);
                case 2 -> out.insert(random.nextInt(out.length() + 1), out.substring(at, to));
                default -> out.replace(at, to, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return new String(out.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);   // no half surrogates
    }

    private String madeUp() {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) out.append(PIECES[random.nextInt(PIECES.length)]);
        return out.toString();
    }

    @Test
    void noFileThrowsAndEveryMissingValueIsReported() {
        for (int round = 0; round < ROUNDS; round++) {
            String file = random.nextInt(4) == 0 ? madeUp() : mutated(Samples.EXAMPLE);
            Problems problems = new Problems();
            try {
                Entries entries = Entries.ofText("f", file, List.of(mutated("server.workers=2")), Samples.environment(), problems);
                for (Value<?> value : entries.all()) {
                    if (value.parsed().isEmpty()) assertThat(problems.hasErrors()).isTrue();
                }
                boolean bound = new SettingsBinder(entries, problems, host -> InetAddress.getLoopbackAddress(), Samples.SOUND_FILES).bind().isPresent();
                assertThat(bound).isNotEqualTo(problems.hasErrors());
                Shown.text(Shown.of(entries));
                for (Problem problem : problems.list()) {
                    long length = problem.place().sourceLine().codePoints().count();
                    assertThat(problem.place().column()).isBetween(problem.place().line() == 0 ? 0 : 1, (int) length + 1);
                }
                assertThat(problems.render().chars()).noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t');
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("-Dfuzz.seed=" + seed + " round " + round + "\n" + file, e);
            }
        }
    }

    @Test
    void everyTypeGivesAValueOrAnError() {
        List<KeyDoc<?>> keys = Keys.ALL;
        for (int round = 0; round < ROUNDS * 5; round++) {
            KeyDoc<?> key = keys.get(random.nextInt(keys.size()));
            String text = random.nextBoolean() ? madeUp() : mutated(key.defaultText());
            Problems problems = new Problems();
            try {
                boolean right = key.type().parse(Samples.word(text), problems).isPresent();
                assertThat(right || problems.hasErrors()).isTrue();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("-Dfuzz.seed=" + seed + " " + key + " = " + text, e);
            }
        }
    }

    @Test
    void readsLinesLikeTheTwin() {
        for (int round = 0; round < ROUNDS; round++) {
            String file = random.nextInt(4) == 0 ? madeUp() : mutated(Samples.EXAMPLE);
            Problems problems = new Problems();
            List<String> read = Samples.lines(file, problems).stream().filter(line -> !line.broken())
                    .map(line -> line.key().text() + "=" + line.value().text()).collect(Collectors.toList());
            assertThat(read).as("-Dfuzz.seed=%s%n%s", seed, file).isEqualTo(twin(file));
        }
    }

    @Test
    void everyCharacterStandsWhereItsPlaceSays() {
        for (int round = 0; round < ROUNDS; round++) {
            String file = mutated(Samples.EXAMPLE);
            for (LineReader.Line line : Samples.lines(file, new Problems())) {
                Word value = line.value();
                for (int i = 0; i < value.length(); i++) {
                    Place place = value.place(i);
                    int there = place.sourceLine().codePoints().skip(place.column() - 1L).findFirst().orElse(-1);
                    int here = Character.isLowSurrogate(value.charAt(i)) ? value.text().codePointAt(i - 1) : value.text().codePointAt(i);
                    assertThat(here).as("-Dfuzz.seed=%s %s%n%s", seed, place, file).isEqualTo(there);
                }
            }
        }
    }

    @Test
    void anyBytesAreReadOrReported() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] file = mutated(Samples.EXAMPLE).getBytes(StandardCharsets.UTF_8);
            for (int i = random.nextInt(5); i > 0 && file.length > 0; i--) file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            String decoded = new String(file, StandardCharsets.UTF_8);
            boolean bad = !Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), file)
                    || decoded.replace("\r\n", "\n").replace("\n", "").replace("\t", "").chars().anyMatch(Character::isISOControl);
            Problems problems = new Problems();
            SourceReader.read("f", 0, file, Integer.MAX_VALUE, problems);
            assertThat(problems.hasErrors()).as("-Dfuzz.seed=%s%n%s", seed, decoded).isEqualTo(bad);
        }
    }

    @Test
    void measuresDistancesLikeTheTwin() {
        for (int round = 0; round < ROUNDS * 10; round++) {
            String a = letters();
            String b = letters();
            int limit = random.nextInt(4);
            assertThat(Nearest.distance(a, b, limit)).as("-Dfuzz.seed=%s %s %s", seed, a, b).isEqualTo(Math.min(distance(a, b), limit + 1));
        }
    }

    private String letters() {
        return random.ints(random.nextInt(8), 'a', 'd').mapToObj(c -> Character.toString((char) c)).collect(Collectors.joining());
    }

    /** The whole table, by the book. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }

    /** The rules of the language one after the other, by strings, without places: `key=value` of every sound line. */
    private static List<String> twin(String file) {
        List<String> lines = new ArrayList<>(List.of((file.startsWith("\ufeff") ? file.substring(1) : file).split("\n", -1)));
        if (lines.get(lines.size() - 1).isEmpty()) lines.remove(lines.size() - 1);
        List<String> settings = new ArrayList<>();
        boolean endsWithLineEnd = file.endsWith("\n");
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).endsWith("\r") && (i < lines.size() - 1 || endsWithLineEnd)) lines.set(i, lines.get(i).substring(0, lines.get(i).length() - 1));
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("^[ \t]+", "");
            if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) continue;
            boolean more = true;
            while (line.endsWith("\\") && more) {
                more = i + 1 < lines.size();
                if (more) line = line.substring(0, line.length() - 1) + lines.get(++i).replaceFirst("^[ \t]+", "");
                if (more && lines.get(i).replaceFirst("^[ \t]+", "").isEmpty()) break;        // a blank line joined ends it
            }
            int equals = line.indexOf('=');
            boolean control = line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t');
            if (!more || equals < 0 || control) continue;
            String key = line.substring(0, equals).replaceAll("^[ \t]+|[ \t]+$", "");
            if (key.isEmpty() || key.matches(".*[ \t].*")) continue;
            settings.add(key + "=" + line.substring(equals + 1).replaceAll("^[ \t]+|[ \t]+$", ""));
        }
        return settings;
    }
}
