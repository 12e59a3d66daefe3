package weir.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Tells the engine which certificate to show: by the name that the client asked for and the kind of key it can verify. All is
 * looked up when certificates are set, nothing in a handshake; the JDK's own manager of that kind tripled the cost of one.
 *
 * <p>Certificates change under running handshakes: an engine names its choice by an alias and asks for key and chain later,
 * so those of the time before stay known. Any thread.
 */
final class KeyChooser extends X509ExtendedKeyManager {
    private record Shown(String alias, PrivateKey key, X509Certificate[] chain) {}

    private record Generation(int number, Identities identities, IdentityHashMap<Identity, Shown> shown, Map<String, Shown> byAlias) {}

    private volatile Generation current;
    private volatile Generation previous;

    /** @param identities null for nothing to show */
    KeyChooser(Identities identities) {
        set(identities);
    }

    /** These are shown from now on. One thread at a time. */
    void set(Identities identities) {
        int number = current == null ? 0 : current.number + 1;
        IdentityHashMap<Identity, Shown> shown = new IdentityHashMap<>();
        Map<String, Shown> byAlias = new HashMap<>();
        for (Identity identity : identities == null ? List.<Identity>of() : identities.all()) {
            Shown each = new Shown(number + "." + shown.size(), identity.key(), identity.chain().toArray(X509Certificate[]::new));
            shown.put(identity, each);
            byAlias.put(each.alias, each);
        }
        previous = current;
        current = new Generation(number, identities, shown, byAlias);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        Generation now = current;
        Identity identity = now.identities == null ? null : now.identities.pick(serverName(engine.getHandshakeSession()), keyType);
        return identity == null ? null : now.shown.get(identity).alias;
    }

    /** The only one there is, if the server can verify its kind; whoever signed it. */
    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        Generation now = current;
        for (String keyType : keyTypes) {
            Identity identity = now.identities == null ? null : now.identities.pick("", keyType);
            if (identity != null) {
                return now.shown.get(identity).alias;
            }
        }
        return null;
    }

    /** The name that the client asked for, lower case; empty for none. */
    static String serverName(SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "";
    }

    private Shown find(String alias) {
        Shown found = current.byAlias.get(alias);
        Generation before = previous;
        return found != null || before == null ? found : before.byAlias.get(alias);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        Shown shown = find(alias);
        return shown == null ? null : shown.chain;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        Shown shown = find(alias);
        return shown == null ? null : shown.key;
    }

    // ---- for sockets, which nobody uses here

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return aliases();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return aliases();
    }

    private String[] aliases() {
        return new ArrayList<>(current.byAlias.keySet()).toArray(String[]::new);
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }
}
