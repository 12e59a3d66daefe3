package weir.cli;

import java.lang.reflect.Proxy;

/**
 * Signals, by reflection on {@code sun.misc.Signal}: its module (jdk.unsupported) may be left out of a run-time image, and
 * its name may not stand in a source that is compiled for a release. Where it is missing, TERM and INT still end the process
 * by way of a shutdown hook, and a reload needs a restart.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs {@code action} on each signal of this name, on a thread of the JVM's.
     *
     * @param name without SIG: TERM, INT, HUP, USR1
     * @return false when this JVM gives signals to nobody, or keeps this one for itself
     */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                return switch (method.getName()) {
                    case "handle" -> {
                        action.run();
                        yield null;
                    }
                    case "equals" -> self == arguments[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "weir signal handler";
                };
            });
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
