/** Opaque bytes both ways between two transports, with back-pressure, half-close and an idle limit. */
package weir.tunnel;
