/**
 * What weir says about itself: counters and histograms for the metrics page, the ring and the writer behind the access
 * log, and the journal that the operator reads on stderr. Nothing here ever makes an event loop wait for a disk.
 */
package weir.observe;
