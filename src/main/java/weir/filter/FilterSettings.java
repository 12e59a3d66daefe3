package weir.filter;

/** {@code filter.NAME}: a filter that routes name. Each kind has a record of its own. */
public interface FilterSettings {
    /** As routes name it. */
    String name();

    /** What it is, in the word of the configuration; no route has two of a kind. */
    String kind();
}
