package weir.upstream;

/** What a server is marked with, as {@code zone=eu}. */
public record Label(String name, String value) {
    @Override
    public String toString() {
        return name + '=' + value;
    }
}
