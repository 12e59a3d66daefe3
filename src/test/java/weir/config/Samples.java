package weir.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import weir.tls.CertificateFiles;
import weir.tls.Finding;

/** What the tests of this package share. */
final class Samples {
    static final Map<String, String> ENVIRONMENT = Map.of("PORT", "8080", "EMPTY", "", "SERVERS", "a:1, b:2",
            "BAD_TIME", "5sec", "TWO_LINES", "a\nb", "QUOTE", "say \"hi", "LISTEN_ALL", ":80");

    /** No file is looked at, and nothing is wrong with any. */
    static final TlsFiles SOUND_FILES = new TlsFiles() {
        @Override
        public List<Finding> certificate(CertificateFiles files) {
            return List.of();
        }

        @Override
        public List<Finding> authorities(Path file) {
            return List.of();
        }

        @Override
        public List<Finding> revocations(Path file) {
            return List.of();
        }
    };

    private Samples() {}

    static UnaryOperator<String> environment() {
        return ENVIRONMENT::get;
    }

    static Entries load(String text, Problems problems) {
        return Entries.ofText("f", text, List.of(), environment(), problems);
    }

    /** A declaration each, so that options have something to belong to. */
    static final String THINGS = "listen.web = :80\npool.app = a:1\nroute.site = /* -> app\n";

    /** Everything the language has. */
    static final String EXAMPLE = """
            # a comment, and one with the other mark
              ! indented
            server.workers             = auto
            server.memory = 512m
            server.connections=20000
            server.shutdown-grace      = 30s
            listen.web                 = :80, [::1]:${PORT}
            listen.web.trusted-proxies = 10.0.0.0/8, fd00::/8, 192.0.2.1
            listen.web.via             = ${VIA:-weir}
            listen.web.routes          = api, site, old
            pool.app                   = 10.0.0.11:8080 weight=3, 10.0.0.12:8080, \\
                                         app_3.internal
            pool.app.balance           = least-requests
            pool.app.retry             = 2
            pool.app.timeout           = connect 1s, response 30s
            pool.canary                = [2001:db8::1]:8080
            route.api                  = GET,HEAD App.Example.com/api/* -> app
            route.api.strip-prefix     = /api
            route.api.request.set.X-Cost  = "5$$"
            route.api.request.remove   = Cookie, X-Debug
            route.api.response.add.Cache-Control = public, max-age=60
            route.api.host             = "intern.example.com:81"
            route.api.upgrade          = off
            route.site                 = *.example.com/* -> app 95%, canary 5%
            route.old                  = old.example.com/* -> redirect 301 https://app.example.com{path}{query}
            route.hello                = /hello -> respond 200 "hi, \\"you\\" \\\\ there"
            route.dev                  = /dev/* -> localhost:3000
            log.access                 = stdout json
            metrics                    = 127.0.0.1:9900/metrics
            """;

    static Word word(String text) {
        Word.Builder out = new Word.Builder(new Source("f", 0, List.of(text)));
        for (int i = 0; i < text.length(); i++) out.append(text.charAt(i), 1, i + 1, 0);
        return out.build(1, text.length() + 1);
    }

    static List<LineReader.Line> lines(byte[] file, Problems problems) {
        return LineReader.read(SourceReader.read("f", 0, file, Integer.MAX_VALUE, problems), Integer.MAX_VALUE, problems);
    }

    static List<LineReader.Line> lines(String file, Problems problems) {
        return lines(file.getBytes(StandardCharsets.UTF_8), problems);
    }

    /** What was read, or what was wrong with it. */
    static String parsed(ValueType<?> type, String text) {
        Problems problems = new Problems();
        var value = type.parse(word(text), problems);
        return value.isPresent() && problems.isEmpty() ? value.get().toString() : problems.render().lines().findFirst().orElse("");
    }
}
