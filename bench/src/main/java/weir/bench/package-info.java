/**
 * JMH benches, one class per hot part, each with the plain way as its baseline. A bench of what is package-private stands in
 * that package, beside this one.
 */
package weir.bench;
