package weir.filter.minify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One line of {@code rows.txt}: a text, and what becomes of it. */
record Row(Minifier language, String what, byte[] text, byte[] expected) {
    @Override
    public String toString() {
        return language + " " + what;
    }

    static List<Row> all() throws IOException {
        try (InputStream in = Row.class.getResourceAsStream("rows.txt")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().filter(line -> !line.isEmpty() && !line.startsWith("# ")).toList();
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < lines.size(); i += 3) {
                String[] title = lines.get(i).split(" ", 3);
                byte[] text = octets(lines.get(i + 1));
                rows.add(new Row(Minifier.valueOf(title[1]), title[2], text, lines.get(i + 2).equals("=") ? null : octets(lines.get(i + 2))));
            }
            return rows;
        }
    }

    private static byte[] octets(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int i = 0;
        while (i < line.length()) {
            char c = line.charAt(i++);
            if (c != '\\') {
                out.write(c);
                continue;
            }
            switch (line.charAt(i++)) {
                case 'n' -> out.write('\n');
                case 'r' -> out.write('\r');
                case 't' -> out.write('\t');
                case 'x' -> {
                    out.write(Integer.parseInt(line.substring(i, i + 2), 16));
                    i += 2;
                }
                case '\\' -> out.write('\\');
                default -> throw new AssertionError(line);
            }
        }
        return out.toByteArray();
    }

    /** What a minifier makes of a text; null when it leaves it alone. */
    static byte[] minified(Minifier language, byte[] text) {
        byte[] out = new byte[text.length];
        byte[] in = text.clone();
        int length = language.minify(in, in.length, out);
        if (!Arrays.equals(in, text)) {
            throw new AssertionError("the text itself was changed");
        }
        return length < 0 ? null : Arrays.copyOf(out, length);
    }
}
