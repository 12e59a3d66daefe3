package weir.exchange;

import weir.http.Head;
import weir.http.Method;
import weir.http.PathForm;

/** Brings the path of a request into its normal form, so that what is matched here is what origins get. */
final class RequestPath {
    /** Result: the path is none, or holds a control byte. */
    static final int BAD = -1;
    /** Result: no memory for the normal form. */
    static final int MEMORY = -2;

    private RequestPath() {}

    /** @return flags of {@link PathForm#scan} for the normal form, {@link #BAD} or {@link #MEMORY} */
    static int normalise(Head head) {
        int from = head.pathFrom();
        int to = head.pathTo();
        if (from == to) {
            return head.method() == Method.OPTIONS ? 0 : root(head);
        }
        if (head.bytes().get(head.at(from)) == '*' && to - from == 1) {
            return 0;
        }
        int flags = PathForm.scan(head.bytes(), head.at(from), head.at(to));
        if (PathForm.isBad(flags)) {
            return BAD;
        }
        return PathForm.needsWork(flags) ? rewrite(head, from, to, flags) : flags;
    }

    /** The absolute-form may leave the path away (RFC 9112 §3.2.1). */
    private static int root(Head head) {
        int at = head.append(1);
        if (at < 0) {
            return MEMORY;
        }
        head.bytes().put(head.at(at), (byte) '/');
        head.path(at, at + 1);
        return 0;
    }

    private static int rewrite(Head head, int from, int to, int flags) {
        int at = head.append(to - from);
        if (at < 0) {
            return MEMORY;
        }
        int length = PathForm.normalize(head.bytes(), head.at(from), head.at(to), head.bytes(), head.at(at));
        if (length == PathForm.BAD) {
            return BAD;
        }
        if (length == PathForm.SAME) {
            return flags;
        }
        head.path(at, at + length);
        return PathForm.scan(head.bytes(), head.at(at), head.at(at + length));
    }
}
