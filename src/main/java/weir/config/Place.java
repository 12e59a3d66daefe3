package weir.config;

/** A place in the configuration. Immutable. */
public final class Place {
    private final Source source;
    private final int line;
    private final int column;

    Place(Source source, int line, int column) {
        this.source = source;
        this.line = line;
        this.column = column;
    }

    /** The file as the operator named it, or {@code --set}. */
    public String file() {
        return source.name();
    }

    /** From 1; 0 when the place is the file as a whole. For {@code --set} the number of the argument. */
    public int line() {
        return line;
    }

    /** From 1, in characters (code points, a tab is one); 0 when the place is the file as a whole. */
    public int column() {
        return column;
    }

    Source source() {
        return source;
    }

    /** The line the place is in, as it stands in the source. */
    String sourceLine() {
        return source.line(line);
    }

    /** {@code file:line}, what {@code show} prints. */
    public String fileAndLine() {
        return line == 0 ? file() : file() + ":" + line;
    }

    @Override
    public String toString() {
        return line == 0 ? file() : file() + ":" + line + ":" + column;
    }
}
