package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The command against a node that is played by the test. */
class ImportCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicReference<BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>>> answer =
            new AtomicReference<>();
    private DisposableServer node;

    @BeforeEach
    void startNode() {
        node = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.post(
                        "/api/v1/profiles/import",
                        (request, response) -> answer.get().apply(request, response)))
                .bindNow();
    }

    @AfterEach
    void stopNode() {
        node.disposeNow();
    }

    @Test
    void tellsWhatBecameOfTheRosterAndEndsWithZero() throws IOException {
        AtomicReference<String> type = new AtomicReference<>("");
        answer.set((request, response) -> {
            type.set(request.requestHeaders().get("Content-Type") + " "
                    + request.requestHeaders().get("Authorization"));
            return request.receive().aggregate().thenEmpty(respond(response, """
                            {"line":1,"username":"a","status":"published"}
                            {"line":2,"username":"b","status":"published"}
                            {"line":3,"username":"c","status":"unchanged"}
                            """));
        });

        assertThat(run(file("people.csv", "username,displayName\na,A\nb,B\nc,C\n")))
                .isZero();
        assertThat(type).hasValue("text/csv Bearer secret");
        assertThat(out.toString()).contains("published 2").contains("unchanged 1");
    }

    @Test
    void printsBadLinesWithTheirNumbersAndEndsWithOne() throws IOException {
        answer.set((request, response) -> request.receive().aggregate().thenEmpty(respond(response, """
                        {"line":1,"username":"a","status":"published"}
                        {"line":2,"status":"error","error":"no username"}
                        """)));

        assertThat(run(file("people.ndjson", "{}\n{}\n"))).isEqualTo(1);
        assertThat(err.toString()).contains("line 2: no username");
        assertThat(out.toString()).contains("failed 1").contains("published 1");
    }

    @Test
    void showsResultsWhileItIsStillSending() throws IOException {
        // The node answers the first piece before it reads the second: with a client that sends first and reads later,
        // and a
        // roster larger than all buffers between, both would wait for each other for ever.
        answer.set((request, response) -> response.sendString(request.receive()
                .asString()
                .index()
                .map(piece -> "{\"line\":" + (piece.getT1() + 1) + ",\"status\":\"published\",\"padding\":\""
                        + "x".repeat(60_000) + "\"}\n")));

        assertThat(run(file("people.ndjson", ("{\"username\":\"" + "y".repeat(1000) + "\"}\n").repeat(30_000))))
                .isZero();
    }

    @Test
    void saysWhatToDoWhenTheConnectionIsLost() throws IOException {
        AtomicReference<Connection> connection = new AtomicReference<>();
        Mono<String> loss =
                Mono.<String>fromRunnable(() -> connection.get().dispose()).delaySubscription(Duration.ofMillis(300));
        answer.set((request, response) -> response.withConnection(connection::set)
                .sendString(Flux.just("{\"line\":1,\"status\":\"published\"}\n").concatWith(loss)));

        assertThat(run(file("people.ndjson", "{}\n"))).isEqualTo(1);
        assertThat(err.toString()).contains("lost after 1 committed").contains("unchanged");
    }

    @Test
    void passesOnWhyTheNodeRefuses() throws IOException {
        answer.set((request, response) -> response.status(401)
                .header("Content-Type", "application/problem+json")
                .sendString(Mono.just("{\"title\":\"Unauthorized\",\"detail\":\"This API key is not known here.\"}")));

        assertThat(run(file("people.ndjson", "{}\n"))).isEqualTo(1);
        assertThat(err.toString()).contains("This API key is not known here. (HTTP 401)");
    }

    @Test
    void saysWhenNoNodeIsThere() throws IOException {
        node.disposeNow();

        assertThat(run(file("people.ndjson", "{}\n"))).isEqualTo(1);
        assertThat(err.toString()).contains("no node answers at http://127.0.0.1:");
    }

    @Test
    void needsAFileItCanRead() {
        assertThat(run(directory.resolve("nowhere.csv"))).isEqualTo(2);
        assertThat(err.toString()).contains("There is no file");
    }

    @Test
    void needsAFormatWhenTheNameTellsNone() throws IOException {
        assertThat(run(file("people.txt", "x"))).isEqualTo(2);
        assertThat(err.toString()).contains("--format");
    }

    private static Publisher<Void> respond(HttpServerResponse response, String lines) {
        return response.header("Content-Type", "application/x-ndjson").sendString(Mono.just(lines));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content, StandardCharsets.UTF_8);
    }

    private int run(Path file) {
        return GrapevineCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("import", file.toString(), "--url=http://127.0.0.1:" + node.port(), "--key=secret");
    }
}
