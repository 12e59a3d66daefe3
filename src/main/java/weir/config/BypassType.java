package weir.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import weir.cache.BypassRule;

/** Conditions by which requests go past a cache: {@code header X-Debug, cookie session, query preview 1}. */
final class BypassType implements ValueType<List<BypassRule>> {
    @Override
    public String name() {
        return "list of conditions";
    }

    @Override
    public String range() {
        return "header NAME, cookie NAME or query NAME, each perhaps with a VALUE, at most " + BypassRule.RULES_MAX + " between commas";
    }

    @Override
    public Optional<List<BypassRule>> parse(Word value, Problems problems) {
        Optional<List<BypassRule>> rules = Lists.parse(value, problems, this::rule);
        if (rules.isPresent() && rules.get().size() > BypassRule.RULES_MAX) {
            problems.error(value, rules.get().size() + " conditions", "write at most " + BypassRule.RULES_MAX);
            return Optional.empty();
        }
        return rules;
    }

    private Optional<BypassRule> rule(Word item, Problems problems) {
        List<Word> words = Words.words(item, problems);
        Word first = words.get(0);
        Optional<BypassRule.Where> where = Choice.of(BypassRule.Where.class).parse(first, problems);
        if (where.isEmpty()) {
            return Optional.empty();
        }
        if (words.size() < 2 || words.size() > 3) {
            problems.error(item, item.shown() + " is no condition", "write " + first.text() + " NAME or " + first.text() + " NAME VALUE");
            return Optional.empty();
        }
        String name = words.get(1).text();
        try {
            return Optional.of(new BypassRule(where.get(), where.get() == BypassRule.Where.HEADER ? name.toLowerCase(Locale.ROOT) : name,
                    words.size() == 3 ? words.get(2).text() : null));
        } catch (IllegalArgumentException notAName) {
            problems.error(words.get(1), words.get(1).shown() + " is no name of a field, cookie or parameter", "write letters, digits, - and _");
            return Optional.empty();
        }
    }
}
