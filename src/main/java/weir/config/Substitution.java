package weir.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Replaces <code>${NAME}</code>, <code>${NAME:-default}</code>, <code>${file:/path}</code> and {@code $$}. What is put in is not looked through
 * again. The default is taken when the name is unset or empty, as in a shell.
 */
final class Substitution {
    static final int VALUE_CHARACTERS_MAX = 64 << 10;
    static final int SECRET_BYTES_MAX = 64 << 10;

    private final UnaryOperator<String> environment;
    private final Problems problems;

    /** @param environment the value of a name, null when it is unset */
    Substitution(UnaryOperator<String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    /**
     * The value with everything put in, or nothing when that failed (and is reported).
     *
     * @param directory what the path of a secret is relative to
     */
    Optional<Word> apply(Word raw, Path directory) {
        if (raw.text().indexOf('$') < 0) return Optional.of(raw);
        Word.Builder out = raw.builder();
        boolean whole = true;
        int i = 0;
        while (i < raw.length()) {
            if (raw.charAt(i) != '$') {
                out.append(raw, i++, 0);
            } else if (i + 1 < raw.length() && raw.charAt(i + 1) == '$') {
                out.append(raw, i, 0);
                i += 2;
            } else {
                int end = i + 1 < raw.length() && raw.charAt(i + 1) == '{' ? raw.text().indexOf('}', i) : i;
                if (end <= i) {
                    problems.error(raw.place(i), end < 0 ? "no '}' after this '${'" : "a dollar on its own",
                            "write ${NAME}, ${NAME:-default}, ${file:/path}, or $$ for a dollar");
                    return Optional.empty();
                }
                whole &= put(raw.slice(i + 2, end), raw, i, directory, out);
                i = end + 1;
            }
            if (out.length() > VALUE_CHARACTERS_MAX) {
                problems.error(raw, "this value is longer than " + VALUE_CHARACTERS_MAX + " characters once ${…} is put in",
                        "put less into it");
                return Optional.empty();
            }
        }
        return whole ? Optional.of(out.buildEndingAt(raw, raw.length())) : Optional.empty();
    }

    private boolean put(Word inside, Word raw, int dollar, Path directory, Word.Builder out) {
        if (inside.text().startsWith("file:")) {
            Optional<String> secret = secret(inside.from(5), directory);
            secret.ifPresent(text -> append(text, raw, dollar, Word.SUBSTITUTED | Word.SECRET, out));
            return secret.isPresent();
        }
        int separator = inside.text().indexOf(":-");
        Word name = separator < 0 ? inside : inside.slice(0, separator);
        if (!isName(name.text())) {
            problems.error(name, name.shown() + " is no name of the environment",
                    "write ${NAME}, ${NAME:-default} or ${file:/path}; a name has letters, digits and '_'");
            return false;
        }
        String value = environment.apply(name.text());
        if (separator >= 0 && (value == null || value.isEmpty())) {
            return putDefault(inside.from(separator + 2), out);
        }
        if (value == null) {
            problems.error(raw.place(dollar), "'" + name.text() + "' is not set in the environment",
                    "set it, or write ${" + name.text() + ":-default}");
            return false;
        }
        if (SourceReader.indexOfControl(value) >= 0) {
            problems.error(raw.place(dollar), "'" + name.text() + "' in the environment holds a control character",
                    "a value is one line of plain text");
            return false;
        }
        append(value, raw, dollar, Word.SUBSTITUTED, out);
        return true;
    }

    private boolean putDefault(Word text, Word.Builder out) {
        if (text.text().contains("${")) {
            problems.error(text, "a ${…} inside the default of another", "name one variable and a plain default");
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            out.append(text, i, Word.SUBSTITUTED);
            if (text.charAt(i) == '$' && i + 1 < text.length() && text.charAt(i + 1) == '$') i++;
        }
        return true;
    }

    private static void append(String text, Word raw, int dollar, int flags, Word.Builder out) {
        int fits = Math.min(text.length(), VALUE_CHARACTERS_MAX + 1);       // one too many is enough to be refused
        for (int i = 0; i < fits; i++) out.append(text.charAt(i), raw, dollar, flags);
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!Ascii.isLetterDigitOr("_", name.charAt(i)) || (i == 0 && Ascii.isDigit(name.charAt(i)))) return false;
        }
        return !name.isEmpty();
    }

    private Optional<String> secret(Word path, Path directory) {
        String fault;
        try {
            Path file = directory.resolve(path.text());
            if (Files.exists(file) && !Files.isRegularFile(file)) {    // a FIFO would block for ever
                fault = "it is not a regular file";
            } else {
                byte[] bytes = BoundedFile.readAtMost(file, SECRET_BYTES_MAX);
                if (bytes.length > SECRET_BYTES_MAX) {
                    fault = "it has more than " + SECRET_BYTES_MAX + " bytes";
                } else {
                    String text = withoutFinalLineEnd(
                            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
                    if (SourceReader.indexOfControl(text) < 0) return Optional.of(text);
                    fault = "it holds more than one line, or a control character";
                }
            }
        } catch (CharacterCodingException e) {
            fault = "it is not UTF-8";
        } catch (IOException | InvalidPathException | SecurityException e) {
            fault = BoundedFile.why(e);
        }
        problems.error(path, "cannot take the secret from " + path.shown() + ": " + fault,
                "name a readable file that holds one line");
        return Optional.empty();
    }

    private static String withoutFinalLineEnd(String text) {
        if (text.endsWith("\r\n")) return text.substring(0, text.length() - 2);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
