package weir.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/** Cuts bytes into lines and checks them: UTF-8, no control characters, bounded length. */
final class SourceReader {
    static final int LINE_BYTES_MAX = 64 << 10;

    /** @param broken the lines (from 1) whose fault is already reported: what they hold is not to be judged further */
    record Lines(Source source, BitSet broken) {}

    private SourceReader() {}

    /** Reads up to {@code most} lines; what is behind them is left out without a word. */
    static Lines read(String name, int order, byte[] bytes, int most, Problems problems) {
        List<String> lines = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        int at = hasByteOrderMark(bytes) ? 3 : 0;           // some editors write one; it means nothing in UTF-8
        while (at < bytes.length && lines.size() < most) {
            int end = at;
            while (end < bytes.length && bytes[end] != '\n') end++;
            int next = end + 1;
            if (end > at && end < bytes.length && bytes[end - 1] == '\r') end--;
            String line = line(bytes, at, end, lines.size() + 1, faults);
            lines.add(line);
            if (line.stripLeading().startsWith("-----BEGIN ")) {
                faults.add(new Fault(lines.size(), 1, "this is a certificate or a key (PEM), and no configuration", "name it in a line tls.NAME = certificate.pem key.pem"));
                break;                                       // what follows may be a private key: no line of it is shown
            }
            at = next;
        }
        return report(new Source(name, order, lines), faults, problems);
    }

    /** The arguments of a command line option: each is a line. */
    static Lines ofArguments(String name, int order, List<String> arguments, Problems problems) {
        List<String> lines = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        for (String argument : arguments) {
            byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
            lines.add(line(bytes, 0, bytes.length, lines.size() + 1, faults));
        }
        return report(new Source(name, order, lines), faults, problems);
    }

    private record Fault(int line, int column, String what, String whatToDo) {}

    private static Lines report(Source source, List<Fault> faults, Problems problems) {
        BitSet broken = new BitSet();
        for (Fault fault : faults) {
            broken.set(fault.line);
            problems.error(source.place(fault.line, fault.column), fault.what, fault.whatToDo);
        }
        return new Lines(source, broken);
    }

    private static boolean hasByteOrderMark(byte[] b) {
        return b.length >= 3 && b[0] == (byte) 0xEF && b[1] == (byte) 0xBB && b[2] == (byte) 0xBF;
    }

    private static String line(byte[] bytes, int from, int to, int number, List<Fault> faults) {
        if (from == to) return "";
        if (to - from > LINE_BYTES_MAX) {
            faults.add(new Fault(number, 1, "this line has " + (to - from) + " bytes",
                    "at most " + LINE_BYTES_MAX + " are taken"));
            return new String(bytes, from, 100, StandardCharsets.UTF_8);
        }
        CharBuffer decoded = CharBuffer.allocate(to - from);
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        var decoder = StandardCharsets.UTF_8.newDecoder();      // reports faults; `new String` replaces them
        CoderResult result = decoder.decode(in, decoded, true);
        String text = decoded.flip().toString();
        if (result.isError()) {
            faults.add(new Fault(number, text.codePointCount(0, text.length()) + 1,
                    String.format(Locale.ROOT, "byte 0x%02X is not UTF-8", bytes[in.position()]),
                    "save the file as UTF-8"));
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        int control = indexOfControl(text);
        if (control >= 0) {
            faults.add(new Fault(number, text.codePointCount(0, control) + 1,
                    String.format(Locale.ROOT, "control character U+%04X", (int) text.charAt(control)),
                    "remove it"));
        }
        return text;
    }

    /** The first control character but the tab, or -1. Values end up in field lines and logs: none ever holds one. */
    static int indexOfControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && c != '\t') return i;
        }
        return -1;
    }
}
