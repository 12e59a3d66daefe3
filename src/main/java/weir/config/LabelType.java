package weir.config;

import java.util.Optional;
import weir.upstream.Label;

/** A label of servers: {@code zone=a}. */
final class LabelType implements ValueType.OfWord<Label> {
    @Override
    public String name() {
        return "label";
    }

    @Override
    public String range() {
        return "name=value";
    }

    @Override
    public Optional<Label> parseWord(Word word, Problems problems) {
        int equals = word.text().indexOf('=');
        String name = equals < 0 ? word.text() : word.text().substring(0, equals);
        if (equals < 0 || !Names.isName(name) || !Names.isToken(word.text().substring(equals + 1))) {
            problems.error(word, word.shown() + " is no label", "write zone=a");
            return Optional.empty();
        }
        return Optional.of(new Label(name, word.text().substring(equals + 1)));
    }
}
