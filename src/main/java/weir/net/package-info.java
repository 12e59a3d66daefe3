/**
 * Event loops and what hangs on them: transports, listeners, timers, mailbox, name resolver. A connection lives and dies on
 * one loop. Nothing on a loop blocks.
 *
 * <p>Costs of the JDK that this package avoids, each measured on a proxy of 128-byte answers:
 * <ul>
 *   <li>{@code Selector.selectedKeys()} allocates 66 bytes a request for its set; {@code select(Consumer)} nothing.
 *   <li>a change of the interest set is an {@code epoll_ctl}: read interest stays registered while bytes are wanted and is
 *       dropped only when bytes arrive that cannot be taken (3.7 us a request otherwise).
 *   <li>a write waits for OP_WRITE only after it was tried (3.8 us otherwise).
 *   <li>a heap buffer is copied to a temporary direct one by every read and write: buffers here are direct.
 *   <li>{@code System.nanoTime} is read twice a turn, not once an event.
 * </ul>
 */
package weir.net;
