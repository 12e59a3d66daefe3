/** Servers that die, stall, refuse and change behind weir, nginx and HAProxy, and what clients notice: {@code make scenes}. */
package weir.bench.scenes;
