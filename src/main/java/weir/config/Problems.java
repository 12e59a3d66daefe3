package weir.config;

import static weir.config.Problem.Severity.ERROR;
import static weir.config.Problem.Severity.WARNING;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Collects what is wrong while a configuration is read, so that all of it can be said at once. One thread. */
public final class Problems {
    /** More than that nobody reads; the rest is counted. Also bounds the work a hostile file can cause. */
    static final int KEPT_MAX = 200;

    private static final int SUGGESTION_MAX = 300;

    private final List<Problem> kept = new ArrayList<>();
    private int errorCount;
    private int leftOutCount;

    void error(Word at, String what, String whatToDo) {
        error(at.place(), what, whatToDo, null);
    }

    void error(Place at, String what, String whatToDo) {
        error(at, what, whatToDo, null);
    }

    /** With the nearest thing that would be right, or null. */
    void error(Place at, String what, String whatToDo, String suggestion) {
        errorCount++;
        add(new Problem(ERROR, at, what, whatToDo, bounded(suggestion)));
    }

    void warning(Place at, String what, String whatToDo, String suggestion) {
        add(new Problem(WARNING, at, what, whatToDo, bounded(suggestion)));
    }

    private static String bounded(String suggestion) {
        return suggestion == null || suggestion.length() > SUGGESTION_MAX ? null : suggestion;
    }

    private void add(Problem problem) {
        if (isFull() && problem.severity() == ERROR && errorCount <= KEPT_MAX) {
            dropOneWarning();                               // warnings never hide an error
        }
        if (isFull()) leftOutCount++;
        else kept.add(problem);
    }

    private void dropOneWarning() {
        for (int i = kept.size() - 1; i >= 0; i--) {
            if (kept.get(i).severity() == WARNING) {
                kept.remove(i);
                leftOutCount++;
                return;
            }
        }
    }

    /** Whether further problems are only counted: then looking for suggestions is work for nothing. */
    boolean isFull() {
        return kept.size() >= KEPT_MAX;
    }

    public boolean hasErrors() {
        return errorCount > 0;
    }

    public boolean isEmpty() {
        return kept.isEmpty();
    }

    public int errorCount() {
        return errorCount;
    }

    /** In the order of the sources, then of lines and columns; at most 200. */
    public List<Problem> list() {
        List<Problem> sorted = new ArrayList<>(kept);
        sorted.sort(Comparator.<Problem>comparingInt(p -> p.place().source().order())
                .thenComparingInt(p -> p.place().line())
                .thenComparingInt(p -> p.place().column()));
        return sorted;
    }

    /** All of {@link #list()} as text, every problem ended by a line end; empty when there is none. */
    public String render() {
        String all = list().stream().map(p -> p.render() + "\n").collect(Collectors.joining());
        return leftOutCount == 0 ? all : all + "and " + leftOutCount + " more\n";
    }

    @Override
    public String toString() {
        return render();
    }
}
