/**
 * The configuration file: one fact a line, read with all its faults at once.
 *
 * <p>The way of a line: {@code SourceReader} (bytes to checked lines), {@code LineReader} (lines to key and value, each
 * character with its place), {@code Loader} (includes, {@code --set}), {@code Substitution} (<code>${…}</code>),
 * {@code Keys} (which keys there are and what they may hold), {@code Entries} (what the rest of the program asks).
 * Nothing a file can contain throws: what is wrong becomes a {@code Problem}.
 */
package weir.config;
