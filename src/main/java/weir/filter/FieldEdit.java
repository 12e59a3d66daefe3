package weir.filter;

/**
 * One change of the field lines of a head.
 *
 * @param name of the field
 * @param value for SET and ADD; printable ASCII
 */
public record FieldEdit(Kind kind, String name, String value) {
    /** SET replaces every line of the name, ADD puts one behind them, REMOVE takes them out. */
    public enum Kind { SET, ADD, REMOVE }

    /** The end of its key in the configuration; of REMOVE that has all names in its value. */
    public String key() {
        return switch (kind) {
            case SET -> "set." + name;
            case ADD -> "add." + name;
            case REMOVE -> "remove";
        };
    }
}
