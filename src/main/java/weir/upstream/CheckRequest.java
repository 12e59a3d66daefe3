package weir.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;

/** Puts the request of a check together. */
final class CheckRequest {
    private static final String[][] FIELDS = {{"User-Agent", "weir-check"}, {"Accept", "*/*"}, {"Connection", "close"}};

    private final Head head = new Head();
    private final StringBuilder text = new StringBuilder(128);

    private CheckRequest() {}

    /** Can be sent again and again. */
    static Head of(CheckSettings check, Member member) {
        return new CheckRequest().head(check, member);
    }

    private Head head(CheckSettings check, Member member) {
        String host = check.host().isEmpty() ? Server.address(member.host(), member.port()) : check.host();
        int pathFrom = add(check.method() + ' ', check.path());
        int hostFrom = add(" ", host);
        add("\r\n", "");
        int[] names = new int[FIELDS.length];
        int[] values = new int[FIELDS.length];
        for (int i = 0; i < FIELDS.length; i++) {
            names[i] = add("", FIELDS[i][0]);
            values[i] = add(": ", FIELDS[i][1]);
            add("\r\n", "");
        }
        add("\r\n", "");
        head.start(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1)), 0);
        int pathTo = pathFrom + check.path().length();
        head.requestLine(0, check.method().length(), pathFrom, pathTo, 1);
        head.target(hostFrom, hostFrom + host.length(), pathFrom, pathTo, pathTo, pathTo);
        for (int i = 0; i < FIELDS.length; i++) {
            head.field(FieldName.UNKNOWN, names[i], names[i] + FIELDS[i][0].length(), values[i], values[i] + FIELDS[i][1].length());
        }
        head.framing(BodyFraming.NONE, check.method().equals("POST") ? 0 : -1);
        head.finish(text.length());
        return head;
    }

    /** @return where {@code content} begins */
    private int add(String before, String content) {
        int at = text.append(before).length();
        text.append(content);
        return at;
    }
}
