/**
 * HTTP without a wire format: {@link weir.http.Head} (start line and field lines as one byte region with an offset
 * index), field names, methods, status codes, body framing, and the ports between a wire format ({@code h1}) and the
 * exchange: {@link weir.http.RequestHandler} and {@link weir.http.ClientStream} on the client's side,
 * {@link weir.http.OriginStream} and {@link weir.http.ResponseHandler} on the origin's.
 */
package weir.http;
