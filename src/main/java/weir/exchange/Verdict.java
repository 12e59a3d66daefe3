package weir.exchange;

/** What a filter makes of a request. */
public enum Verdict {
    /** Go on with the next filter. */
    NEXT,
    /** The filter has answered ({@link Exchange#answer}); nothing right of it runs. */
    ANSWERED,
    /** The filter waits for something and will, on the exchange's loop, call {@link Exchange#resume} or answer, if it is still waited for. */
    SUSPENDED
}
