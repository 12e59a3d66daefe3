package weir.config;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@code admin} and {@code admin.token} say together. */
final class AdminBinder {
    /** Finds an address to listen on; reports when there is none. */
    interface Addresses {
        Optional<InetSocketAddress> find(String key, HostPort at, Place place);
    }

    private final Entries entries;
    private final Problems problems;
    private final Addresses addresses;

    AdminBinder(Entries entries, Problems problems, Addresses addresses) {
        this.entries = entries;
        this.problems = problems;
        this.addresses = addresses;
    }

    /** Null when there is none, or when a part of it is wrong. */
    AdminSettings bind() {
        Optional<Value<AdminSyntax>> admin = entries.value(Keys.ADMIN);
        Optional<Value<String>> token = entries.value(Keys.ADMIN_TOKEN);
        Optional<Value<Path>> changes = entries.value(Keys.ADMIN_CHANGES);
        if (admin.isEmpty()) {
            Stream.of(token, changes).flatMap(Optional::stream)
                    .forEach(value -> problems.error(value.key().place(), "there is no admin", "add admin = …, or remove this line"));
            return null;
        }
        AdminSettings settings = bindForClient();
        changes.ifPresent(this::checkIncluded);
        if (settings == null) {
            return null;
        }
        if (settings.isUnix()) {
            token.ifPresent(value -> problems.warning(value.key().place(), "nobody is asked for this token",
                    "remove it: a Unix-domain socket is open to its user only", null));
            return settings;
        }
        Place at = admin.get().place();
        if (token.isEmpty()) {
            problems.error(at, "an admin address without a token", "write admin.token = ${file:/run/secrets/admin}, or choose unix:/path");
        }
        InetSocketAddress address = (InetSocketAddress) settings.address();
        if (!address.getAddress().isLoopbackAddress()) {
            problems.warning(at, "the token goes over the network in clear", "write 127.0.0.1:" + address.getPort() + ", or unix:/path", null);
        }
        return settings.token() == null ? null : settings;
    }

    /** Where it is, also when the token is missing, or in a file that the caller may not read. Null when there is no such place. */
    AdminSettings bindForClient() {
        Value<AdminSyntax> admin = entries.value(Keys.ADMIN).orElse(null);
        if (admin == null || admin.parsed().isEmpty()) {
            return null;
        }
        AdminSyntax syntax = admin.parsed().get();
        if (syntax.socket() != null) {
            return new AdminSettings(UnixDomainSocketAddress.of(admin.directory().resolve(syntax.socket())), null, changes());
        }
        return addresses.find("admin", syntax.address(), admin.place())
                .map(address -> new AdminSettings(address, entries.find(Keys.ADMIN_TOKEN).orElse(null), changes())).orElse(null);
    }

    private Path changes() {
        return entries.value(Keys.ADMIN_CHANGES).flatMap(value -> value.parsed().map(path -> value.directory().resolve(path))).orElse(null);
    }

    /** What stands in it is written anew with the first change, and nothing else would remember it. */
    private void checkIncluded(Value<Path> value) {
        Path file = changes();
        if (file != null && Files.exists(file) && !entries.hasRead(file)) {
            problems.error(value.place(), "nothing includes " + value.text().shown() + ", and what it says would be lost",
                    "write include = " + value.text().withoutSecrets());
        }
    }
}
