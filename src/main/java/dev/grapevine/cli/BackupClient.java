package dev.grapevine.cli;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Backup and restore over a node's REST API. Both wait until all is done, and throw {@link NodeException} otherwise. */
final class BackupClient {

    private static final String PROBLEMS = "application/problem+json";

    private final URI node;
    private final String apiKey;

    BackupClient(URI node, String apiKey) {
        this.node = node;
        this.apiKey = apiKey;
    }

    /**
     * Fetches a backup.
     *
     * @param file open for writing
     * @param progress is told how many bytes have come with each piece
     */
    void backUp(FileChannel file, LongConsumer progress) {
        Flux<Integer> pieces = client("application/octet-stream")
                .get()
                .uri(node.resolve("/api/v1/backup"))
                .response((response, body) -> response.status().code() == 200
                        ? body.asByteBuffer().map(bytes -> {
                            try {
                                int length = bytes.remaining();
                                while (bytes.hasRemaining()) {
                                    file.write(bytes);
                                }
                                return length;
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                        : refused(response, body).flux().cast(Integer.class));
        await(pieces.doOnNext(progress::accept).then(Mono.just(true)));
    }

    /** Sends a backup. @return what the node says of it */
    JsonNode restore(Path file) {
        return await(client("application/json")
                .headers(headers -> headers.set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream"))
                .post()
                .uri(node.resolve("/api/v1/restore"))
                .send(ByteBufFlux.fromPath(file))
                .response((response, body) -> response.status().code() == 200
                        ? body.aggregate().asString().map(JsonMapper.shared()::readTree)
                        : refused(response, body).cast(JsonNode.class))
                .single());
    }

    private HttpClient client(String accepted) {
        return HttpClient.create()
                .headers(headers -> headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + apiKey)
                        .set(HttpHeaderNames.ACCEPT, accepted + ", " + PROBLEMS));
    }

    private static Mono<Object> refused(HttpClientResponse response, ByteBufFlux body) {
        int status = response.status().code();
        return body.aggregate()
                .asString()
                .defaultIfEmpty("")
                .flatMap(text -> Mono.error(new NodeException("the node refuses: " + Problem.text(status, text))));
    }

    private <T> T await(Mono<T> exchange) {
        try {
            return exchange.toFuture().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw switch (cause) {
                case NodeException refused -> refused;
                case ConnectException nobody ->
                    new NodeException("no node answers at " + node + "; is it running?", nobody);
                case UncheckedIOException full ->
                    new NodeException("the file cannot be written: " + full.getMessage(), full);
                default -> new NodeException("the connection to " + node + " was lost: " + cause, cause);
            };
        }
    }
}
