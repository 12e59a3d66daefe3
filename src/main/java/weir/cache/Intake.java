package weir.cache;

import weir.http.BodyFraming;
import weir.http.FieldName;
import weir.http.Head;
import weir.http.HttpDate;
import weir.net.EventLoop;

/** Makes of a response that came something that can be stored (RFC 9111 §3.1). On its loop. */
final class Intake {
    private Intake() {}

    /**
     * Returns what is to be stored, still without its content.
     *
     * @param head as it came
     * @param variant which requests select it; null when none may
     * @param part null for the whole
     * @param length of the content; -1 when that is not known
     * @param askedNanos when it was asked for
     * @return with a reference for the caller and another one to the content; null when there is no room
     */
    static Stored stored(LoopCache own, Head head, Directives said, Freshness freshness, Vary.Variant variant, Part part, long length, long askedNanos) {
        Store store = own.cache().store();
        EventLoop loop = own.loop();
        Blob content = variant != null && head.keep(loop.pool()) ? store.blob(length) : null;
        if (content == null) {
            return null;
        }
        content.retain();
        Head kept = new Head();
        Stored stored = null;
        if (kept.copyOf(head, loop.pool())) {
            leaveOut(kept, said);
            date(kept, loop);
            stored = Stored.of(store, kept, content, length, variant, part, freshness, askedNanos);
        } else {
            content.release();
        }
        kept.close();
        if (stored == null) {
            content.release();
        }
        return stored;
    }

    /** How long its content will be; -1 when it does not say. */
    static long length(Head head) {
        return head.framing() == BodyFraming.LENGTH ? head.contentLength() : head.framing() == BodyFraming.NONE ? 0 : -1;
    }

    /** When it came, if the origin does not say (RFC 9110 §6.6.1); without memory for that it goes without. */
    static void date(Head kept, EventLoop loop) {
        if (!kept.has(FieldName.DATE)) {
            kept.add(FieldName.DATE, HttpDate.bytes(loop.wallMillis()));
        }
    }

    static void leaveOut(Head kept, Directives said) {
        for (int i = 0; i < kept.fields(); i++) {
            if (!kept.isRemoved(i) && !Storing.isFieldStored(kept, i, said)) {
                kept.remove(i);
            }
        }
    }
}
