package weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The manual and the example file say what the table of keys says. {@code mvn test -Dtest=ManualTest -Dupdate.docs=true} writes
 * the keys of {@code man/weir.properties.5} anew.
 */
class ManualTest {
    private static final Path ROOT = Path.of(System.getProperty("weir.basedir", "."));
    private static final Path MANUAL = ROOT.resolve("man/weir.properties.5");
    private static final Path EXAMPLE = ROOT.resolve("conf/weir.properties");
    private static final String BEGIN = ".\\\" BEGIN KEYS: written by the test ManualTest, with -Dupdate.docs=true\n";
    private static final String END = ".\\\" END KEYS\n";
    private static final int WIDTH = 78;

    // ---- the manual

    @Test
    void theManualHasEveryKeyAsTheTableHasIt() throws IOException {
        String page = Files.readString(MANUAL);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        assertThat(from).isGreaterThanOrEqualTo(BEGIN.length());
        assertThat(to).isGreaterThanOrEqualTo(from);
        if (Boolean.getBoolean("update.docs")) {
            page = page.substring(0, from) + keys() + page.substring(to);
            Files.writeString(MANUAL, page);
            to = page.indexOf(END);
        }
        assertThat(page.substring(from, to)).as("man/weir.properties.5 is behind: mvn test -Dtest=ManualTest -Dupdate.docs=true").isEqualTo(keys());
    }

    private static String keys() {
        Map<String, String> headings = new LinkedHashMap<>();
        headings.put("server", "The process");
        headings.put("tls", "Certificates");
        headings.put("listen", "Listeners");
        headings.put("pool", "Pools of servers");
        headings.put("route", "Routes");
        headings.put("cache", "Caches");
        headings.put("filter", "Filters of content");
        headings.put("log", "Log and metrics");
        headings.put("admin", "The admin listener");
        headings.put("include", "More files");
        StringBuilder out = new StringBuilder();
        for (KeyDoc<?> key : Keys.ALL) {
            String heading = headings.remove(key.kind());
            if (heading != null) {
                out.append(out.length() == 0 ? "" : ".El\n").append(".Ss ").append(heading).append('\n');
                if (key.kind().equals("server")) out.append("A reload cannot change these.\n");
                out.append(".Bl -tag -width Ds\n");
            }
            out.append(".It Ic ").append(roff(key.pattern())).append('\n');
            text(key.kindOfValue() + ": " + key.rangeText() + ".", out);
            text((key.defaultValue().isPresent() ? "Default: " : "When absent: ") + key.defaultText() + ".", out);
            out.append(".Pp\n");
            for (String sentence : key.description().split("(?<=[.]) (?=[A-Z0-9])", -1)) text(sentence, out);
        }
        assertThat(headings).isEmpty();
        return out.append(".El\n").toString();
    }

    /** Lines of text, none of which looks like a request to the formatter. */
    private static void text(String sentence, StringBuilder out) {
        StringBuilder line = new StringBuilder();
        for (String word : roff(sentence).split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                out.append(line).append('\n');
                line.setLength(0);
            }
            if (line.length() > 0) line.append(' ');
            else if (word.startsWith(".") || word.startsWith("'")) line.append("\\&");
            line.append(word);
        }
        out.append(line).append('\n');
    }

    private static String roff(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("\"", "\\(dq");
    }

    // ---- the example file

    private record Line(boolean commented, String key, String value) {}

    private static final Pattern LINE = Pattern.compile("(#?)([a-z][A-Za-z0-9._-]*) = (.+)");

    private static List<Line> example() throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String line : Files.readAllLines(EXAMPLE)) {
            Matcher setting = LINE.matcher(line);
            if (setting.matches()) lines.add(new Line(!setting.group(1).isEmpty(), setting.group(2), setting.group(3)));
        }
        return lines;
    }

    @Test
    void theExampleIsValidByItself() {
        Configuration read = Configuration.read(EXAMPLE, List.of(), name -> null);
        assertThat(read.problems().render()).isEmpty();
        assertThat(read.settings()).isPresent();
    }

    @Test
    void theExampleNamesEveryKeyWithItsDefault() throws IOException {
        Set<KeyDoc<?>> named = new LinkedHashSet<>();
        for (Line line : example()) {
            KeyDoc<?> key = Keys.find(Keys.parts(line.key)).orElse(null);
            if (line.key.equals("include")) key = Keys.INCLUDE;
            assertThat(key).as(line.key).isNotNull();
            named.add(key);
            if (line.commented && key.defaultValue().isPresent()) {
                assertThat(line.value).as(line.key).isEqualTo(key.defaultText());
            }
        }
        assertThat(named).containsExactlyInAnyOrderElementsOf(Keys.ALL);
    }

    @Test
    void everyLineOfTheExampleCanBeTakenIn() throws IOException {
        List<Line> lines = example();
        assertThat(lines.stream().filter(Line::commented).count()).isGreaterThan(40);
        for (Line taken : lines) {
            StringBuilder text = new StringBuilder();
            for (Line line : lines) {
                if (!line.commented || line.equals(taken) || isNeededBy(line.key, taken, lines)) {
                    text.append(line.key).append(" = ").append(line.value).append('\n');
                }
            }
            Configuration read = read(text);
            assertThat(read.settings()).as(taken.key + "\n" + read.problems().render()).isPresent();
        }
        StringBuilder all = new StringBuilder();
        lines.forEach(line -> all.append(line.key).append(" = ").append(line.value).append('\n'));
        Configuration read = read(all);
        assertThat(read.settings()).as(read.problems().render()).isPresent();
    }

    /** The files that it names do not exist. */
    private static Configuration read(CharSequence text) {
        Problems problems = new Problems();
        Entries entries = Entries.ofText("conf", text.toString(), List.of(), name -> null, problems);
        return new Configuration(new SettingsBinder(entries, problems, InetAddress::getByName, Samples.SOUND_FILES).bind(), problems, entries);
    }

    /** What an option describes, the pools and the cache that a route names, and what belongs to TLS as a whole. */
    private static boolean isNeededBy(String key, Line taken, List<Line> lines) {
        boolean ofTls = taken.key.matches("(listen|pool)[.]secure[.].*|tls[.].*");
        if (ofTls && (key.equals("tls.main") || key.matches("listen[.]secure([.](certs|client-ca|client-certs))?"))) return true;
        if (taken.key.startsWith("admin.") && key.equals("admin")) return true;
        if (taken.key.endsWith(".cache") && key.equals("cache." + taken.value)) return true;
        if (taken.key.endsWith(".use") && key.startsWith("filter.")) return true;
        if (!Keys.find(Keys.parts(key)).map(KeyDoc::isDeclaration).orElse(false)) return false;
        String name = key.substring(key.indexOf('.') + 1);
        if (taken.key.startsWith(key + ".")) return true;
        if (!key.startsWith("pool.")) return false;
        String route = Keys.parts(taken.key).get(0).equals("route") ? "route." + Keys.parts(taken.key).get(1) : "";
        return lines.stream().anyMatch(line -> line.key.equals(route) && line.value.matches(".*\\b" + name + "\\b.*"));
    }

    @Test
    void theExampleOfTheManualIsValid() throws IOException {
        String page = Files.readString(MANUAL);
        int from = page.indexOf(".Bd -literal", page.indexOf(".Sh EXAMPLES"));
        String example = page.substring(page.indexOf('\n', from) + 1, page.indexOf(".Ed", from)).replace("\\-", "-");
        Configuration read = Configuration.ofText("manual", example, List.of(), name -> null);
        assertThat(read.problems().render()).isEmpty();
    }
}
