package weir.upstream;

import weir.net.Resolver;

/** A membership that is a name which is looked up. */
record LookUp(Resolver.Watch name) implements Membership.Watch {
    @Override
    public void refresh() {
        name.refresh();
    }

    @Override
    public void close() {
        name.close();
    }
}
