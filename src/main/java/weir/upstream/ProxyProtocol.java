package weir.upstream;

import java.nio.charset.StandardCharsets;
import weir.http.ClientStream;
import weir.http.ResponseHandler;
import weir.net.Protection;
import weir.net.ProxyHeader;

/**
 * {@code pool.NAME.proxy-protocol}: whether connections begin with a header that tells the client's address, and in which form.
 * With it, each one is one request's alone: what stands in its header would be wrong for the next client.
 */
public enum ProxyProtocol {
    OFF, V1, V2;

    /** What a connection begins with; null for nothing. @param handler of the request that it will carry */
    public byte[] header(ResponseHandler handler) {
        if (this == OFF || !handler.wantsProxyHeader()) {
            return null;
        }
        ProxyHeader header = of(handler.client());
        return this == V1 ? header.line() : header.binary();
    }

    /** What a proxy in front has said goes on where nothing better is known here. */
    private static ProxyHeader of(ClientStream client) {
        if (client == null) {
            return ProxyHeader.NOBODY;
        }
        ProxyHeader front = client.proxyHeader() == null ? ProxyHeader.NOBODY : client.proxyHeader();
        Protection own = client.protection();
        ProxyHeader.Tls tls = own == null ? front.tls()
                : new ProxyHeader.Tls(own.version(), own.peerCertificate() == null ? null : own.peerCertificate().commonName());
        byte[] authority = own == null || own.serverName().isEmpty() ? front.authority() : own.serverName().getBytes(StandardCharsets.UTF_8);
        byte[] alpn = own == null || own.applicationProtocol().isEmpty() ? front.alpn() : own.applicationProtocol().getBytes(StandardCharsets.UTF_8);
        return new ProxyHeader(client.peer(), client.local(), tls, alpn, authority, front.uniqueId(), front.uniqueIdText());
    }
}
