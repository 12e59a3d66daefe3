package weir.upstream;

/** {@code pool.NAME.proxy-protocol}: whether connections begin with a header that tells the client's address, and in which form. */
public enum ProxyProtocol { OFF, V1, V2 }
