package weir.config;

import java.util.Locale;
import java.util.Optional;
import weir.net.IpLiteral;

/** `host:port`: what to listen on, or where an origin is. */
final class AddressType implements ValueType.OfWord<HostPort> {
    private static final int NAME_MAX = 253;                // RFC 1035 §2.3.4, as text
    private static final int LABEL_MAX = 63;

    private final boolean listens;
    private final int portDefault;

    private AddressType(boolean listens, int portDefault) {
        this.listens = listens;
        this.portDefault = portDefault;
    }

    /** The host may be left out, the port may not; port 0 is any free one. */
    static AddressType toListen() {
        return new AddressType(true, -1);
    }

    /** The port may be left out, the host may not. */
    static AddressType ofOrigin(int portDefault) {
        return new AddressType(false, portDefault);
    }

    @Override
    public String name() {
        return "address";
    }

    @Override
    public String range() {
        return listens ? ":80, 127.0.0.1:80, [::1]:80 or host:80" : "host:port, 10.0.0.1:8080 or [::1]:8080";
    }

    @Override
    public Optional<HostPort> parseWord(Word word, Problems problems) {
        String text = word.text();
        int scheme = text.indexOf("://");
        if (scheme >= 0) {
            String meant = plain(word) ? text.substring(scheme + 3).replaceFirst("/.*", "") : null;
            return fault(word.place(), "a URL where an address is wanted", meant, problems);
        }
        if (text.startsWith("[")) return bracketed(word, problems);
        int colon = text.indexOf(':');
        if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) return withoutBrackets(word, problems);
        if (colon < 0 && listens && text.length() <= 5 && Ascii.isDigits(text)) {
            return fault(word.place(), word.shown() + " is no address", plain(word) ? ":" + text : null, problems);
        }
        if (text.startsWith("*:") && listens) {
            return fault(word.place(), "a '*' for the host", plain(word) ? text.substring(1) : null, problems);
        }
        Word host = colon < 0 ? word : word.slice(0, colon);
        if (host.isEmpty() && !listens) {
            return fault(word.place(), "no host in " + word.shown(), plain(word) ? "localhost" + text : null, problems);
        }
        if (!host.isEmpty() && !isHost(host, problems)) return Optional.empty();
        return port(word, colon < 0 ? word.length() : colon, host.text().toLowerCase(Locale.ROOT), problems);
    }

    private Optional<HostPort> fault(Place at, String what, String meant, Problems problems) {
        problems.error(at, what, "write " + range(), meant);
        return Optional.empty();
    }

    private static boolean plain(Word word) {
        return !word.isSecret();
    }

    private Optional<HostPort> bracketed(Word word, Problems problems) {
        int close = word.text().indexOf(']');
        if (close < 0) return fault(word.place(), "no ']' in " + word.shown(), null, problems);
        Word inside = word.slice(1, close);
        int percent = inside.text().indexOf('%');
        String address = percent < 0 ? inside.text() : inside.text().substring(0, percent);
        if (address.indexOf(':') < 0 || IpLiteral.parse(address) == null) {
            return fault(inside.place(), inside.shown() + " is no IPv6 address", null, problems);
        }
        if (percent >= 0 && !isZone(inside.text().substring(percent + 1))) {
            return fault(inside.place(percent), inside.from(percent).shown() + " is no zone", null, problems);
        }
        String host = address.toLowerCase(Locale.ROOT) + (percent < 0 ? "" : inside.text().substring(percent));
        return port(word, close + 1, host, problems);
    }

    private static boolean isZone(String zone) {
        return !zone.isEmpty() && zone.length() <= 32
                && zone.chars().allMatch(c -> Ascii.isLetterDigitOr("._-", c));
    }

    private Optional<HostPort> withoutBrackets(Word word, Problems problems) {
        String meant = null;
        int last = word.text().lastIndexOf(':');
        String head = word.text().substring(0, last);
        String port = word.text().substring(last + 1);
        if (plain(word)) {
            if (IpLiteral.parse(head) != null && Ascii.isDigits(port)) meant = "[" + head + "]:" + port;
            else if (IpLiteral.parse(word.text()) != null) meant = "[" + word.text() + "]" + (portDefault < 0 ? ":80" : "");
        }
        return fault(word.place(), word.shown() + " has more than one colon", meant, problems);
    }

    /** @param at where the colon of the port is, or the end of the word */
    private Optional<HostPort> port(Word word, int at, String host, Problems problems) {
        if (at == word.length()) {
            if (portDefault >= 0) return Optional.of(new HostPort(host, portDefault));
            return fault(word.place(at), "no port in " + word.shown(), plain(word) ? word.text() + ":80" : null, problems);
        }
        Word digits = word.from(at + 1);
        if (word.charAt(at) != ':') return fault(word.place(at), "expected ':' and a port", null, problems);
        int least = listens ? 0 : 1;
        boolean number = digits.length() <= 5 && Ascii.isDigits(digits.text());
        if (!number || Integer.parseInt(digits.text()) > 65_535 || Integer.parseInt(digits.text()) < least) {
            problems.error(digits.place(), digits.isEmpty() ? "no port after ':'" : digits.shown() + " is no port",
                    "write a number, " + least + " to 65535");
            return Optional.empty();
        }
        return Optional.of(new HostPort(host, Integer.parseInt(digits.text())));
    }

    /** A host alone, in lower case. */
    static final class NameType implements ValueType.OfWord<String> {
        @Override
        public String name() {
            return "host";
        }

        @Override
        public String range() {
            return "name, as app.example.com";
        }

        @Override
        public Optional<String> parseWord(Word word, Problems problems) {
            return isHost(word, problems) ? Optional.of(word.text().toLowerCase(Locale.ROOT)) : Optional.empty();
        }
    }

    /** A name as the DNS has them, with the underscore that container names bring along, or an IPv4 address. */
    static boolean isHost(Word host, Problems problems) {
        String text = host.text();
        for (int i = 0; i < text.length(); i++) {
            int c = text.codePointAt(i);
            if (Ascii.isLetterDigitOr("._-", c)) continue;
            String shown = host.isSecret() ? "this character" : "'" + Character.toString(c) + "'";
            problems.error(host.place(i), shown + " cannot be part of a host",
                    c > 127 ? "write the name as xn--…" : "a host has letters, digits, '-' and '.'");
            return false;
        }
        String[] labels = text.split("\\.", -1);
        int count = labels.length > 1 && labels[labels.length - 1].isEmpty() ? labels.length - 1 : labels.length;
        boolean whole = text.length() <= NAME_MAX;
        for (int i = 0; i < count; i++) {
            String label = labels[i];
            whole &= !label.isEmpty() && label.length() <= LABEL_MAX && !label.startsWith("-") && !label.endsWith("-");
        }
        boolean numeric = whole && Ascii.isDigits(labels[count - 1]);      // 127.1 and 0300.1.1.1 mean something else elsewhere
        if (whole && (!numeric || IpLiteral.parse(text) != null)) return true;
        problems.error(host, host.shown() + (numeric ? " is no IPv4 address" : " is no host name"),
                numeric ? "write four numbers, 0 to 255, without leading zeros"
                        : "a name has up to 253 characters, each part 1 to 63, no '-' at the ends");
        return false;
    }
}
