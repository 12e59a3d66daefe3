/**
 * Off-heap memory and the scanning of bytes in it. Only this package allocates direct memory.
 *
 * <pre>
 *   SlabStore   the process: slabs of 256 KiB, bounded; thread safe
 *     BufferPool  one loop: cuts slabs into buffers of 1 KiB to 256 KiB; not thread safe
 *       Lease       one buffer, owned by whoever holds the Lease, closed once
 *   DirectMemory  for the cache store, which keeps an account of its own
 *   Scan        finds and compares bytes, eight at a time
 * </pre>
 *
 * A {@code Lease} as a parameter moves ownership, a {@code ByteBuffer} as a parameter is a look that ends with the call.
 */
package weir.buffer;
