package weir.config;

import java.nio.file.Path;

/**
 * {@code log.access}.
 *
 * @param format OFF for none
 * @param file null for standard output
 * @param ringBytes for each loop, 64 KiB..64 MiB, a power of two; lines that find it full are dropped and counted
 */
public record LogSettings(Format format, Path file, int ringBytes) {
    /** How a line looks. */
    public enum Format { OFF, COMBINED, JSON }

    /** No log. */
    public static final LogSettings NONE = new LogSettings(Format.OFF, null, 64 << 10);
}
