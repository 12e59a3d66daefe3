/**
 * Routes, and what they do with requests and responses: one file for each filter. The order of filters is fixed by their
 * kind: forwarded fields, prefix, field edits. {@link weir.filter.AccessLog} and {@link weir.filter.RequestMetrics} watch.
 */
package weir.filter;
