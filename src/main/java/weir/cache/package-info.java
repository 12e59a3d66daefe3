/**
 * Stored responses. The store knows nothing of HTTP:
 *
 * <pre>
 *   Store      key to residents, lookups without a lock; what stays and what goes (S3-FIFO)
 *     Resident   something under a key, reference counted
 *     Blob       bytes of a resident, off heap, reference counted; read while they arrive
 *       Arena      direct memory in blocks (buddy system)
 * </pre>
 */
package weir.cache;
