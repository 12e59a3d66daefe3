/**
 * Pools of origins: which servers there are and where (names are resolved beside the loops), which of them are well (a keeper for
 * each pool), which one gets the next request (balancers), and the connections that are kept for the next one. What an origin
 * speaks is behind {@link weir.upstream.OriginConnector}.
 */
package weir.upstream;
