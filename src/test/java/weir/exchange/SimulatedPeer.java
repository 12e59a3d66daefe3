package weir.exchange;

/** The far end of a connection of the proxy, as clients and origins use it. */
interface SimulatedPeer {
    /** @return how many bytes found room */
    int peerSend(byte[] bytes, int from, int to);

    boolean peerCanSend();

    byte[] peerRead(int most);

    int peerReadable();

    /** The proxy ended its direction in order, and everything was read. */
    boolean peerSeesEnd();

    /** The connection broke in a way that nobody takes for an end in order, and everything was read. */
    boolean peerSeesReset();

    /** Ends the peer's direction in order. */
    void peerEnd();

    /** Ends both directions in order. */
    void peerClose();

    /** As many do: the stream ends behind what was sent, and nothing says that this is the end. */
    default void peerCloseSilently() {
        peerClose();
    }

    void peerReset();

    /** The stream stops in the middle: by a reset, or by whatever else a proxy must not take for an end in order. */
    default void peerCut() {
        peerReset();
    }

    /** Sends nothing of its own accord any more. */
    default void peerMute() {}

    /** Reads nothing of its own accord any more. */
    default void peerDeafen() {}
}
