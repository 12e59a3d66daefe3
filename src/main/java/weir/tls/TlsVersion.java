package weir.tls;

/** The versions that weir speaks; older ones are not offered (RFC 8996). */
public enum TlsVersion {
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    private final String jdkName;

    TlsVersion(String jdkName) {
        this.jdkName = jdkName;
    }

    /** As the JDK, metrics and logs call it. */
    public String jdkName() {
        return jdkName;
    }

    /** This version and all above it, the newest first. */
    public String[] andAbove() {
        return this == TLS_1_3 ? new String[] {TLS_1_3.jdkName} : new String[] {TLS_1_3.jdkName, TLS_1_2.jdkName};
    }
}
