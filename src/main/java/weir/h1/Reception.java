package weir.h1;

import weir.http.Head;
import weir.http.RequestHandler;

/**
 * What a connection needs only from the first byte of a request to the last one of its response, and leaves to the next connection
 * that gets one: what idles costs less memory, and what is at work stays hot in the processor's caches.
 */
final class Reception {
    final HttpLimits limits;
    final Head head = new Head();
    final HeadParser parser;
    final MessageRules rules = new MessageRules();
    final BodyReader body;
    final RequestHandler handler;

    Reception(HttpLimits limits, RequestHandler handler) {
        this.limits = limits;
        this.handler = handler;
        parser = new HeadParser(HeadParser.Kind.REQUEST, limits.headBytesMax(), limits.fieldLinesMax(), limits.targetBytesMax());
        body = new BodyReader(limits.headBytesMax(), limits.fieldLinesMax());
    }
}
