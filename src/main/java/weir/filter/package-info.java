/**
 * Routes, and what they do with requests and responses: one file for each filter. The order of filters is fixed by their
 * kind: Strict-Transport-Security, compression, forwarded fields, the client's certificate, prefix, field edits. {@link
 * weir.filter.AccessLog} and {@link weir.filter.RequestMetrics} watch.
 */
package weir.filter;
