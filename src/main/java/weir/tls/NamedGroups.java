package weir.tls;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import javax.net.ssl.SSLParameters;

/** Key exchange groups of single connections: JDK 20 and later can, before that the process has one list ({@link JdkTls}). */
final class NamedGroups {
    private static final Method SETTER = setter();

    private NamedGroups() {}

    private static Method setter() {
        try {
            return SSLParameters.class.getMethod("setNamedGroups", String[].class);
        } catch (NoSuchMethodException e) {
            return null;                                     // JDK 17
        }
    }

    /** Groups that this JDK does not know are passed over by it. */
    static void set(SSLParameters parameters, List<String> groups) {
        if (SETTER != null && !groups.isEmpty()) {
            try {
                SETTER.invoke(parameters, (Object) groups.toArray(String[]::new));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalArgumentException("groups of key exchange " + groups + " are refused by this JDK", e);
            }
        }
    }

    /** Whether a listener may have groups of its own. */
    static boolean perConnection() {
        return SETTER != null;
    }
}
