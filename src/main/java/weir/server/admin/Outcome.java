package weir.server.admin;

import java.util.function.Supplier;

/** What has come of a command: an answer, or one that is still to come. */
public sealed interface Outcome permits Answer, Outcome.Later {
    /** @param look asked on the admin thread, again and again: null while there is no answer; must not block */
    record Later(Supplier<Answer> look) implements Outcome {}
}
