/**
 * JMH benches, one class per hot part, each with the plain way as its baseline. A bench of what is package-private stands in
 * that package, beside this one. {@link weir.bench.Compare} measures whole proxies side by side, {@link
 * weir.cache.HitRatio} what the cache keeps.
 */
package weir.bench;
