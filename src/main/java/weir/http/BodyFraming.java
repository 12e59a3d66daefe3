package weir.http;

/** Where the body of a message ends (RFC 9112 §6.3). */
public enum BodyFraming {
    /** No body at all: a request without framing fields, an answer to HEAD, 1xx, 204, 304. */
    NONE,
    /** After {@link Head#contentLength()} bytes. */
    LENGTH,
    /** With the last chunk and its trailer section. */
    CHUNKED,
    /** With the end of the connection: responses only. */
    UNTIL_CLOSE
}
