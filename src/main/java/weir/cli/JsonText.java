package weir.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON text (RFC 8259) into maps, lists, strings, numbers, Booleans and null. For answers of weir's own: a number is a long or a
 * double, of two equal names the last one counts.
 */
final class JsonText {
    private static final int DEPTH_MAX = 32;

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException it is none */
    static Object read(String text) {
        JsonText reader = new JsonText(text);
        Object value = reader.value(0);
        reader.blanks();
        if (reader.at != text.length()) {
            throw reader.fault();
        }
        return value;
    }

    private IllegalArgumentException fault() {
        return new IllegalArgumentException("no JSON, at character " + at);
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean skip(char c) {
        blanks();
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char c) {
        if (!skip(c)) {
            throw fault();
        }
    }

    private Object value(int depth) {
        if (depth > DEPTH_MAX) {
            throw fault();
        }
        if (skip('{')) {
            return object(depth);
        }
        if (skip('[')) {
            return array(depth);
        }
        return skip('"') ? string() : word();
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (skip('}')) {
            return object;
        }
        do {
            expect('"');
            String name = string();
            expect(':');
            object.put(name, value(depth + 1));
        } while (skip(','));
        expect('}');
        return object;
    }

    private List<Object> array(int depth) {
        List<Object> array = new ArrayList<>();
        if (skip(']')) {
            return array;
        }
        do {
            array.add(value(depth + 1));
        } while (skip(','));
        expect(']');
        return array;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c < ' ') {
                throw fault();
            }
            out.append(c == '\\' ? escape() : c);
        }
        throw fault();
    }

    private char escape() {
        char c = at < text.length() ? text.charAt(at++) : 0;
        int plain = "\"\\/".indexOf(c);
        int control = "bfnrt".indexOf(c);
        if (plain >= 0 || control >= 0) {
            return control < 0 ? c : "\b\f\n\r\t".charAt(control);
        }
        if (c != 'u' || !text.substring(at, Math.min(text.length(), at + 4)).matches("[0-9a-fA-F]{4}")) {
            throw fault();
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private Object word() {
        int from = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at);
        return switch (word) {
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> number(word);
        };
    }

    private Object number(String word) {
        if (word.matches("-?(0|[1-9][0-9]{0,17})")) {
            return Long.parseLong(word);
        }
        if (!word.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?")) {
            throw fault();
        }
        return Double.parseDouble(word);
    }
}
