package weir.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One setting that was given.
 *
 * @param doc what key it is
 * @param key as it is written
 * @param name what stands for NAME, or null
 * @param field what stands for FIELD, as written; or null
 * @param text the value with everything put in; null when that failed
 * @param directory what a relative path in it is relative to
 * @param overridden where the file sets the same key, when {@code --set} won over it; else null
 * @param parsed nothing when the value is wrong, which is reported then
 */
record Value<T>(KeyDoc<T> doc, Word key, String name, Word field, Word text, Path directory, Place overridden, Optional<T> parsed) {
    /** Where the value begins. */
    Place place() {
        return text == null ? key.place() : text.place();
    }

    /** Whether all of it, or a part, came from a secret file. */
    boolean isSecret() {
        return text != null && text.isSecret();
    }

    @Override
    public String toString() {
        return key.text() + " = " + (text == null ? "?" : text.shown());        // not what was parsed: it may be a secret
    }
}
