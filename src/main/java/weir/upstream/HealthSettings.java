package weir.upstream;

/**
 * {@code pool.NAME.slow-start}: how a server comes back.
 *
 * @param slowStartNanos a server that is up again gets its whole share only after this time; 0 for at once
 */
public record HealthSettings(long slowStartNanos) {
    public static final HealthSettings DEFAULT = new HealthSettings(0);
}
