package weir.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import weir.Await;
import weir.Child;

/**
 * Opens a listening socket and starts programs with it as file descriptor 0, as systemd does: Java can do neither. They end
 * with it.
 */
final class Supervisor implements AutoCloseable {
    private static final String SCRIPT = """
            use Socket;
            $| = 1;
            $SIG{CHLD} = 'IGNORE';
            socket(my $listening, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
            bind($listening, sockaddr_in(0, INADDR_LOOPBACK)) or die "bind: $!";
            listen($listening, 1024) or die "listen: $!";
            my ($port) = sockaddr_in(getsockname($listening));
            print "port $port\\n";
            my @started;
            while (my $line = <STDIN>) {
                chomp $line;
                my $pid = fork();
                die "fork: $!" unless defined $pid;
                if ($pid == 0) {
                    $SIG{CHLD} = 'DEFAULT';
                    open(STDIN, '<&', $listening) or die "descriptor 0: $!";
                    exec(split(/\\t/, $line)) or die "exec: $!";
                }
                push @started, $pid;
                print "started $pid\\n";
            }
            kill('KILL', @started);
            """;

    private final Child perl = Child.start("apt-get install perl", List.of("perl", "-e", SCRIPT));
    private final List<ProcessHandle> started = new ArrayList<>();

    /** Where its socket listens. */
    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), (int) number("port (\\d+)\n", 0));
    }

    private long number(String pattern, int index) {
        Pattern compiled = Pattern.compile(pattern);
        Await.until(pattern + " from the supervisor", () -> compiled.matcher(perl.output()).results().count() > index);
        Matcher found = compiled.matcher(perl.output());
        for (int i = 0; i <= index; i++) {
            found.find();
        }
        return Long.parseLong(found.group(1));
    }

    /** Starts weir, and waits until it serves. */
    ProcessHandle start(String... arguments) {
        perl.say(String.join("\t", WeirProcess.command(arguments)) + "\n");
        ProcessHandle process = ProcessHandle.of(number("started (\\d+)\n", started.size())).orElseThrow(() -> new AssertionError(output()));
        started.add(process);
        String serves = "listen.web on 127.0.0.1:" + address().getPort() + ", inherited";
        Await.until("it serves", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("it ended and had said: " + output());
            }
            return output().split(Pattern.quote(serves), -1).length > started.size();
        });
        return process;
    }

    /** All that the programs have said. */
    String output() {
        return perl.output();
    }

    /** Waits for the end of a program. */
    static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("still runs", e);
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        started.forEach(ProcessHandle::destroyForcibly);
        perl.close();
    }
}
