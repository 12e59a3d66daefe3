/**
 * JMH benches, one class per hot part, each with the plain way as its baseline. A bench of what is package-private stands in
 * that package, beside this one. {@link weir.bench.Compare} measures whole proxies side by side, {@link
 * weir.bench.Footprint} how soon weir answers and how much memory it takes, {@link
 * weir.cache.HitRatio} what the cache keeps.
 */
package weir.bench;
