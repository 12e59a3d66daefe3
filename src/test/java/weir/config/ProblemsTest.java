package weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {
    /** {@code problems.txt}: a file, and to the letter what an operator is told about it. */
    static Stream<Arguments> files() throws IOException {
        try (InputStream in = ProblemsTest.class.getResourceAsStream("problems.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("(?m)^==== ", -1)).skip(1).map(ProblemsTest::row);
        }
    }

    private static Arguments row(String section) {
        int file = section.indexOf('\n') + 1;
        int told = section.indexOf("----\n", file);
        return arguments(section.substring(0, file - 1), section.substring(file, told), section.substring(told + 5));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void tellsAllAtOnce(String what, String file, String told) {
        Problems problems = new Problems();
        // a backslash at the very end of a file cannot be written in the table
        Samples.load(file.endsWith("\\\n") ? file.substring(0, file.length() - 1) : file, problems);
        assertThat(problems.render()).isEqualTo(told);
    }

    @Test
    void findsNothingWrongWithTheExampleOfTheDesign() {
        Problems problems = new Problems();
        Samples.load(Samples.EXAMPLE, problems);
        assertThat(problems.render()).isEmpty();
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void reportsBadBytesWithTheirPlace() {
        Problems problems = new Problems();
        byte[] file = "server.helpers = 3\n# ok é\nserver.workers = é\0\n\r\nlog\r.access = off\nmetrics = :1".getBytes(StandardCharsets.UTF_8);
        byte[] latin1 = "\npool.a = \u00e9:1\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] both = Arrays.copyOf(file, file.length + latin1.length);
        System.arraycopy(latin1, 0, both, file.length, latin1.length);
        Samples.lines(both, problems);
        assertThat(problems.list()).extracting(p -> p.place() + " " + p.what()).containsExactly(
                "f:3:19 control character U+0000", "f:5:4 control character U+000D", "f:7:10 byte 0xE9 is not UTF-8");
    }

    @Test
    void letsNothingSteerTheTerminal() {
        Problems problems = new Problems();
        Samples.load("pool.\u202eapp = \u200ba:1\u001b[2J\n", problems);
        assertThat(problems.render()).contains("pool.\ufffdapp = \ufffda:1\ufffd[2J\n").doesNotContain("\u202e", "\u200b", "\u001b");
    }

    @Test
    void doesNotJudgeALineFurtherThatIsBroken() {
        Problems problems = new Problems();
        Samples.load("server.helpers = \u0001many", problems);
        assertThat(problems.list()).hasSize(1);
    }

    @Test
    void takesAByteOrderMarkAndEitherLineEnd() {
        Problems problems = new Problems();
        Entries entries = Samples.load("\ufeffserver.helpers = 3\r\nserver.workers = 2\r\n", problems);
        assertThat(problems.render()).isEmpty();
        assertThat(entries.get(Keys.SERVER_HELPERS)).isEqualTo(3);
        assertThat(entries.value(Keys.SERVER_HELPERS).map(Value::place)).map(Place::toString).contains("f:1:18");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "content-length", "Expect", "HTTP2-Settings", "Keep-Alive", "Proxy-Connection", "TE", "Trailer",
            "Transfer-Encoding", "Upgrade", "Host"})
    void refusesToEditWhatFramesAMessage(String field) {
        Problems problems = new Problems();
        Samples.load(Samples.THINGS + "route.site.response.add." + field + " = x", problems);
        assertThat(problems.list()).extracting(Problem::what).containsExactly("'" + field + "' cannot be edited");
    }

    @Test
    void boundsLinesAndWhatIsKept() {
        Problems problems = new Problems();
        Samples.load("metrics = " + "x".repeat(SourceReader.LINE_BYTES_MAX) + "\n" + ("b = " + "x".repeat(40_000) + "\\\n").repeat(2) + "\n"
                + "k".repeat(300) + " = 1\n", problems);
        assertThat(problems.list()).extracting(Problem::what).containsExactly("this line has 65546 bytes",
                "these joined lines have 80008 characters", "this key has 300 characters");

        Problems many = new Problems();
        StringBuilder file = new StringBuilder("include = none/*\n");
        for (int i = 0; i < 1_000; i++) file.append("key").append(i).append(" = 1\n");
        Samples.load(file.toString(), many);
        assertThat(many.errorCount()).isEqualTo(1_000);
        assertThat(many.list()).hasSize(Problems.KEPT_MAX);
        assertThat(many.list()).allMatch(p -> p.severity() == Problem.Severity.ERROR);      // the warning made room
        assertThat(many.render()).endsWith("and 801 more\n");
    }

    @Test
    void boundsTheNumberOfSettingsAndLines() {
        Problems problems = new Problems();
        Samples.load("k = 1\n".repeat(Loader.LINES_MAX + 2), problems);
        assertThat(problems.errorCount()).isEqualTo(Loader.LINES_MAX + 1);      // each is unknown, and one is too many

        Problems lines = new Problems();
        Samples.load("\n".repeat(Loader.PHYSICAL_LINES_MAX + 2) + "unknown = 1", lines);
        assertThat(lines.list()).extracting(Problem::what).containsExactly("more than 400000 lines in all files");
    }

    @Test
    void namesTheNearestKnownWord() {
        assertThat(Nearest.of("blance", List.of("balance", "retry"))).contains("balance");
        assertThat(Nearest.of("retr", List.of("retro", "retry"))).contains("retro");        // the first of equals
        assertThat(Nearest.of("ab", List.of("xy"))).isEmpty();
        assertThat(Nearest.of("Retry", List.of("retry"))).contains("retry");
        assertThat(Nearest.of("", List.of("a"))).isEmpty();
        assertThat(Nearest.of("x".repeat(1_000), List.of("x".repeat(999)))).isEmpty();
    }
}
