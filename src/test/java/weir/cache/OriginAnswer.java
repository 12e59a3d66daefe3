package weir.cache;

/**
 * What the simulated origin said to one request. Each has a number, which a whole response carries in X-Id and one that only confirms
 * (304, or to HEAD) in X-Confirm: so that a stored response tells where it comes from.
 */
final class OriginAnswer implements MemoryProxy.Reply {
    /** How it ends. */
    enum End { WHOLE, BROKEN, NOTHING }

    final int id;
    /** The client's request that the proxy asked for. */
    final RandomRequest request;
    /** As the origin saw it. */
    final PlainHead asked;
    final PlainHead head;
    final int status;
    /** What it carries, without framing. */
    final String content;
    /** The whole representation, of which {@link #content} may be a part. */
    final String representation;
    final End end;
    final boolean held;
    final int askedAt;
    /** Since when it is waited for. */
    long askedMillis;
    int answeredAt = Integer.MAX_VALUE;
    long answeredMillis;
    private final String wire;

    /** @param askedAt number of the event */
    OriginAnswer(int id, RandomRequest request, PlainHead asked, PlainHead head, String content, String representation, String wire, End end,
            boolean held, int askedAt, long askedMillis) {
        this.id = id;
        this.request = request;
        this.asked = asked;
        this.head = head;
        this.content = content;
        this.representation = representation;
        this.wire = wire;
        this.end = end;
        this.held = held;
        this.askedAt = askedAt;
        this.askedMillis = askedMillis;
        status = Integer.parseInt(head.start().substring(9, 12));
    }

    @Override
    public String wire() {
        return wire;
    }

    @Override
    public boolean closes() {
        return end != End.WHOLE || head.has("Connection") && head.elements("Connection").contains("close");
    }

    @Override
    public boolean isHeld() {
        return held;
    }

    boolean isFailure() {
        return end == End.NOTHING;
    }

    /** Whether the proxy asked on behalf of this request. */
    boolean isFor(RandomRequest other) {
        return request.number() == other.number();
    }

    boolean confirms() {
        return head.has("X-Confirm");
    }

    @Override
    public String toString() {
        return "#" + id + " for " + request.number() + " [" + asked + "] " + end + (held ? " held" : "") + " " + head;
    }
}
