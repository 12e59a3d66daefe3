/**
 * The life of one request and its response: {@link weir.exchange.Exchange} joins a client's stream with an origin's, runs the
 * filters of the route, tries another origin where that is safe, and says how it ended. Knows no wire format.
 */
package weir.exchange;
