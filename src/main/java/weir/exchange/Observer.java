package weir.exchange;

/** Is told of each exchange when it is over: access log, metrics. Runs on the exchange's loop, must not block. */
public interface Observer {
    /** The exchange's request, response and figures are still there. */
    void onEnd(Exchange exchange);
}
