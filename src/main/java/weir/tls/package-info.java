/**
 * TLS 1.3 and 1.2 (RFC 8446, RFC 5246) by {@link javax.net.ssl.SSLEngine}: a {@link weir.net.Transport} over another one, for
 * both sides. Certificates, who is trusted, and what of it is settings. Who reads and writes here does not know of records.
 */
package weir.tls;
