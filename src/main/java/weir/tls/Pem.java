package weir.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads PEM (RFC 7468) as it is found: with text before and between the blocks, CRLF, blanks at the ends of lines, header lines of
 * the old kind (RFC 1421).
 *   OUTSIDE -BEGIN-> START -header-> HEADERS -empty line-> BODY;   START -base64-> BODY -END-> OUTSIDE
 * A block that is not as it should be is a finding, and reading goes on behind it.
 */
final class Pem {
    private enum State { OUTSIDE, START, HEADERS, BODY }

    /** More faults than these help nobody. */
    private static final int FINDINGS_MAX = 20;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /**
     * @param line of BEGIN, from 1
     * @param oldEncryption the content is encrypted as header lines say, which the JDK does not read
     */
    record Block(String label, int line, byte[] content, boolean oldEncryption) {}

    private final String file;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Finding> findings;
    private final StringBuilder base64 = new StringBuilder();
    private State state = State.OUTSIDE;
    private String label = "";
    private int begin;
    private boolean oldEncryption;
    private boolean good;

    private Pem(String file, List<Finding> findings) {
        this.file = file;
        this.findings = findings;
    }

    /** All blocks that are whole; what is wrong with the others is added to the findings. */
    static List<Block> read(String file, byte[] content, List<Finding> findings) {
        Pem pem = new Pem(file, findings);
        int before = findings.size();
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int line = 0;
        int from = 0;
        while (from < text.length() && findings.size() - before < FINDINGS_MAX) {
            int end = text.indexOf('\n', from);
            if (end < 0) {
                end = text.length();
            }
            pem.line(text.substring(from, end).strip(), ++line);
            from = end + 1;
        }
        if (pem.state != State.OUTSIDE && findings.size() - before < FINDINGS_MAX) {
            pem.fault(pem.begin, "the block '" + pem.label + "' has no END line", "the file was cut: copy it anew, to its last line");
        }
        return pem.blocks;
    }

    /** Whether there is a block at all. */
    static boolean looksLike(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1).contains(BEGIN);
    }

    private void line(String line, int number) {
        if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + DASHES.length()) {
            if (state != State.OUTSIDE) {
                fault(begin, "the block '" + label + "' has no END line before the next one begins in line " + number,
                        "copy the block anew, to its END line");
            }
            start(line.substring(BEGIN.length(), line.length() - DASHES.length()), number);
        } else if (state != State.OUTSIDE) {
            inside(line, number);
        } else if (line.startsWith(END)) {
            fault(number, "an END line without a BEGIN line before it", "copy the block anew, with its BEGIN line");
        }
    }

    private void start(String name, int number) {
        label = SubjectText.printable(name);
        begin = number;
        base64.setLength(0);
        oldEncryption = false;
        good = true;
        state = State.START;
    }

    private void inside(String line, int number) {
        if (line.startsWith(END)) {
            end(line, number);
        } else if (state == State.HEADERS) {
            oldEncryption |= line.startsWith("Proc-Type:") && line.contains("ENCRYPTED");
            state = line.isEmpty() ? State.BODY : state;
        } else if (state == State.START && line.indexOf(':') >= 0) {
            oldEncryption = line.startsWith("Proc-Type:") && line.contains("ENCRYPTED");
            state = State.HEADERS;
        } else {
            state = State.BODY;
            body(line, number);
        }
    }

    private void body(String line, int number) {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean known = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=';
            if (!known || c != '=' && base64.length() > 0 && base64.charAt(base64.length() - 1) == '=') {
                if (good) {
                    fault(number, known ? "base64 goes on after its end" : "'" + SubjectText.printable(String.valueOf(c)) + "' is no base64",
                            "copy the block '" + label + "' anew");
                }
                good = false;
                return;
            }
            base64.append(c);
        }
    }

    private void end(String line, int number) {
        state = State.OUTSIDE;
        if (!line.equals(END + label + DASHES)) {
            fault(number, "the block that begins in line " + begin + " as '" + label + "' ends as something else",
                    "copy the block anew, from its BEGIN line to its END line");
        } else if (good && base64.length() == 0) {
            fault(begin, "the block '" + label + "' is empty", "copy it anew");
        } else if (good) {
            byte[] content = decode();
            if (content == null) {
                fault(begin, "the base64 of the block '" + label + "' is not whole", "a line is missing or cut: copy the block anew");
            } else {
                blocks.add(new Block(label, begin, content, oldEncryption));
            }
        }
    }

    private byte[] decode() {
        try {
            return base64.length() % 4 == 0 ? Base64.getDecoder().decode(base64.toString()) : null;   // the JDK would fill it up
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void fault(int line, String what, String whatToDo) {
        findings.add(new Finding(true, file + ":" + line, what, whatToDo));
    }
}
