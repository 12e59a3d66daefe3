package weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import weir.filter.gzip.GunzipSettings;
import weir.filter.gzip.GzipSettings;
import weir.filter.gzip.GzipSettings.Credentials;
import weir.filter.minify.Minifier;
import weir.filter.minify.MinifySettings;

/** {@code filter.NAME} and {@code route.NAME.use}. */
class FilterBinderTest {
    private static final String THINGS = "listen.web = 127.0.0.1:8080\npool.app = a:1\nroute.site = /* -> app\n";

    private static Configuration read(String text) {
        Problems problems = new Problems();
        Entries entries = Entries.ofText("f", THINGS + text, List.of(), Samples.environment(), problems);
        return new Configuration(new SettingsBinder(entries, problems, InetAddress::getByName, Samples.SOUND_FILES).bind(), problems, entries);
    }

    private static List<String> told(String text) {
        return read(text).problems().list().stream().map(problem -> problem.place() + ": " + problem.severity() + ": " + problem.what()
                + (problem.suggestion() == null ? "" : " -> " + problem.suggestion())).toList();
    }

    @Test
    void filtersArriveWhole() {
        Settings settings = read("""
                filter.a = gzip
                filter.b = gzip busy=100% credentials=never types=text/html,application/*+json min=0 level=9
                filter.c = gunzip
                filter.d = gunzip max=1k ratio=1
                filter.f = minify svg,css
                filter.g = minify js uncached=0 max=2m
                filter.h = minify html max=4k
                filter.e = gzip types=text/css,image/x-icon credentials=always
                route.site.use = c, a, f
                route.more = /more -> app
                route.more.use = b, d, g
                route.last = /last -> respond 200 "x"
                route.last.use = e, h
                """).settings().orElseThrow();
        assertThat(settings.filters()).containsExactly(
                new GzipSettings("a", 0, 1024, GzipSettings.TYPES_DEFAULT, Credentials.SAME_SITE, 80),
                new GzipSettings("b", 9, 0, List.of("text/html", "application/*+json"), Credentials.NEVER, 100),
                new GunzipSettings("c", 200, 1L << 30), new GunzipSettings("d", 1, 1024),
                new MinifySettings("f", List.of(Minifier.SVG, Minifier.CSS), 512 << 10, 16 << 10), new MinifySettings("g", List.of(Minifier.JS), 2 << 20, 0),
                new MinifySettings("h", List.of(Minifier.HTML), 4 << 10, 4 << 10),
                new GzipSettings("e", 0, 1024, List.of("text/css", "image/x-icon"), Credentials.ALWAYS, 80));
        assertThat(settings.routes()).extracting(RouteSettings::use).containsExactly(List.of("c", "a", "f"), List.of("b", "d", "g"), List.of("e", "h"));
    }

    @Test
    void theManualTellsTheDefaults() {
        String text = Keys.FILTER.description() + Keys.FILTER.rangeText();
        assertThat(text).contains("gzip [level=N] [min=1k]").contains("[busy=80%]").contains("gunzip [ratio=200] [max=1g]").contains("[max=512k] [uncached=16k]");
        assertThat(text).contains(String.join(", ", GzipSettings.TYPES_DEFAULT).replaceFirst(", (?=[^,]*$)", " and ") + " unless given");
        assertThat(GunzipSettings.FREE_BYTES).as("the first 1m is free").isEqualTo(1 << 20);
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                arguments("a filter that is not there", "filter.squeeze = gzip\nroute.site.use = sqeeze",
                        List.of("f:4:1: warning: no route uses filter.squeeze", "f:5:18: error: no filter.sqeeze -> squeeze")),
                arguments("two of a kind", "filter.a = gzip\nfilter.b = gzip level=1\nroute.site.use = a, b", List.of("f:6:21: error: filter.a is a gzip too")),
                arguments("the same twice", "filter.a = gunzip\nroute.site.use = a, a", List.of("f:5:21: error: filter.a is a gunzip too")),
                arguments("one that nobody uses", "filter.a = gzip", List.of("f:4:1: warning: no route uses filter.a")),
                arguments("no such warning beside a route that cannot be read", "filter.a = gzip\nroute.site.use = a b", List.of("f:5:20: error: 'b' is one word too many")),
                arguments("a kind that is none", "filter.a = gzp\nroute.site.use = a", List.of("f:4:12: error: 'gzp' is not one of the words known here -> gzip")),
                arguments("an option of another kind", "filter.a = gunzip level=3\nroute.site.use = a", List.of("f:4:19: error: 'level=3' is not known here")),
                arguments("options that are none", "filter.a = gzip levle=3 min fast\nroute.site.use = a",
                        List.of("f:4:25: error: no value in 'min'", "f:4:17: error: 'levle=3' is not known here -> level", "f:4:29: error: 'fast' is not known here")),
                arguments("twice the same option", "filter.a = gzip level=3 level=4\nroute.site.use = a", List.of("f:4:25: error: 'level=4' sets level again")),
                arguments("no value", "filter.a = gzip level= types=\nroute.site.use = a",
                        List.of("f:4:17: error: no value in 'level='", "f:4:24: error: no value in 'types='")),
                arguments("out of range", "filter.a = gzip level=0 min=2g busy=101%\nfilter.b = gunzip ratio=0 max=1\nroute.site.use = a, b",
                        List.of("f:4:23: error: '0' is less than 1", "f:4:29: error: '2g' is more than 1g", "f:4:37: error: '101' is more than 100",
                                "f:5:25: error: '0' is less than 1", "f:5:31: error: '1' is less than 1k")),
                arguments("no language", "filter.a = minify\nroute.site.use = a", List.of("f:4:12: error: no language to minify")),
                arguments("a language that is none", "filter.a = minify css,jss max=5m\nroute.site.use = a",
                        List.of("f:4:23: error: 'jss' is not one of the words known here -> css", "f:4:31: error: '5m' is more than 4m")),
                arguments("more without a cache than with one", "filter.a = minify css uncached=8k max=4k\nroute.site.use = a", List.of("f:4:12: error: uncached is more than max")),
                arguments("types that are none", "filter.a = gzip types=text,text/,*/*,te*t/x,text/*x,text/html,,a/b\nroute.site.use = a",
                        List.of("f:4:63: error: nothing before this comma", "f:4:23: error: 'text' is no media type", "f:4:28: error: 'text/' is no media type",
                                "f:4:34: error: '*/*' is no media type", "f:4:38: error: 'te*t/x' is no media type", "f:4:45: error: 'text/*x' is no media type")),
                arguments("a field that a cache wants", "cache.hot = 1m\nroute.site.cache = hot\nfilter.a = gzip\nroute.site.use = a\nroute.site.request.remove = X-A, accept-encoding",
                        List.of("f:8:29: warning: without Accept-Encoding nothing is stored that the filters of route.site may code")),
                arguments("no such warning without a cache", "filter.a = gzip\nroute.site.use = a\nroute.site.request.remove = Accept-Encoding", List.of()),
                arguments("credentials", "filter.a = gzip credentials=same\nroute.site.use = a",
                        List.of("f:4:29: error: 'same' is not one of the words known here")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misfits")
    void saysWhatIsWrong(String what, String lines, List<String> told) {
        assertThat(told(lines)).containsExactlyInAnyOrderElementsOf(told);
    }
}
