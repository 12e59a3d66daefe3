package weir.server.admin;

/** What a path of the admin listener does. Runs on the admin thread, one at a time; the others wait meanwhile. */
public interface Command {
    /** May block. @throws InterruptedException the process ends */
    Outcome run(Request request) throws InterruptedException;
}
