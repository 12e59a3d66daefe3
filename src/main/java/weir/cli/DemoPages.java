package weir.cli;

import java.nio.file.Path;

/** What the demo's servers say. */
final class DemoPages {
    /** One line, as a value of the configuration; no double quotes inside. */
    private static final String PAGE = """
            <!doctype html><html lang='en'><meta charset='utf-8'><title>weir demo</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em;color:#234}
            h1{font-weight:600}b{color:#06c}table{border-collapse:collapse}td{padding:.2em 1em .2em 0}
            meter{width:16em}button{font:inherit;padding:.3em 1em}</style>
            <h1>weir demo</h1>
            <p>This page came from origin <b>NAME</b>, through weir. Two origins stand behind it and take turns.</p>
            <table><tr><td>origin one<td><meter id='one' max='100' value='0'></meter><td id='none'>0
            <tr><td>origin two<td><meter id='two' max='100' value='0'></meter><td id='ntwo'>0</table>
            <p><button onclick='ask(20)'>ask 20 times</button></p>
            <script>var n={one:0,two:0};
            function ask(k){if(k==0)return;fetch('/whoami').then(function(r){return r.text()}).then(function(t){
            t=t.trim();n[t]++;document.getElementById(t).value=n[t];document.getElementById('n'+t).textContent=n[t];ask(k-1)})}
            ask(10)</script></html>""".replace("\n", " ");

    private DemoPages() {}

    /** Two listeners that answer by themselves. */
    static String originsConfiguration() {
        return """
                server.workers = 1
                log.access = off
                """ + origin("one") + origin("two");
    }

    private static String origin(String name) {
        return """
                listen.NAME = 127.0.0.1:0
                listen.NAME.routes = NAME-page, NAME-who
                route.NAME-page = /* -> respond 200 "PAGE"
                route.NAME-page.content-type = text/html; charset=utf-8
                route.NAME-page.response.set.Cache-Control = no-store
                route.NAME-who = /whoami -> respond 200 "NAME"
                route.NAME-who.response.set.Cache-Control = no-store
                """.replace("PAGE\"", PAGE + "\"").replace("NAME", name);
    }

    /** TLS beside the plain listener: what stands behind its listen line. */
    static String tlsConfiguration(Path certificate, Path key) {
        return """
                listen.secure.certs = demo
                tls.demo = %s %s
                """.formatted(word(certificate), word(key));
    }

    /** A path in the configuration, whatever is in it. */
    private static String word(Path path) {
        String text = path.toString();
        return text.matches("[\\w./-]+") ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "$$") + '"';
    }

    /** The proxy before them, without its listen lines. */
    static String proxyConfiguration(int one, int two) {
        return """
                pool.demo   = 127.0.0.1:%d, 127.0.0.1:%d
                route.demo  = /* -> demo
                route.hello = /hello -> respond 200 "hello from weir"
                route.go    = /go -> redirect 302 /
                log.access  = stdout combined
                metrics     = 127.0.0.1:0/metrics
                """.formatted(one, two);
    }
}
