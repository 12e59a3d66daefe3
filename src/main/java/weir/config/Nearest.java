package weir.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The known word nearest to what was written, by Damerau-Levenshtein distance (optimal string alignment). */
final class Nearest {
    private static final int LENGTH_MAX = 300;

    private Nearest() {}

    static Optional<String> of(String wrote, Collection<String> known) {
        String lower = wrote.toLowerCase(Locale.ROOT);
        if (lower.isEmpty() || lower.length() > LENGTH_MAX) return Optional.empty();
        int limit = lower.length() <= 3 ? 1 : lower.length() <= 7 ? 2 : 3;
        String nearest = null;
        for (String candidate : known) {
            int distance = distance(lower, candidate.toLowerCase(Locale.ROOT), limit);
            if (distance <= limit) {
                nearest = candidate;
                limit = distance - 1;                       // only a nearer one replaces it: ties keep table order
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** The distance, or limit + 1 when it is greater. Only the diagonal band that can stay below limit is computed. */
    static int distance(String a, String b, int limit) {
        if (limit < 0 || Math.abs(a.length() - b.length()) > limit) return limit + 1;
        int tooFar = limit + 1;
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) last[j] = Math.min(j, tooFar);
        for (int i = 1; i <= a.length(); i++) {
            Arrays.fill(row, tooFar);
            if (i <= limit) row[0] = i;
            int to = Math.min(b.length(), i + limit);
            for (int j = Math.max(1, i - limit); j <= to; j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int best = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    best = Math.min(best, beforeLast[j - 2] + 1);
                }
                row[j] = Math.min(best, tooFar);
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[b.length()];
    }
}
