package weir.config;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;

/** A whole number with a unit, in a range: times, sizes and plain numbers. */
final class Quantity<T> implements ValueType.OfWord<T> {
    /** @param factor how many of the smallest unit it is */
    private record Unit(String name, long factor, List<String> alsoWritten) {}

    private static final List<Unit> TIMES = List.of(
            new Unit("ms", 1, List.of("msec", "msecs", "millis", "millisecond", "milliseconds")),
            new Unit("s", 1_000, List.of("sec", "secs", "second", "seconds")),
            new Unit("m", 60_000, List.of("min", "mins", "minute", "minutes")),
            new Unit("h", 3_600_000, List.of("hr", "hrs", "hour", "hours")),
            new Unit("d", 86_400_000, List.of("day", "days")),
            new Unit("y", 31_536_000_000L, List.of("year", "years")));        // 365 days
    private static final List<Unit> SIZES = List.of(
            new Unit("", 1, List.of("b", "byte", "bytes")),
            new Unit("k", 1 << 10, List.of("kb", "kib")),
            new Unit("m", 1 << 20, List.of("mb", "mib")),
            new Unit("g", 1 << 30, List.of("gb", "gib")));
    private static final List<Unit> NUMBERS = List.of(new Unit("", 1, List.of()));
    private static final int DIGITS_MAX = 30;

    private final String name;
    private final String examples;
    private final List<Unit> units;
    private final String least;
    private final String most;
    private final BigInteger min;
    private final BigInteger max;
    private final LongFunction<T> result;

    private Quantity(String name, String examples, List<Unit> units, String least, String most, LongFunction<T> result) {
        this.name = name;
        this.examples = examples;
        this.units = units;
        this.least = least;
        this.most = most;
        this.min = known(least, units);
        this.max = known(most, units);
        this.result = result;
    }

    /** A time such as `250ms`, both ends included. */
    static Quantity<Duration> time(String least, String most) {
        return new Quantity<>("time", "250ms, 5s, 10m, 2h, 1d", TIMES, least, most, Duration::ofMillis);
    }

    /** A time of whole seconds, for what HTTP counts in them. */
    static Quantity<Duration> seconds(String least, String most) {
        return new Quantity<>("time", "5s, 10m, 2h, 1d", TIMES.subList(1, TIMES.size()), least, most, Duration::ofMillis);
    }

    /** A number of bytes such as `64k` (65,536), both ends included. */
    static Quantity<Long> size(String least, String most) {
        return new Quantity<>("size", "512, 64k, 2m, 1g", SIZES, least, most, bytes -> bytes);
    }

    static Quantity<Integer> number(int least, int most) {
        return new Quantity<>("number", least + " to " + most, NUMBERS, Integer.toString(least), Integer.toString(most),
                number -> (int) number);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String range() {
        return least + " to " + most;
    }

    @Override
    public Optional<T> parseWord(Word word, Problems problems) {
        String text = word.text();
        int digits = 0;
        while (digits < text.length() && Ascii.isDigit(text.charAt(digits))) digits++;
        if (digits == 0) {
            problems.error(word, word.shown() + " is no " + name, "write " + examples);
            return Optional.empty();
        }
        Unit unit = unit(text.substring(digits));
        if (unit == null) {
            wrongUnit(word, digits, problems);
            return Optional.empty();
        }
        BigInteger value = digits > DIGITS_MAX ? null
                : new BigInteger(text.substring(0, digits)).multiply(BigInteger.valueOf(unit.factor));
        if (value == null || value.compareTo(max) > 0) {
            problems.error(word, word.shown() + " is more than " + most, "write " + range());
            return Optional.empty();
        }
        if (value.compareTo(min) < 0) {
            problems.error(word, word.shown() + " is less than " + least, "write " + range());
            return Optional.empty();
        }
        return Optional.of(result.apply(value.longValueExact()));
    }

    private void wrongUnit(Word word, int digits, Problems problems) {
        String wrote = word.text().substring(digits);
        Place at = word.place(digits);
        if (wrote.isEmpty()) {
            problems.error(at, "no unit after " + word.shown(), "write " + examples);
            return;
        }
        String meant = null;
        for (Unit unit : units) {
            if (wrote.equalsIgnoreCase(unit.name) || unit.alsoWritten.contains(wrote.toLowerCase(Locale.ROOT))) {
                meant = word.isSecret() ? null : word.text().substring(0, Math.min(digits, DIGITS_MAX)) + unit.name;
                break;
            }
        }
        if (units.size() == 1) problems.error(word, word.shown() + " is no " + name, "write " + examples);
        else problems.error(at, "unknown unit " + word.from(digits).shown() + " in " + word.shown(), "write " + examples, meant);
    }

    private Unit unit(String name) {
        for (Unit unit : units) {
            if (unit.name.equals(name)) return unit;
        }
        return null;
    }

    /** For the ends of a range, which stand in this program. */
    private static BigInteger known(String text, List<Unit> units) {
        for (Unit unit : units) {
            String number = text.substring(0, Math.max(0, text.length() - unit.name.length()));
            if (text.endsWith(unit.name) && Ascii.isDigits(number)) {
                return new BigInteger(number).multiply(BigInteger.valueOf(unit.factor));
            }
        }
        throw new AssertionError(text);
    }
}
