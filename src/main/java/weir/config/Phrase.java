package weir.config;

import java.util.List;
import java.util.Optional;

/** Reads the words of a value from the left, and says what is missing or too much. One fault is reported; nothing is read after it. */
final class Phrase {
    private final Word value;
    private final List<Word> words;
    private final Problems problems;
    private final String form;
    private int next;
    private boolean bad;

    /** @param form how the value is written, for messages */
    Phrase(Word value, Problems problems, String form) {
        this.value = value;
        this.words = Words.words(value, problems);
        this.problems = problems;
        this.form = form;
    }

    /** Whether the next word is this one; it is read then. */
    boolean accept(String word) {
        if (bad || next == words.size() || !words.get(next).is(word)) {
            return false;
        }
        next++;
        return true;
    }

    /** The next word must be this one. */
    void expect(String word) {
        if (!accept(word) && !bad) {
            bad = true;
            if (next == words.size()) missing("'" + word + "'");
            else problems.error(words.get(next), words.get(next).shown() + " stands where '" + word + "' should", "write " + form);
        }
    }

    /** The next word as a value of that type; {@code otherwise} when there was a fault. @param what it is, for messages */
    <T> T value(ValueType.OfWord<T> type, String what, T otherwise) {
        if (bad) return otherwise;
        if (next == words.size()) {
            bad = true;
            missing(what);
            return otherwise;
        }
        Optional<T> read = type.parseWord(words.get(next++), problems);
        bad = read.isEmpty();
        return read.orElse(otherwise);
    }

    /** The next word, to be looked at; null at the end. */
    Word peek() {
        return next < words.size() && !bad ? words.get(next) : null;
    }

    Word take() {
        return words.get(next++);
    }

    /** A fault that was found elsewhere. */
    void fail() {
        bad = true;
    }

    private void missing(String what) {
        problems.error(value.place(value.length()), "no " + what + " at the end", "write " + form);
    }

    /** Nothing may follow. @return whether all was well */
    boolean end() {
        if (!bad && next < words.size()) {
            bad = true;
            problems.error(words.get(next), words.get(next).shown() + " is not known here", "write " + form);
        }
        return !bad;
    }
}
