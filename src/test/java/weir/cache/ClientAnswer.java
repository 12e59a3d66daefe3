package weir.cache;

/** What a client got. @param head null for nothing @param content without framing @param whole whether its end came */
record ClientAnswer(PlainHead head, String content, boolean whole) {
    /** @param ended nothing comes any more @return null while it is not all there */
    static ClientAnswer of(String wire, boolean toHead, boolean ended) {
        int end = wire.indexOf("\r\n\r\n");
        if (end < 0) {
            return ended ? new ClientAnswer(null, "", false) : null;
        }
        PlainHead head = PlainHead.of(wire);
        String rest = wire.substring(end + 4);
        String content = toHead || head.start().matches("HTTP/1.1 (204|304) .*") ? "" : head.has("Transfer-Encoding") ? chunks(rest)
                : rest.length() < Integer.parseInt(head.first("Content-Length")) ? null : rest;
        if (content == null && !ended) {
            return null;
        }
        return new ClientAnswer(head, content == null ? "" : content, content != null);
    }

    /** Null when they have no end. */
    private static String chunks(String wire) {
        StringBuilder content = new StringBuilder();
        for (int at = 0; wire.indexOf("\r\n", at) >= 0; ) {
            int data = wire.indexOf("\r\n", at) + 2;
            int size = Integer.parseInt(wire.substring(at, data - 2), 16);
            at = data + size + 2;
            if (wire.length() < at) {
                return null;
            }
            if (size == 0) {
                return content.toString();
            }
            content.append(wire, data, data + size);
        }
        return null;
    }

    int status() {
        return Integer.parseInt(head.start().substring(9, 12));
    }

    @Override
    public String toString() {
        return head + " '" + content + "'" + (whole ? "" : " cut");
    }
}
