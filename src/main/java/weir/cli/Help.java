package weir.cli;

import java.io.PrintStream;

/** {@code --help} and {@code --version}. */
final class Help {
    private static final String TEXT = """
            weir: a reverse proxy in one jar

              weir --from :8080 --to localhost:3000 [--to host:port]
                                     a proxy in one line
              weir run [FILE]        serve what FILE says (default weir.properties)
              weir demo [--tls]      two small origins and a proxy before them, to try things out; also by
                                     https, with a certificate made for it
              weir check [FILE]      say all that is wrong with FILE (also: weir -t FILE)
              weir show [FILE]       every setting, its value, and where that comes from
              weir explain KEY       what a key means, its range and its default; also for a part of one, as
                                     'weir explain cache', and 'weir explain all'
              weir route FILE METHOD URL [-H 'Name: value']
                                     which route a request would take and why, what filters, cache key and
                                     target it has there, and what is answered; nothing is sent
              weir cert FILE [KEY | CONFIG]
                                     what a certificate is good for, whether KEY fits, what in CONFIG uses
                                     it; FILE is PEM, PKCS#12, or a configuration: then all that are in it
              weir health [FILE]     whether the weir that runs wants requests: for the check of a container;
                                     FILE says metrics = 127.0.0.1:9900, or --url names what to ask

            To a weir that runs, where FILE says admin = unix:/run/weir/admin.sock:

              weir status [FILE]     what it is and how it is
              weir reload [FILE]     read its file again, and say what is wrong with it
              weir stop [FILE]       finish what runs, and leave
              weir servers [POOL]    the servers of its pools
              weir add POOL SERVER [weight=N], weir remove POOL SERVER
              weir drain | disable | enable POOL SERVER, weir weight POOL SERVER N
                                     change a pool; drain waits for the last request, at most --timeout 30s
              weir caches            the caches, how full they are and what they did
              weir purge CACHE URL | URL* | tag=TAG | all [--soft]
                                     take stored responses out; with --soft they stay and are stale

              --config FILE          instead of weir.properties
              --admin ADDRESS        unix:/path or http://host:port, instead of a file; a token of an address
                                     is taken from WEIR_ADMIN_TOKEN
              --json                 the answer as it came

            Options:

              -H 'Name: value'       of weir route: a field of the request; may repeat
              --key FILE, --password-file FILE
                                     of weir cert: where the certificate's key is, and its password
              --url URL              of weir health: what to ask, as http://127.0.0.1:9900/ready
              --beside               of weir run: share the ports with the weir that runs, to take over from it
              --set KEY=VALUE        wins over the file; may repeat
              --version, --help

            Signals: TERM and INT finish what runs and leave (twice: leave now), HUP reads FILE again,
            USR1 opens log files anew. Exit codes: 0 ok, 1 faults found, 2 usage.
            """;

    private Help() {}

    static int print(PrintStream out) {
        out.print(TEXT);
        return Main.OK;
    }

    static int printVersion(PrintStream out) {
        String version = Help.class.getPackage().getImplementationVersion();
        out.println("weir " + (version == null ? "(not from a jar)" : version) + ", JVM " + Runtime.version());
        return Main.OK;
    }
}
