package weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArgumentsTest {
    private static String[] words(String line) {
        return line.isEmpty() ? new String[0] : line.split(" ", -1);
    }

    static Stream<Arguments> understood() {
        return Stream.of(
                arguments("", "HELP null [] [] []"),
                arguments("--help", "HELP null [] [] []"),
                arguments("-h", "HELP null [] [] []"),
                arguments("help", "HELP null [] [] []"),
                arguments("run x --help", "HELP x [] [] []"),
                arguments("--help run x y", "HELP null [] [] []"),
                arguments("--version", "VERSION null [] [] []"),
                arguments("-V", "VERSION null [] [] []"),
                arguments("run", "RUN weir.properties [] [] []"),
                arguments("run a/b", "RUN a/b [] [] []"),
                arguments("run --beside", "RUN weir.properties [] [] [] beside"),
                arguments("--beside run f", "RUN f [] [] [] beside"),
                arguments("--from :80 --to a:1 --beside", "RUN null [] [:80] [a:1] beside"),
                arguments("check", "CHECK weir.properties [] [] []"),
                arguments("check f", "CHECK f [] [] []"),
                arguments("-t f", "CHECK f [] [] []"),
                arguments("show f", "SHOW f [] [] []"),
                arguments("demo", "DEMO null [] [] []"),
                arguments("demo --set a=b", "DEMO null [a=b] [] []"),
                arguments("demo --tls", "DEMO null [] [] [] tls"),
                arguments("--tls demo --set a=b", "DEMO null [a=b] [] [] tls"),
                arguments("run --set a=b --set=c=d f --set e", "RUN f [a=b, c=d, e] [] []"),
                arguments("cert a", "CERT a [] [] [] Cert[configuration=null, key=null, passwordFile=null]"),
                arguments("cert a f --key=k --password-file p --set x=y",
                        "CERT a [x=y] [] [] Cert[configuration=f, key=k, passwordFile=p]"),
                arguments("--from :80 --to a:1", "RUN null [] [:80] [a:1]"),
                arguments("--from=:80 --to=a:1 --to b:2 --from :81", "RUN null [] [:80, :81] [a:1, b:2]"),
                arguments("check --from :80 --to a:1", "CHECK null [] [:80] [a:1]"),
                arguments("show --to a:1 --from :80 --set x=y", "SHOW null [x=y] [:80] [a:1]"));
    }

    @ParameterizedTest(name = "weir {0}")
    @MethodSource("understood")
    void understands(String line, String expected) throws UsageException {
        var read = weir.cli.Arguments.parse(words(line));
        assertThat(read.command() + " " + read.file() + " " + read.sets() + " " + read.from() + " " + read.to()
                + (read.tls() ? " tls" : "") + (read.beside() ? " beside" : "") + (read.cert() == null ? "" : " " + read.cert())).isEqualTo(expected);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("rnu", "unknown command 'rnu'; there are run, demo, check, show, explain, route, cert, health, status, reload, stop, servers, add, remove, drain, disable, enable, weight, caches, purge"),
                arguments("--set a=b route f GET http://a/", "write the command first: weir route …"),
                arguments("--form :80", "unknown option --form"),
                arguments("-x", "unknown option -x"),
                arguments("run a b", "'b' is one word too many"),
                arguments("demo a", "'a' is one word too many"),
                arguments("run --set", "--set needs a value"),
                arguments("--from", "--from needs a value"),
                arguments("--from :80", "--from and --to go together: weir --from :8080 --to localhost:3000"),
                arguments("--to a:1", "--from and --to go together: weir --from :8080 --to localhost:3000"),
                arguments("run f --from :80 --to a:1", "--from and --to take the place of a file"),
                arguments("demo --from :80 --to a:1", "the demo has its own origins: leave --from and --to away"),
                arguments("demo --tls=8443", "--tls takes no value"),
                arguments("run --tls", "--tls belongs to weir demo; elsewhere a listener speaks TLS when listen.NAME.certs names a certificate"),
                arguments("--from :80 --to a:1 --tls", "--tls belongs to weir demo; elsewhere a listener speaks TLS when listen.NAME.certs names a certificate"),
                arguments("run --beside=x", "--beside takes no value"),
                arguments("check --beside f", "--beside belongs to weir run"),
                arguments("demo --beside", "--beside belongs to weir run"),
                arguments("cert", "name a certificate: weir cert app.crt, or weir cert app.crt app.key"),
                arguments("cert --from :80 --to a:1", "name a certificate: weir cert app.crt, or weir cert app.crt app.key"),
                arguments("cert a b c", "'c' is one word too many"),
                arguments("cert a --key", "--key needs a value"),
                arguments("check --key k", "--key and --password-file belong to weir cert"),
                arguments("run --password-file k", "--key and --password-file belong to weir cert"),
                arguments("run a\0b", "'a\0b' is no file name: Nul character not allowed"));
    }

    @ParameterizedTest(name = "weir {0}")
    @MethodSource("refused")
    void refuses(String line, String message) {
        assertThatThrownBy(() -> weir.cli.Arguments.parse(words(line))).isInstanceOf(UsageException.class).hasMessage(message);
    }
}
