package weir.tls;

/**
 * What is wrong with a file of certificates or keys.
 *
 * @param fault false for a warning: it can be used all the same
 * @param where {@code file:line}, or the file alone where there are no lines
 * @param what is wrong, in plain words
 * @param whatToDo about it
 */
public record Finding(boolean fault, String where, String what, String whatToDo) {
    /** In one line. */
    @Override
    public String toString() {
        return where + ": " + what + "; " + whatToDo;
    }
}
