package weir.upstream;

/** The first server that can take the request: the others get what it has no room for. */
final class First implements Balancer {
    @Override
    public Origin pick(Candidates among, long key, long nowNanos) {
        return among.get(0);
    }
}
