package weir.server.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import weir.http.FieldName;

/** All that can be asked for, by method and path. Immutable. */
public final class Endpoints {
    private static final String NAME = "NAME";

    private final List<Endpoint> all;

    /** @param parameters names that may stand in the query */
    private record Endpoint(String method, String path, List<String> segments, Set<String> parameters, Command command) {
        boolean matches(List<String> asked) {
            if (asked.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < asked.size(); i++) {
                if (!segments.get(i).equals(NAME) && !segments.get(i).equals(asked.get(i))) {
                    return false;
                }
            }
            return true;
        }

        List<String> names(List<String> asked) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                if (segments.get(i).equals(NAME)) {
                    names.add(asked.get(i));
                }
            }
            return names;
        }

        String shown() {
            return method + ' ' + path + parameters.stream().sorted().map(name -> name + "=").collect(Collectors.joining("&", parameters.isEmpty() ? "" : "?", ""));
        }
    }

    /** What a request leads to: a command, or an answer in its place. */
    record Found(Command command, Request request, Answer refusal) {}

    private Endpoints(List<Endpoint> all) {
        this.all = List.copyOf(all);
    }

    Found find(String method, String path, String query) {
        List<String> asked = path.startsWith("/") ? Request.segments(path) : null;
        List<Endpoint> there = asked == null ? List.of() : all.stream().filter(each -> each.matches(asked)).toList();
        if (there.isEmpty()) {
            return refused(nothing(path));
        }
        String wanted = method.equals("HEAD") ? "GET" : method;
        Endpoint endpoint = there.stream().filter(each -> each.method.equals(wanted)).findFirst().orElse(null);
        if (endpoint == null) {
            String allowed = there.stream().map(each -> each.method.equals("GET") ? "GET, HEAD" : each.method).collect(Collectors.joining(", "));
            return refused(Answer.error(405, there.get(0).path + " takes " + allowed).with(FieldName.ALLOW, allowed));
        }
        Map<String, String> parameters = Request.parameters(query);
        if (parameters == null) {
            return refused(Answer.error(400, "the query is malformed; write name=value&…, each name once, and what is not a letter or digit as %XX"));
        }
        for (String name : parameters.keySet()) {
            if (!endpoint.parameters.contains(name)) {
                return refused(Answer.error(400, "there is no parameter '" + name + "' here; this is " + endpoint.shown()));
            }
        }
        return new Found(endpoint.command, new Request(endpoint.names(asked), parameters), null);
    }

    private static Found refused(Answer answer) {
        return new Found(null, null, answer);
    }

    private Answer nothing(String path) {
        Json json = new Json().object().put("error", "there is nothing at " + path).name("there_is").array();
        all.forEach(each -> json.value(each.shown()));
        return new Answer(404, json.end().end());
    }

    /** Collects them. */
    public static final class Builder {
        private final List<Endpoint> endpoints = new ArrayList<>();

        /** @param path with NAME for a segment that the command gets. @param parameters that it knows, all of them optional here */
        public Builder add(String method, String path, Command command, String... parameters) {
            endpoints.add(new Endpoint(method, path, List.of(path.substring(1).split("/", -1)), Set.of(parameters), command));
            return this;
        }

        public Endpoints build() {
            return new Endpoints(endpoints);
        }
    }
}
