package weir.bench;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A page that compresses about as pages do: to 0.23 at level 6, and to 0.26 at level 1. Always the same. */
final class Page {
    private static final int WORDS = 900;
    private static final String[] SYLLABLES = "ba co de fi ga hu in ja ke lo mu ne or pa qui re sa te un ve wo xi ya zu ther ing tion al en st".split(" ");

    private final Random random = new Random(20);
    private final String[] words = new String[WORDS];
    private final StringBuilder text = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>A page</title></head>\n<body>\n");

    private Page() {
        for (int i = 0; i < WORDS; i++) {
            StringBuilder word = new StringBuilder();
            for (int k = 1 + random.nextInt(4); k > 0; k--) {
                word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
            }
            words[i] = word.toString();
        }
    }

    /** @param bytes its length */
    static byte[] html(int bytes) {
        Page page = new Page();
        while (page.text.length() < bytes) {
            page.item();
        }
        byte[] html = page.text.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] cut = new byte[bytes];
        System.arraycopy(html, 0, cut, 0, bytes);
        return cut;
    }

    private void item() {
        int id = random.nextInt(10_000);
        text.append("<li class=\"item item-").append(word()).append("\"><a href=\"/").append(word()).append('/').append(id)
                .append("\" class=\"item-link\" data-id=\"").append(id).append("\"><h3 class=\"item-title\">");
        words(3 + random.nextInt(4));
        text.append("</h3></a>\n  <p class=\"item-text\">");
        words(5 + random.nextInt(40));
        text.append(".</p>\n  <span class=\"item-meta\"><time datetime=\"2025-0").append(1 + random.nextInt(9)).append('-').append(10 + random.nextInt(18))
                .append("\">").append(1 + random.nextInt(59)).append(" minutes ago</time> <a href=\"/user/").append(word()).append("\">").append(word()).append("</a></span></li>\n");
    }

    private void words(int count) {
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(word());
        }
    }

    /** Few of them often, many seldom. */
    private String word() {
        return words[(int) (WORDS * Math.pow(random.nextDouble(), 3))];
    }
}
