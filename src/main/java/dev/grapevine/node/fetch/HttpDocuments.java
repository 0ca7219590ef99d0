package dev.grapevine.node.fetch;

import dev.grapevine.node.credential.RemoteDocuments;
import dev.grapevine.node.fetch.Target.Resolver;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider;

/** Loads documents by HTTPS. */
final class HttpDocuments implements RemoteDocuments {

    /** A longer document is refused: what credentials may have themselves. */
    static final int MAX_BYTES = 256 * 1024;

    static final int MAX_REDIRECTS = 3;

    /** Under way at once; whoever comes then is told that the document is not to be had. */
    static final int MAX_AT_ONCE = 64;

    private static final String ACCEPT = "application/vc, application/did+json, application/json;q=0.9, */*;q=0.1";

    private final Resolver resolver;
    private final Addresses addresses;
    private final Scheduler resolving;
    private final Duration timeout;
    private final HttpClient client;
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param resolving waits for name servers
     * @param timeout of a document, redirects and all
     */
    HttpDocuments(Resolver resolver, Addresses addresses, Scheduler resolving, Duration timeout) {
        this.resolver = resolver;
        this.addresses = addresses;
        this.resolving = resolving;
        this.timeout = timeout;
        this.client = HttpClient.create(ConnectionProvider.newConnection())
                .followRedirect(false)
                .compress(false)
                .keepAlive(false)
                .headers(headers ->
                        headers.set(HttpHeaderNames.ACCEPT, ACCEPT).set(HttpHeaderNames.USER_AGENT, "grapevine"));
    }

    /** What a host has answered. */
    private sealed interface Answer {
        record Document(byte[] bytes) implements Answer {}

        record Redirect(URI to) implements Answer {}
    }

    @Override
    public Mono<byte[]> get(URI url) {
        return Mono.usingWhen(
                        Mono.fromSupplier(underWay::incrementAndGet),
                        count -> count > MAX_AT_ONCE
                                ? Mono.error(new UnavailableException("too many documents are being loaded at once"))
                                : load(url, MAX_REDIRECTS),
                        count -> Mono.fromRunnable(underWay::decrementAndGet))
                .timeout(timeout)
                // what verifying does with a document takes longer than an event loop should
                .publishOn(resolving)
                .onErrorMap(error -> unavailable(url, error));
    }

    private static UnavailableException unavailable(URI url, Throwable error) {
        String reason = error instanceof TimeoutException
                ? "no answer in time"
                : error instanceof UnavailableException ? String.valueOf(error.getMessage()) : error.toString();
        return new UnavailableException(url + ": " + reason);
    }

    private Mono<byte[]> load(URI url, int redirects) {
        return Mono.fromSupplier(() -> Target.of(url, resolver, addresses))
                .subscribeOn(resolving)
                .flatMap(target -> ask(url, target))
                .flatMap(answer -> switch (answer) {
                    case Answer.Document document -> Mono.just(document.bytes);
                    case Answer.Redirect redirect ->
                        redirects == 0
                                ? Mono.error(new UnavailableException("more than " + MAX_REDIRECTS + " redirects"))
                                : load(redirect.to, redirects - 1);
                });
    }

    private Mono<Answer> ask(URI url, Target target) {
        HttpClient toTarget = client.remoteAddress(target::address);
        return (target.tls() ? toTarget.secure(SslProvider.defaultClientProvider()) : toTarget)
                .get()
                .uri(target.path())
                .response((response, body) -> read(url, response, body))
                .next();
    }

    private static Flux<Answer> read(URI url, HttpClientResponse response, ByteBufFlux body) {
        int status = response.status().code();
        String location = response.responseHeaders().get(HttpHeaderNames.LOCATION);
        if (status == HttpResponseStatus.OK.code()) {
            return collect(body).<Answer>map(Answer.Document::new).flux();
        }
        if (status / 100 == 3 && location != null) {
            return Flux.defer(() -> Flux.just(new Answer.Redirect(url.resolve(location))));
        }
        return Flux.error(new UnavailableException("answered " + status));
    }

    private static Mono<byte[]> collect(ByteBufFlux body) {
        return body.asByteArray()
                .<ByteArrayOutputStream>collect(ByteArrayOutputStream::new, (bytes, piece) -> {
                    if (bytes.size() + piece.length > MAX_BYTES) {
                        throw new UnavailableException("longer than " + MAX_BYTES + " bytes");
                    }
                    bytes.writeBytes(piece);
                })
                .map(ByteArrayOutputStream::toByteArray);
    }
}
