package weir.config;

import java.util.List;

/**
 * Where text came from: a file, or the arguments of the command line (each argument is one line then).
 *
 * @param name what a problem begins with: the path as the operator wrote it, or {@code --set}
 * @param order in which the sources were opened; problems are sorted by it
 * @param lines the text, without line ends
 */
record Source(String name, int order, List<String> lines) {
    Source {
        lines = List.copyOf(lines);
    }

    /** The text of a line, counted from 1; empty for line 0, which means the source as a whole. */
    String line(int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
    }

    /** Whether the setting that stands in this line, or goes on in it, is a secret: then the line must not be shown. */
    boolean holdsSecret(int number) {
        int first = number;
        while (line(first - 1).endsWith("\\")) first--;
        String key = line(first).split("=", 2)[0].trim();
        return Keys.find(Keys.parts(key)).map(KeyDoc::type).filter(SecretType.class::isInstance).isPresent();
    }

    Place place(int line, int column) {
        return new Place(this, line, column);
    }

    /** The place for what concerns the source as a whole. */
    Place whole() {
        return new Place(this, 0, 0);
    }

    @Override
    public String toString() {
        return name;
    }
}
