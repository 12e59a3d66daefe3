package weir.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import weir.upstream.Server;

/**
 * A value that stands in a command of the operator's, read as if it stood in the file.
 *
 * @param value null when the text is wrong
 * @param problem what is wrong and what to do; empty when nothing is
 */
public record CommandText<T>(T value, String problem) {
    /** @param tls whether the server is spoken to by TLS */
    public record ServerAndTls(Server server, boolean tls) {}

    /** One server of a pool, as {@code 10.0.0.20:8080 weight=2}. */
    public static CommandText<ServerAndTls> server(String text) {
        if (text.indexOf(',') >= 0) {
            return new CommandText<>(null, "a comma in '" + text + "'; write one server");
        }
        return read(text, (word, problems) -> PoolServer.TYPE.server(word, problems)
                .map(server -> new ServerAndTls(server.server(), server.tls())));
    }

    /** A time, as {@code 30s}. Both ends included. */
    public static CommandText<Duration> time(String text, String least, String most) {
        return read(text, Quantity.time(least, most)::parse);
    }

    /** A weight of a server. */
    public static CommandText<Integer> weight(String text) {
        return read(text, Quantity.number(1, Server.WEIGHT_MAX)::parse);
    }

    private static <T> CommandText<T> read(String text, BiFunction<Word, Problems, Optional<T>> parse) {
        if (text.isBlank() || SourceReader.indexOfControl(text) >= 0) {
            return new CommandText<>(null, text.isBlank() ? "nothing here" : "a control character");
        }
        Word.Builder word = new Word.Builder(new Source("command", 0, List.of(text)));
        for (int i = 0; i < text.length(); i++) word.append(text.charAt(i), 1, i + 1, 0);
        Problems problems = new Problems();
        Optional<T> value = parse.apply(word.build(1, text.length() + 1), problems);
        if (!problems.hasErrors() && value.isPresent()) return new CommandText<>(value.get(), "");
        Problem first = problems.list().get(0);
        return new CommandText<>(null, first.what() + "; " + first.whatToDo()
                + (first.suggestion() == null ? "" : "; did you mean '" + first.suggestion() + "'?"));
    }
}
