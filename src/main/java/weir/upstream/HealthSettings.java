package weir.upstream;

/**
 * {@code pool.NAME.check}, {@code pool.NAME.eject}, {@code pool.NAME.slow-start}: how a server is found sick, and how it comes
 * back.
 *
 * @param check null for none
 * @param slowStartNanos a server that is up again gets its whole share only after this time; 0 for at once
 */
public record HealthSettings(CheckSettings check, EjectSettings eject, long slowStartNanos) {
    public static final HealthSettings DEFAULT = new HealthSettings(null, EjectSettings.DEFAULT, 0);

    public HealthSettings {
        if (slowStartNanos < 0) {
            throw new IllegalArgumentException("slow-start: " + slowStartNanos);
        }
    }

    /** Whether a server of which nothing is known may get requests. */
    boolean startsUp() {
        return check == null || check.startsUp();
    }
}
