package weir.tls;

import javax.security.auth.x500.X500Principal;

/** Names out of certificates, which anybody may have written, as text for logs and terminals. */
public final class SubjectText {
    private static final int CHARS_MAX = 512;

    private SubjectText() {}

    /** A distinguished name (RFC 4514), at most 512 characters, none of them moves a cursor; {@code (no name)} for an empty one. */
    public static String of(X500Principal principal) {
        String name = principal.getName(X500Principal.RFC2253);
        return name.isEmpty() ? "(no name)" : printable(name);
    }

    /** The same for any text: characters that are not seen are written as {@code \}{@code uXXXX}. */
    public static String printable(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), CHARS_MAX));
        for (int i = 0; i < text.length() && out.length() < CHARS_MAX; i++) {
            char c = text.charAt(i);
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> out.append(String.format("\\u%04x", (int) c));
                default -> out.append(c);
            }
        }
        return out.length() < CHARS_MAX ? out.toString() : out.substring(0, CHARS_MAX - 3) + "...";
    }
}
