package weir.cache;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import weir.exchange.Exchange;
import weir.http.Head;
import weir.http.Method;
import weir.net.CidrSet;

/**
 * {@code PURGE} requests from addresses that may: the target goes, or what begins with it where it ends in {@code *}, or what has one
 * of the words of the request's Surrogate-Key. With {@code Fastly-Soft-Purge: 1} it becomes stale instead. The address is that of the
 * connection, or of its PROXY header, and never what a field says. The work is done by a thread of the cache, which ends when there is none.
 */
final class PurgeRequests {
    /** Requests that wait for their turn; further ones are answered 503. */
    static final int WAITING_MAX = 64;
    /** Words of one Surrogate-Key; with more the request is answered 400. */
    static final int TAGS_MAX = 64;

    private static final byte[] PURGE = ascii("PURGE");
    private static final byte[] SURROGATE_KEY = ascii("surrogate-key");
    private static final byte[] SOFT = ascii("fastly-soft-purge");
    private static final byte[] JSON = ascii("application/json");
    private static final byte[] NONE = {};
    private static final long LOOK_NANOS = 1_000_000;
    private static final int LOOKS_MAX = 10_000;

    private final Cache cache;
    private final CidrSet allowed;
    private final boolean on;
    private final ThreadPoolExecutor thread;

    PurgeRequests(Cache cache) {
        this.cache = cache;
        on = !cache.settings().purgeFrom().isEmpty();
        allowed = new CidrSet(cache.settings().purgeFrom());
        thread = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), work -> {
            Thread made = new Thread(work, "weir-purge-" + cache.settings().name());
            made.setDaemon(true);
            return made;
        });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Whether a request is one for here; where nobody may purge, it is one of an unknown method. */
    boolean takes(Head request) {
        return on && request.method() == Method.OTHER && isPurge(request);
    }

    private static boolean isPurge(Head request) {
        boolean same = request.methodTo() - request.methodFrom() == PURGE.length;
        for (int i = 0; same && i < PURGE.length; i++) {
            same = Elements.at(request, request.methodFrom() + i) == PURGE[i];
        }
        return same;
    }

    /** Answers, now or later. @return whether later: the exchange is to be suspended */
    boolean answer(Exchange exchange) {
        if (!allowed.contains(exchange.peerBytes())) {
            exchange.answer(403, "purge-refused");
            return false;
        }
        List<Purge> wanted;
        try {
            wanted = wanted(exchange.request(), exchange.client().isSecure());
        } catch (IllegalArgumentException e) {
            exchange.answer(400, "purge", JSON, ascii("{\"error\":\"what to purge cannot be read\"}\n"), null, NONE);
            return false;
        }
        boolean soft = isSoft(exchange.request());
        long wait = exchange.suspension();
        try {
            thread.execute(() -> purge(exchange, wait, wanted, soft));
            return true;
        } catch (RejectedExecutionException full) {
            exchange.answer(503, "purge-queue");
            return false;
        }
    }

    private void purge(Exchange exchange, long wait, List<Purge> wanted, boolean soft) {
        Purged purged = Purged.NOTHING;
        for (Purge each : wanted) {
            purged = purged.plus(cache.purge(each, soft));
        }
        int status = purged.refused() ? 503 : 200;
        byte[] body = ascii(told(purged, soft));
        Runnable answer = () -> {
            if (exchange.isSuspended(wait)) {
                exchange.answer(status, "purge", JSON, body, null, NONE);
            }
        };
        for (int i = 0; i < LOOKS_MAX && !exchange.loop().execute(answer); i++) {
            LockSupport.parkNanos(LOOK_NANOS);               // its mailbox is full
        }
    }

    private String told(Purged purged, boolean soft) {
        String disk = cache.tier() == null ? "" : purged.walks() ? ",\"disk_purging\":true" : ",\"disk_purged\":" + purged.disk();
        return purged.refused() ? "{\"error\":\"too many purges go through the disk; what is in memory is purged, try again for the rest\"}\n"
                : "{\"purged\":" + purged.count() + ",\"soft\":" + soft + disk + "}\n";
    }

    private static List<Purge> wanted(Head request, boolean secure) {
        List<Purge> wanted = new ArrayList<>();
        boolean tags = false;
        for (int field = 0; field < request.fields(); field++) {
            if (!request.isRemoved(field) && request.nameIs(field, SURROGATE_KEY)) {
                tags = true;
                for (String tag : request.text(request.valueFrom(field), request.valueTo(field)).split("[ \t]+", -1)) {
                    if (!tag.isEmpty()) {
                        wanted.add(Purge.tag(tag));
                    }
                }
            }
        }
        if (tags) {
            if (wanted.isEmpty() || wanted.size() > TAGS_MAX) {
                throw new IllegalArgumentException(wanted.size() + " tags");
            }
            return wanted;
        }
        String url = (secure ? "https://" : "http://") + request.text(request.authorityFrom(), request.authorityTo())
                + request.text(request.pathFrom(), request.pathTo()) + request.text(request.queryFrom(), request.queryTo());
        return List.of(url.endsWith("*") ? Purge.prefix(url.substring(0, url.length() - 1)) : Purge.url(url));
    }

    private static boolean isSoft(Head request) {
        for (int field = 0; field < request.fields(); field++) {
            if (!request.isRemoved(field) && request.nameIs(field, SOFT)) {
                return request.valueTo(field) - request.valueFrom(field) == 1 && Elements.at(request, request.valueFrom(field)) == '1';
            }
        }
        return false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
