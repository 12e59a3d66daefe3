package weir.config;

/**
 * @param host a name in lower case, or an IP address without brackets, perhaps with its zone (`fe80::1%eth0`); empty means
 *             every address of this machine
 * @param port 0..65535; 0 lets the system choose
 */
record HostPort(String host, int port) {
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
