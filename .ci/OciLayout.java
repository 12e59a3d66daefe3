import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a folder as an image in the OCI layout, with the JDK alone: {@code java OciLayout.java ROOTFS OUT TIME VERSION}.
 * Three layers: the C libraries, the Java run-time, weir. All files are root's, and of one time: the same files, the same bytes.
 */
final class OciLayout {
    private static final String MEDIA = "application/vnd.oci.image.";
    private static final String HOME = "opt/weir";
    private static final int BLOCK = 512;

    private final Path root;
    private final Path out;
    private final Instant time;

    /** What the layout has of a blob. @param diffId of a layer: the digest before compression */
    private record Blob(String digest, long size, String diffId) {}

    private OciLayout(Path root, Path out, Instant time) {
        this.root = root;
        this.out = out;
        this.time = time;
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            System.err.println("usage: java OciLayout.java ROOTFS OUT TIME VERSION");
            System.exit(2);
        }
        new OciLayout(Path.of(args[0]), Path.of(args[1]), Instant.parse(args[2])).write(args[3]);
    }

    private void write(String version) throws IOException {
        Files.createDirectories(out.resolve("blobs/sha256"));
        Predicate<String> weirs = name -> Set.of(HOME + "/weir.jar", HOME + "/lib/weir.jsa").contains(name) || name.startsWith("etc/weir/");
        Predicate<String> runtimes = name -> name.startsWith(HOME + "/") && !weirs.test(name);
        List<Blob> layers = List.of(layer(name -> !weirs.test(name) && !runtimes.test(name)), layer(runtimes), layer(weirs));
        Blob config = blob(config(version, layers));
        Blob manifest = blob(manifest(config, layers));
        Files.writeString(out.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}\n");
        Files.writeString(out.resolve("index.json"), "{\"schemaVersion\":2,\"mediaType\":\"" + MEDIA + "index.v1+json\",\"manifests\":["
                + descriptor("manifest.v1+json", manifest).replaceFirst("}$", ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}}") + "]}\n");
        long sum = config.size + manifest.size + layers.stream().mapToLong(Blob::size).sum();
        System.out.printf(Locale.ROOT, "%s: %s, %.1f MB compressed (%s)%n", out, version, sum / 1e6,
                String.join(" + ", layers.stream().map(layer -> String.format(Locale.ROOT, "%.1f", layer.size / 1e6)).toList()));
    }

    // ---- the three kinds of JSON. Nothing in them comes from outside but the version.

    private String config(String version, List<Blob> layers) {
        String arch = Map.of("aarch64", "arm64", "x86_64", "amd64").getOrDefault(System.getProperty("os.arch"), System.getProperty("os.arch"));
        String weir = "\"java\",\"-jar\",\"weir.jar\"";
        String file = "\"/etc/weir/weir.properties\"";
        return "{\"created\":\"" + time + "\",\"architecture\":\"" + arch + "\",\"os\":\"linux\",\"config\":{\"User\":\"65532:65532\","
                + "\"ExposedPorts\":{\"8080/tcp\":{},\"9900/tcp\":{}},\"Env\":[\"PATH=/opt/weir/bin\",\"MALLOC_ARENA_MAX=2\"],"
                + "\"Entrypoint\":[" + weir + "],\"Cmd\":[\"run\"," + file + "],\"WorkingDir\":\"/" + HOME + "\",\"StopSignal\":\"SIGTERM\","
                // No part of OCI's own format; Docker and podman heed it.
                + "\"Healthcheck\":{\"Test\":[\"CMD\"," + weir + ",\"health\"," + file + "],\"Interval\":10000000000,\"Timeout\":6000000000,\"Retries\":3},"
                + "\"Labels\":{\"org.opencontainers.image.title\":\"weir\",\"org.opencontainers.image.description\":\"A reverse proxy\","
                + "\"org.opencontainers.image.version\":\"" + version.replaceAll("[^ -!#-\\[\\]-~]", "?") + "\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + String.join(",", layers.stream().map(layer -> "\"" + layer.diffId + "\"").toList()) + "]},\"history\":["
                + String.join(",", Stream.of("C libraries", "Java run-time", "weir")
                        .map(what -> "{\"created\":\"" + time + "\",\"created_by\":\"" + what + "\"}").toList()) + "]}";
    }

    private static String manifest(Blob config, List<Blob> layers) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MEDIA + "manifest.v1+json\",\"config\":" + descriptor("config.v1+json", config) + ",\"layers\":["
                + String.join(",", layers.stream().map(layer -> descriptor("layer.v1.tar+gzip", layer)).toList()) + "]}";
    }

    private static String descriptor(String type, Blob blob) {
        return "{\"mediaType\":\"" + MEDIA + type + "\",\"digest\":\"" + blob.digest + "\",\"size\":" + blob.size + "}";
    }

    private Blob blob(String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        String digest = digest(sha256().digest(bytes));
        Files.write(file(digest), bytes);
        return new Blob(digest, bytes.length, null);
    }

    private Path file(String digest) {
        return out.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    }

    private static String digest(byte[] sum) {
        return "sha256:" + HexFormat.of().formatHex(sum);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    // ---- layers: tar, gzip

    private Blob layer(Predicate<String> which) throws IOException {
        Path temporary = out.resolve("layer");
        MessageDigest packed = sha256();
        MessageDigest plain = sha256();
        try (OutputStream file = new DigestOutputStream(Files.newOutputStream(temporary), packed);
                OutputStream gzip = new GZIPOutputStream(file, 1 << 16) {
                    {
                        def.setLevel(Deflater.BEST_COMPRESSION);
                    }
                };
                OutputStream tar = new DigestOutputStream(gzip, plain)) {
            for (Path each : files(which)) {
                entry(each, tar);
            }
            tar.write(new byte[2 * BLOCK]);
        }
        Blob blob = new Blob(digest(packed.digest()), Files.size(temporary), digest(plain.digest()));
        Files.move(temporary, file(blob.digest));
        return blob;
    }

    /** In the order of their names, with the folders that they are in. */
    private List<Path> files(Predicate<String> which) throws IOException {
        List<Path> sorted = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root)) {
            all.filter(path -> !path.equals(root)).sorted().forEach(sorted::add);
        }
        List<Path> wanted = sorted.stream().filter(path -> which.test(name(path))).toList();
        return sorted.stream().filter(path -> wanted.stream().anyMatch(file -> file.startsWith(path))).toList();
    }

    private String name(Path path) {
        return root.relativize(path).toString();
    }

    private void entry(Path path, OutputStream tar) throws IOException {
        boolean link = Files.isSymbolicLink(path);
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        long size = link || folder ? 0 : Files.size(path);
        byte[] header = new byte[BLOCK];
        name(name(path) + (folder ? "/" : ""), header);
        octal(mode(path, link), header, 100, 8);
        octal(0, header, 108, 8);
        octal(0, header, 116, 8);
        octal(size, header, 124, 12);
        octal(time.getEpochSecond(), header, 136, 12);
        header[156] = (byte) (link ? '2' : folder ? '5' : '0');
        if (link) {
            text(Files.readSymbolicLink(path).toString(), header, 157, 100);
        }
        text("ustar\0" + "00", header, 257, 8);
        checksum(header);
        tar.write(header);
        if (size > 0) {
            Files.copy(path, tar);
            tar.write(new byte[(int) (-size & (BLOCK - 1))]);
        }
    }

    /** Up to 100 characters, or cut at a slash into those and up to 155 before (POSIX ustar). */
    private static void name(String name, byte[] header) throws IOException {
        int cut = name.length() <= 100 ? -1 : name.indexOf('/', name.length() - 101);
        text(name.substring(cut + 1), header, 0, 100);
        if (cut >= 0) {
            text(name.substring(0, cut), header, 345, 155);
        }
    }

    private static void text(String text, byte[] header, int at, int length) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > length) {
            throw new IOException("too long for a tar file: " + text);
        }
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static void octal(long number, byte[] header, int at, int length) throws IOException {
        String digits = Long.toOctalString(number);
        text("0".repeat(Math.max(0, length - 1 - digits.length())) + digits, header, at, length - 1);
    }

    private static void checksum(byte[] header) throws IOException {
        java.util.Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        octal(sum, header, 148, 7);
        header[154] = 0;
    }

    private static int mode(Path path, boolean link) throws IOException {
        if (link) {
            return 0777;
        }
        if (path.getFileName().toString().equals("tmp")) {
            return 01777;
        }
        boolean runs = Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
        return runs ? 0755 : 0644;
    }
}
