package dev.grapevine.bench;

import dev.grapevine.cli.Roster.Person;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Sends people through the import endpoint, and looks at the answers no more than it must: both share the machine. */
final class RosterUpload {

    private static final int PEOPLE_A_PIECE = 64;
    private static final Duration TIMEOUT = Duration.ofMinutes(30);

    private RosterUpload() {}

    /** @return seconds from the request until the last result, which came after its commit */
    static double send(Node node, List<Person> people) throws IOException {
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < people.size(); i += PEOPLE_A_PIECE) {
            StringBuilder lines = new StringBuilder();
            people.subList(i, Math.min(i + PEOPLE_A_PIECE, people.size()))
                    .forEach(person -> lines.append(person.json()).append('\n'));
            pieces.add(lines.toString().getBytes(StandardCharsets.UTF_8));
        }
        long start = System.nanoTime();
        Integer results = HttpClient.create()
                .headers(headers -> headers.set("Authorization", "Bearer " + node.apiKey())
                        .set("Content-Type", "application/x-ndjson"))
                .post()
                .uri("http://127.0.0.1:" + node.httpPort() + "/api/v1/profiles/import")
                .send(Flux.fromIterable(pieces).map(Unpooled::wrappedBuffer))
                .response((response, body) -> response.status().code() == 200
                        ? body.map(RosterUpload::lines)
                        : Mono.error(new IOException("the import was answered " + response.status())))
                .reduce(0, Integer::sum)
                .block(TIMEOUT);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (results == null || results != people.size()) {
            throw new IOException(results + " results for " + people.size() + " people");
        }
        return seconds;
    }

    private static int lines(ByteBuf bytes) {
        int lines = 0;
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            if (bytes.getByte(i) == '\n') {
                lines++;
            }
        }
        return lines;
    }
}
