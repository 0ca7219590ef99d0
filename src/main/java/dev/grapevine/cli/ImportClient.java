package dev.grapevine.cli;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Streams a roster to a node's import endpoint and hands on each result as it comes back. Sending and receiving go on at
 * once, so a roster may be of any size; the JDK's client reads no answer before it has sent everything, hence Netty's.
 */
final class ImportClient {

    private static final int READ_BYTES = 16 * 1024;

    private final URI node;
    private final String apiKey;

    ImportClient(URI node, String apiKey) {
        this.node = node;
        this.apiKey = apiKey;
    }

    /**
     * Sends a roster.
     *
     * @param roster read to its end on another thread, and closed
     * @param onResult takes each result, on the connection's thread, in the order in which they come
     * @return completes when the node has answered everything; fails with {@link NodeException} when it refuses, and with
     *     {@link IOException} when the connection breaks
     */
    CompletableFuture<@Nullable Void> send(InputStream roster, RosterFormat format, Consumer<ImportResult> onResult) {
        return HttpClient.create()
                .headers(headers -> headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + apiKey)
                        .set(HttpHeaderNames.CONTENT_TYPE, format.mediaType())
                        .set(HttpHeaderNames.ACCEPT, "application/x-ndjson, application/problem+json"))
                .post()
                .uri(node.resolve("/api/v1/profiles/import"))
                .send(pieces(roster))
                .response((response, body) -> results(response, body, onResult))
                .then()
                .toFuture();
    }

    private static Flux<ByteBuf> pieces(InputStream roster) {
        return Flux.<ByteBuf>generate(sink -> {
                    try {
                        byte[] piece = new byte[READ_BYTES];
                        int length = roster.read(piece);
                        if (length < 0) {
                            sink.complete();
                        } else {
                            sink.next(Unpooled.wrappedBuffer(piece, 0, length));
                        }
                    } catch (IOException e) {
                        sink.error(new NodeException("the roster cannot be read: " + e.getMessage(), e));
                    }
                })
                .doFinally(end -> closeQuietly(roster))
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static Mono<Void> results(HttpClientResponse response, ByteBufFlux body, Consumer<ImportResult> onResult) {
        int status = response.status().code();
        if (status != 200) {
            return body.aggregate()
                    .asString()
                    .defaultIfEmpty("")
                    .flatMap(text -> Mono.error(new NodeException("the node refuses: " + Problem.text(status, text))));
        }
        LineSplitter lines = new LineSplitter(line -> onResult.accept(ImportResult.parse(line)));
        return body.asByteArray()
                .doOnNext(piece -> {
                    try {
                        lines.accept(piece);
                    } catch (IOException e) {
                        throw Exceptions.propagate(e);
                    }
                })
                .doOnComplete(lines::end)
                .then();
    }

    private static void closeQuietly(InputStream roster) {
        try {
            roster.close();
        } catch (IOException e) {
            // it was only read
        }
    }
}
