package weir.config;

import java.util.List;
import java.util.Optional;
import weir.upstream.BalanceSettings;
import weir.upstream.BalanceSettings.Policy;
import weir.upstream.HashKey;

/** {@code pool.NAME.balance}: a policy, and with {@code hash} what is hashed. */
final class BalanceSyntax implements ValueType<BalanceSettings> {
    private static final Choice<Policy> POLICY = Choice.of(Policy.class);
    private static final Choice<HashKey.Kind> KEY = Choice.of(HashKey.Kind.class);
    private static final String HASH = "hash client-address|path|query|header NAME|cookie NAME [bound 150%|bound off]";
    private static final Percent BOUND = new Percent(101, 1_000);

    @Override
    public String name() {
        return "policy";
    }

    @Override
    public String range() {
        return POLICY.range().replace("hash", HASH);
    }

    @Override
    public Optional<BalanceSettings> parse(Word value, Problems problems) {
        Phrase phrase = new Phrase(value, problems, value.text().startsWith("hash") ? HASH : POLICY.range().replace(" | ", " or "));
        Policy policy = phrase.value(POLICY, "policy", null);
        HashKey key = null;
        int bound = 0;
        if (policy == Policy.HASH) {
            HashKey.Kind kind = phrase.value(KEY, "key", HashKey.Kind.PATH);
            boolean named = kind == HashKey.Kind.HEADER || kind == HashKey.Kind.COOKIE;
            key = new HashKey(kind, named ? phrase.value(new Names.TokenType(), "name of the " + Choice.text(kind), "") : "");
            bound = !phrase.accept("bound") ? BalanceSettings.BOUND_DEFAULT : phrase.accept("off") ? 0 : phrase.value(BOUND, "bound", 0);
        }
        return phrase.end() ? Optional.of(new BalanceSettings(policy, key, bound, List.of(), null)) : Optional.empty();
    }
}
