/**
 * Compression: {@link weir.filter.gzip.GzipFilter} codes what clients take in fewer bytes, {@link weir.filter.gzip.GunzipFilter} decodes what
 * they do not take. Both stand right of the cache; {@link weir.filter.gzip.AcceptedCodings} stands left of it, so that few variants are stored.
 *
 * <pre>
 *   GzipFilter  -whether-> MediaTypes, Codings, Disclosure, EntityTags
 *   Coders      each loop's Deflater and Inflater objects, used again and bounded
 *     Compressor Decompressor   one response's content on its way
 * </pre>
 */
package weir.filter.gzip;
