package weir;

import java.util.concurrent.ThreadLocalRandom;

/** The seed of a fuzz test: {@code -Dfuzz.seed=} where given, else a new one. Tests put it into every failure message. */
public final class FuzzSeed {
    private FuzzSeed() {}

    public static long seed() {
        String given = System.getProperty("fuzz.seed", "");
        return given.isBlank() ? ThreadLocalRandom.current().nextLong() : Long.parseLong(given.strip());
    }
}
