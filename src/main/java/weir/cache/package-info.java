/**
 * Stored responses. The store knows nothing of HTTP:
 *
 * <pre>
 *   Store      key to residents, lookups without a lock; what stays and what goes (S3-FIFO)
 *     Resident   something under a key, reference counted
 *     Blob       bytes of a resident, off heap, reference counted; read while they arrive
 *       Arena      direct memory in blocks (buddy system)
 * </pre>
 *
 * What HTTP makes of it:
 *
 * <pre>
 *   CacheFilter  whether a request is answered from here, and by what
 *     LoopCache    what is selected, and how it goes out: Serving, Multipart
 *     Fetch        asks the origin, for all who want the same
 *     Part Assembly Combining   partial content: what there is of a representation, and what makes more of it
 *     Directives Storing Freshness Vary Conditional Preconditions Update Invalidation   the rules of RFC 9111
 * </pre>
 *
 * Nor does the disk tier:
 *
 * <pre>
 *   Disk       what can be asked of it, from any thread
 *     DiskWrites DiskReads   its two lanes, and what waits for them
 *     DiskIndex              which keys are there, in memory
 *     DiskLog                segments on the disk, the oldest of which go for room
 *       DiskFormat           what the files look like
 * </pre>
 *
 * What stands between the two, and knows both:
 *
 * <pre>
 *   DiskTier   a disk tier that is open, with its figures; stays when a reload changes the memory only
 *   CacheDisk    what a cache writes there, and has read from there: nothing that was taken out comes back
 *     Recall       one key's responses on their way into memory, and who waits for them
 *     DiskMeta     a stored response beside its content, as bytes
 * </pre>
 */
package weir.cache;
