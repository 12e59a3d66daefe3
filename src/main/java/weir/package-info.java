/**
 * weir: a reverse proxy in one jar. The packages below stand in rows; a package imports only from lower rows:
 *
 * <pre>
 *   row 9  cli        Main, sub-commands, demo; {@link weir.Weir} beside it is for programs that embed a proxy
 *   row 8  server     assembly, listeners, reload, drain; the only place where all parts meet
 *   row 7  config     properties file to the records of the packages below; errors as file:line
 *   row 6  filter     routes, field edits, access log: one file per filter
 *          cache      stored responses, freshness, validation, the S3-FIFO store
 *   row 5  exchange   the life of one request and its response
 *   row 4  tunnel     two transports, opaque bytes both ways
 *   row 3  upstream   pools of origins, balancers, idle connections
 *          h1         wire format of HTTP/1.1, both sides
 *   row 2  http       version-neutral: Head, FieldName, Status; ports between h1 and exchange
 *          tls        a Transport over SSLEngine; certificates, SNI, ALPN
 *   row 1  net        EventLoop, Timers, Transport, Listener, Resolver
 *   row 0  buffer     slabs, BufferPool, Lease, byte scanning
 *          observe    counters, histograms, log ring
 * </pre>
 */
package weir;
