package weir.bench;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.util.concurrent.TimeUnit;
import javax.crypto.KeyAgreement;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import weir.tls.X25519Provider;

/** What a side of a handshake does with X25519: a key pair of its own, and a secret with the other one's; by weir and by the JDK. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class X25519Bench {
    @Param({"weir", "SunEC"})
    public String by;

    private Provider provider;
    private KeyPairGenerator generator;
    private KeyPair ours;
    private KeyPair theirs;

    @Setup
    public void prepare() throws GeneralSecurityException {
        provider = by.equals("weir") ? new X25519Provider() : Security.getProvider(by);
        generator = KeyPairGenerator.getInstance("XDH", provider);
        ours = generator.generateKeyPair();
        theirs = KeyPairGenerator.getInstance("XDH", "SunEC").generateKeyPair();   // JSSE makes keys of bytes by the JDK's factory
    }

    @Benchmark
    public KeyPair keyPair() {
        return generator.generateKeyPair();
    }

    @Benchmark
    public byte[] agreement() throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("XDH", provider);
        agreement.init(ours.getPrivate());
        agreement.doPhase(theirs.getPublic(), true);
        return agreement.generateSecret();
    }
}
