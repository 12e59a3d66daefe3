package weir.server.admin;

import java.nio.charset.StandardCharsets;

/**
 * Writes one JSON text (RFC 8259). Names and values come in order; a value that ought to have a name and has none is a mistake of
 * the caller's and not looked for. One thread.
 */
public final class Json {
    private final StringBuilder out = new StringBuilder(256);
    private final StringBuilder open = new StringBuilder();      // what closes what is open, the outermost first
    private boolean first = true;

    /** Begins an object, as a value; {@link #end} ends it. */
    public Json object() {
        return begin('{', '}');
    }

    /** Begins an array, as a value; {@link #end} ends it. */
    public Json array() {
        return begin('[', ']');
    }

    private Json begin(char opening, char closing) {
        comma();
        out.append(opening);
        open.append(closing);
        first = true;
        return this;
    }

    public Json end() {
        int last = open.length() - 1;
        out.append(open.charAt(last));
        open.setLength(last);
        first = false;
        return this;
    }

    /** The name of the value that comes next. */
    public Json name(String name) {
        comma();
        string(name);
        out.append(':');
        first = true;                                             // the value stands right behind it
        return this;
    }

    /** @param value or null */
    public Json value(String value) {
        comma();
        if (value == null) {
            out.append("null");
        } else {
            string(value);
        }
        return this;
    }

    public Json value(long value) {
        comma();
        out.append(value);
        return this;
    }

    public Json value(boolean value) {
        comma();
        out.append(value);
        return this;
    }

    public Json put(String name, String value) {
        return name(name).value(value);
    }

    public Json put(String name, long value) {
        return name(name).value(value);
    }

    public Json put(String name, boolean value) {
        return name(name).value(value);
    }

    private void comma() {
        if (!first) {
            out.append(',');
        }
        first = false;
    }

    /** RFC 8259 §7; besides what it wants also DEL, and half of a surrogate pair becomes U+FFFD: it cannot be written in UTF-8. */
    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < ' ' || c == 0x7f) {
                out.append(String.format("\\u%04x", (int) c));
            } else if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                out.append(Character.isSurrogate(c) ? '\ufffd' : c);
            }
        }
        out.append('"');
    }

    /** All of it, with a line end for who reads it on a terminal. Everything that was begun has been ended. */
    byte[] bytes() {
        assert open.isEmpty() : open;
        return out.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
