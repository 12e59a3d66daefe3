/**
 * HTTP/1.1 on the wire (RFC 9112), for both sides: head parser, chunked coding, the rules that decide what a message
 * means and where it ends, head writer, and the two connection state machines {@link weir.h1.ClientConnection} and
 * {@link weir.h1.OriginConnection}. Strict, with no switch to relax it: one message, one meaning.
 */
package weir.h1;
