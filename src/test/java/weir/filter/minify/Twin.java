package weir.filter.minify;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens of a text without comments and white space, by regular expressions: slow and obvious. It looks at one token after
 * the other and at nothing else, so that some texts are beyond it; these it says it does not know (null).
 */
final class Twin {
    private static final Pattern JSON_VALUE = Pattern.compile("\"(?:[^\"\\\\\\x00-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u[0-9a-fA-F]{4}))*+\"|-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null");
    private static final Pattern CSS = token("/\\*(?s:.*?)\\*/", "\"(?:[^\"\\\\\n\r\f]|\\\\\r\n|\\\\(?s:.))*+\"|'(?:[^'\\\\\n\r\f]|\\\\\r\n|\\\\(?s:.))*+'"
            + "|(?<![#@])(?i:url\\()\\s*+(?![\"'])(?:[^)\\\\]|\\\\.)*+\\)|(?:[\\w\\x80-\\xff-]|\\\\[0-9a-fA-F]{1,6}(?:\r\n|[ \t\n\r\f])?|\\\\[^\n\r\f0-9a-fA-F])++|(?s:.)");
    private static final Pattern JS = token("//[^\n\r]*+|/\\*(?s:.*?)\\*/", "\"(?:[^\"\\\\\n\r]|\\\\\r\n|\\\\(?s:.))*+\"|'(?:[^'\\\\\n\r]|\\\\\r\n|\\\\(?s:.))*+'"
            + "|`(?:[^`\\\\$]|\\\\(?s:.)|\\$(?!\\{))*+`|[\\w$\\\\#\\x80-\\xff]++|\\.[0-9]\\w*+|(?s:.)");
    private static final Pattern COMMENT = Pattern.compile("<!--(?s:.*?)-->");
    private static final Pattern TAG = Pattern.compile("<[a-zA-Z_\\x80-\\xff/](?:\"[^\"]*\"|'[^']*'|[^\"'<>])*>|[^<]++|<");
    private static final Pattern PIECE = Pattern.compile("=\\s*(?:\"[^\"]*\"|'[^']*'|[^\\s>\"']*)|[^\\s=]++");

    private Twin() {}

    private static Pattern token(String comment, String token) {
        return Pattern.compile("(?<gap>\\s++|" + comment + ")|(?<token>" + token + ")");
    }

    static List<String> tokens(Minifier language, String text) {
        return switch (language) {
            case JSON -> isJson(text) ? jsonTokens(text) : null;
            case CSS -> cssTokens(text);
            case JS -> jsTokens(text);
            case HTML, SVG -> tags(text);
        };
    }

    /** Puts nothing for values and for what holds them, from the inside out, until nothing remains. */
    static boolean isJson(String text) {
        Matcher matcher = Pattern.compile("(" + JSON_VALUE + ")|[\\[\\]{}:,]|[ \t\n\r]++").matcher(text);
        StringBuilder shape = new StringBuilder();
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            end = matcher.end();
            String token = matcher.group();
            shape.append(matcher.group(1) == null ? token.strip() : token.startsWith("\"") ? "s" : "v");
        }
        String rest = end == text.length() ? shape.toString() : "";
        String before;
        do {
            before = rest;
            rest = rest.replaceAll("\\[(?:[sv](?:,[sv])*)?\\]|\\{(?:s:[sv](?:,s:[sv])*)?\\}", "v");
        } while (!rest.equals(before));
        return rest.equals("s") || rest.equals("v");
    }

    private static List<String> jsonTokens(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = Pattern.compile(JSON_VALUE + "|[\\[\\]{}:,]").matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        return tokens;
    }

    /** Without semicolons, since the last one of a block goes, and with numbers and colours as they are when they are short. */
    private static List<String> cssTokens(String text) {
        List<String> tokens = new ArrayList<>();
        String plain = text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text;
        Matcher matcher = CSS.matcher(plain);
        while (matcher.find()) {
            String token = matcher.group("token");
            int last = tokens.size() - 1;
            if (".".equals(token) && plain.charAt(Math.max(0, matcher.start() - 1)) == '0' && last >= 0 && tokens.get(last).matches("-?0")) {
                String zero = tokens.remove(last);
                tokens.addAll(zero.equals("0") ? List.of() : List.of("-"));
            }
            if (token != null && !token.equals(";")) {
                tokens.add(token.matches("(?i)([0-9a-f])\\1([0-9a-f])\\2([0-9a-f])\\3(([0-9a-f])\\5)?") ? token.replaceAll("(.).", "$1") : token);
            }
        }
        return tokens.stream().map(token -> token.startsWith("\\") || token.contains("\\") ? token.strip() : token).toList();
    }

    private static List<String> jsTokens(String text) {
        if (text.startsWith("#!")) {
            return null;
        }
        List<String> tokens = new ArrayList<>();
        Matcher matcher = JS.matcher(text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text);
        while (matcher.find()) {
            String token = matcher.group("token");
            if ("/".equals(token) || "`".equals(token) || "\\".equals(token)) {
                return null;                                          // division or not: more than one token would have to be known
            }
            if (token != null) {
                tokens.add(token.strip());
            }
        }
        return tokens;
    }

    /** Tags as the words in them, text as its words: not known where there is text that is no text. */
    private static List<String> tags(String text) {
        if (Pattern.compile("<(?:[\\x80-\\xff]|!(?!--)|\\?|script|style|textarea|title|xmp|iframe|no|plain)", Pattern.CASE_INSENSITIVE).matcher(text).find()) {
            return null;
        }
        if (Pattern.compile("[\"'](?:[^<>]*<|(?s:.*)--)").matcher(text).find()) {
            return null;                                              // what may be a value with a tag or a comment in it
        }
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TAG.matcher(COMMENT.matcher(text).replaceAll("\u0001"));   // which is no part of a tag
        while (matcher.find()) {
            String token = matcher.group().replace("\u0001", "");
            if (!token.startsWith("<") || token.equals("<")) {
                tokens.addAll(List.of(token.strip().split("\\s+")));
                continue;
            }
            boolean empty = token.endsWith("/>");
            Matcher pieces = PIECE.matcher(token.substring(1, token.length() - (empty ? 2 : 1)));
            while (pieces.find()) {
                tokens.add(pieces.group().replaceFirst("^=\\s*", "=").replaceFirst("^=([\"'])([^\\s\"'=<>`]*)\\1$", "=$2"));
            }
            tokens.add(empty ? "/>" : ">");
        }
        tokens.removeIf(String::isEmpty);
        return tokens;
    }
}
