/**
 * Assembly: the only place where all parts meet. {@link weir.server.ProxyServer} builds loops, listeners, pools and routes
 * from {@link weir.config.Settings}, exchanges them on reload, and ends them in order.
 */
package weir.server;
