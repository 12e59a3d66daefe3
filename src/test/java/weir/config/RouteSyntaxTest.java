package weir.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteSyntaxTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /* -> app                                | any / below to pool app
            / -> app                                 | any / exactly to pool app
            /api/* -> localhost:3000                 | any /api/ below to localhost:3000
            /api -> 10.0.0.1                         | any /api exactly to 10.0.0.1:80
            /a -> [::1]                              | any /a exactly to [::1]:80
            GET a.b/c -> x                           | GET a.b /c exactly to pool x
            GET , HEAD,PURGE  A.B./c/d/* ->    x-1_  | GET,HEAD,PURGE a.b /c/d/ below to pool x-1_
            *.a.b/* -> x                             | *.a.b / below to pool x
            [::1]/* -> x                             | [::1] / below to pool x
            /a,b -> x                                | any /a,b exactly to pool x
            "/a" -> "x"                              | any /a exactly to pool x
            /%2A/a%2Fb -> x                          | any /%2A/a%2Fb exactly to pool x
            //a/ -> x                                | any //a/ exactly to pool x
            /a -> respond 204                        | any /a exactly to 204 ''
            /a -> respond 200 "a, \\"b\\" -> c"      | any /a exactly to 200 'a, "b" -> c'
            /a -> respond 503 ""                     | any /a exactly to 503 ''
            /a -> redirect 308 https://x.y{path}{query} | any /a exactly to 308 https://x.y<PATH><QUERY>
            /a -> redirect 301 https://{host}:8443/?a,b | any /a exactly to 301 https://<HOST>:8443/?a,b
            /a -> redirect 302 /new{path}            | any /a exactly to 302 /new<PATH>
            /a -> app 95%, canary 5%                 | any /a exactly to pool app 9500 pool canary 500
            /a -> a 33.33%, b:1 0.3333, c 33.34%     | any /a exactly to pool a 3333 b:1 3333 pool c 3334
            /a -> a 100%                             | any /a exactly to pool a 10000
            """)
    void reads(String line, String expected) {
        Problems problems = new Problems();
        var route = RouteSyntax.TYPE.parse(Samples.word(line), problems);
        assertThat(problems.render()).isEmpty();
        assertThat(route.map(RouteSyntaxTest::words)).contains(expected);
    }

    private static String words(RouteSyntax route) {
        String methods = route.methods().stream().sorted().collect(Collectors.joining(","));
        String host = route.host().name() == null ? "any" : (route.host().wildcard() ? "*." : "") + route.host().name();
        return (methods + " " + host + " " + route.path().text() + (route.path().prefix() ? " below" : " exactly") + " to " + words(route.target())).strip();
    }

    private static String words(TargetSyntax target) {
        if (target instanceof TargetSyntax.Pool pool) return "pool " + pool.name();
        if (target instanceof TargetSyntax.Address address) return address.origin().toString();
        if (target instanceof TargetSyntax.Respond respond) return respond.status() + " '" + respond.text() + "'";
        if (target instanceof TargetSyntax.Redirect redirect) {
            return redirect.status() + " " + redirect.url().parts().stream()
                    .map(part -> part.text() != null ? part.text() : "<" + part.variable() + ">").collect(Collectors.joining());
        }
        return ((TargetSyntax.Split) target).shares().stream()
                .map(share -> words(share.target()) + " " + share.share()).collect(Collectors.joining(" "));
    }
}
