package weir.server;

/** What the program around a server does when the admin listener asks for it. Called on the admin thread, one at a time; may block. */
public interface Control {
    /**
     * What has become of a reload.
     *
     * @param ok whether the new configuration runs; else the old one does, as before
     * @param message one line
     * @param problems of the file, as {@code weir check} prints them, warnings included; empty when there are none
     */
    record Reload(boolean ok, String message, String problems) {}

    /** Reads the configuration again and takes it over. @throws InterruptedException the process ends */
    Reload reload() throws InterruptedException;

    /** Begins to end in order, and returns. Does nothing when that has begun. */
    void drain();
}
