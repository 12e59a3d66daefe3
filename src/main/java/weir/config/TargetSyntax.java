package weir.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What stands behind the arrow of a route. */
sealed interface TargetSyntax {
    /** The pool of that name; whether there is one is not known here. */
    record Pool(String name, Place place) implements TargetSyntax {}

    /** An origin written in place. */
    record Address(OriginAddress origin, Place place) implements TargetSyntax {}

    /** An answer made here; the text is empty when none is given. */
    record Respond(int status, String text) implements TargetSyntax {}

    record Redirect(int status, UrlTemplate url) implements TargetSyntax {}

    /** A part of the requests goes to each; the shares add up to the whole. */
    record Split(List<Share> shares) implements TargetSyntax {
        public Split {
            shares = List.copyOf(shares);
        }
    }

    /**
     * A part of a split.
     *
     * @param target a {@link Pool} or an {@link Address}
     * @param share in hundredths of a percent, 1..10,000
     */
    record Share(TargetSyntax target, int share) {}

    String FORMS = "a pool, host:port, respond STATUS \"text\", redirect STATUS URL, or app 95%, canary 5%";

    static Optional<TargetSyntax> parse(Word value, Problems problems) {
        if (value.isEmpty()) {
            problems.error(value, "no target after '->'", "write " + FORMS);
            return Optional.empty();
        }
        if (startsWith(value, "respond")) return respond(Words.words(value, problems), value, problems);
        if (startsWith(value, "redirect")) return redirect(Words.words(value, problems), value, problems);
        List<Word> items = Words.items(value, problems);
        if (items.isEmpty()) return Optional.empty();
        if (items.size() == 1) {
            List<Word> words = Words.words(items.get(0), problems);
            if (words.size() == 1) return poolOrAddress(words.get(0), problems);
        }
        return split(items, value, problems);
    }

    private static boolean startsWith(Word value, String word) {
        String text = value.text();
        return text.startsWith(word) && (text.length() == word.length() || Word.isBlank(text.charAt(word.length())));
    }

    private static Optional<TargetSyntax> poolOrAddress(Word word, Problems problems) {
        if (Names.isName(word.text())) return Optional.of(new Pool(word.text(), word.place()));
        if (word.text().equals("->") || word.isEmpty()) {
            problems.error(word, word.shown() + " is no target", "write " + FORMS);
            return Optional.empty();
        }
        return OriginAddress.TYPE.parseWord(word, problems).map(address -> new Address(address, word.place()));
    }

    private static Optional<TargetSyntax> respond(List<Word> words, Word value, Problems problems) {
        if (words.size() < 2) {
            problems.error(value.place(value.length()), "no status after 'respond'", "write respond 200 \"text\"");
            return Optional.empty();
        }
        Optional<Integer> status = Quantity.number(200, 599).parseWord(words.get(1), problems);
        if (words.size() > 3) {
            problems.error(words.get(3), words.get(3).shown() + " is one word too many", "put the text between quotes");
            return Optional.empty();
        }
        String text = words.size() == 3 ? words.get(2).text() : "";
        if (status.isPresent() && !text.isEmpty() && Set.of(204, 205, 304).contains(status.get())) {
            problems.error(words.get(2), "a text with status " + status.get(), "such an answer has no content; leave the text out");
            return Optional.empty();
        }
        return status.map(number -> new Respond(number, text));
    }

    private static Optional<TargetSyntax> redirect(List<Word> words, Word value, Problems problems) {
        if (words.size() < 3) {
            problems.error(value.place(value.length()), "no " + (words.size() < 2 ? "status" : "URL") + " at the end of this redirect",
                    "write redirect 308 https://host{path}{query}");
            return Optional.empty();
        }
        Optional<String> status = Choice.of("301", "302", "303", "307", "308").parseWord(words.get(1), problems);
        Optional<UrlTemplate> url = UrlTemplate.parse(words.get(2), problems);
        if (words.size() > 3) {
            problems.error(words.get(3), words.get(3).shown() + " is one word too many", "write redirect 308 https://host{path}{query}");
            return Optional.empty();
        }
        if (status.isEmpty() || url.isEmpty()) return Optional.empty();
        return Optional.of(new Redirect(Integer.parseInt(status.get()), url.get()));
    }

    private static Optional<TargetSyntax> split(List<Word> items, Word value, Problems problems) {
        List<Share> shares = new ArrayList<>();
        int sum = 0;
        for (Word item : items) {
            List<Word> words = Words.words(item, problems);
            if (words.size() != 2) {
                problems.error(words.size() > 2 ? words.get(2) : item, words.size() > 2 ? words.get(2).shown() + " is one word too many"
                        : "no share after " + item.shown(), "write app 95%, canary 5%");
                continue;
            }
            Optional<TargetSyntax> target = poolOrAddress(words.get(0), problems);
            Optional<Integer> share = new Ratio().parseWord(words.get(1), problems);
            if (share.isPresent() && share.get() == 0) {
                problems.error(words.get(1), "a share of nothing", "leave " + words.get(0).shown() + " out");
            } else if (target.isPresent() && share.isPresent()) {
                sum += share.get();
                shares.add(new Share(target.get(), share.get()));
            }
        }
        if (shares.size() < items.size()) return Optional.empty();
        if (sum != Ratio.WHOLE) {
            problems.error(value, "the shares add up to " + percent(sum), "make them 100%");
            return Optional.empty();
        }
        return Optional.of(new Split(shares));
    }

    private static String percent(int share) {
        return BigDecimal.valueOf(share, 2).stripTrailingZeros().toPlainString() + "%";
    }
}
