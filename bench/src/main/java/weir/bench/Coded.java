package weir.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** A page asked for by clients that accept gzip; tells how short each contender makes it. */
record Coded(String path, int connections) implements Load {
    /** What is asked for, on every path. */
    static final byte[] PAGE = Page.html(32 << 10);

    @Override
    public Result run(Contender contender, int seconds) throws IOException, InterruptedException {
        return Wrk.with(List.of("Accept-Encoding: gzip"), path, connections).run(contender, seconds);
    }

    @Override
    public String negotiated(Contender contender) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + contender.authority(false) + path)).header("Accept-Encoding", "gzip").build();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200 || !response.headers().firstValue("Content-Encoding").orElse("").equals("gzip")) {
            throw new IOException(contender.name() + " does not compress " + path + ": " + response.statusCode() + " " + response.headers().map());
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            if (!Arrays.equals(in.readAllBytes(), PAGE)) {
                throw new IOException(contender.name() + " answers " + path + " with something else");
            }
        }
        return "a page of " + PAGE.length + " bytes in " + response.body().length;
    }
}
