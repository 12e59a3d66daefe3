package weir.config;

import java.util.List;

/** What stands right of the arrow of a route. */
public sealed interface TargetSettings {
    /** Pools by weight; an address written in place is a pool of its own, named after it. */
    record ToPools(List<Share> shares) implements TargetSettings {
        public ToPools {
            shares = List.copyOf(shares);
        }
    }

    /** One of several pools, with a weight of 1 or more against the others. */
    record Share(String pool, int weight) {}

    /** {@code respond STATUS "text"}, with the content type of the text. */
    record Respond(int status, String text, String contentType) implements TargetSettings {}

    /** {@code redirect STATUS URL}; the URL may hold {@code {path}}, {@code {query}} and {@code {host}}. */
    record Redirect(int status, String location) implements TargetSettings {}
}
