package dev.grapevine.node.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.test.StepVerifier;

class HttpDocumentsTest {

    private final List<String> resolved = new ArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(routes -> routes.get(
                            "/list", (request, response) -> response.sendString(Mono.just("a list?" + request.uri())))
                    .get("/hop/{n}", (request, response) -> {
                        int n = Integer.parseInt(Objects.requireNonNull(request.param("n")));
                        return response.sendRedirect(n == 0 ? "/list" : "/hop/" + (n - 1));
                    })
                    .get("/inside", (request, response) -> response.sendRedirect("https://metadata.internal/secret"))
                    .get("/elsewhere", (request, response) -> response.sendRedirect("file:///etc/passwd"))
                    .get("/gone", (request, response) -> response.sendNotFound())
                    .get(
                            "/long/{n}",
                            (request, response) -> response.sendByteArray(Flux.just(
                                    new byte[HttpDocuments.MAX_BYTES],
                                    new byte[Integer.parseInt(Objects.requireNonNull(request.param("n")))])))
                    .get(
                            "/endless",
                            (request, response) ->
                                    response.sendByteArray(Flux.<byte[]>never().startWith(new byte[1]))))
            .doOnConnection(connection -> requests.incrementAndGet())
            .bindNow();

    private HttpDocuments documents(String... allowed) {
        return new HttpDocuments(
                host -> {
                    resolved.add(host);
                    return switch (host) {
                        case "uni.example" -> new InetAddress[] {InetAddress.getLoopbackAddress()};
                        case "metadata.internal" ->
                            new InetAddress[] {
                                InetAddress.getByAddress(new byte[] {(byte) 169, (byte) 254, (byte) 169, (byte) 254})
                            };
                        default -> InetAddress.getAllByName(host);
                    };
                },
                new Addresses(List.of(allowed)),
                Schedulers.boundedElastic(),
                Duration.ofSeconds(2));
    }

    private URI url(String path) {
        return URI.create("http://uni.example:" + server.port() + path);
    }

    private String get(String path) {
        return new String(
                Objects.requireNonNull(documents("127.0.0.1").get(url(path)).block()), StandardCharsets.UTF_8);
    }

    private void isUnavailable(HttpDocuments documents, URI url, String reason) {
        StepVerifier.create(documents.get(url))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining(reason)
                        .hasMessageContaining(url.toString()));
    }

    @AfterEach
    void stop() {
        server.disposeNow();
    }

    @Test
    void loadsADocumentWithItsQuery() {
        assertThat(get("/list?a=b%20c#fragment")).isEqualTo("a list?/list?a=b%20c");
    }

    @Test
    void followsAFewRedirects() {
        assertThat(get("/hop/" + (HttpDocuments.MAX_REDIRECTS - 1))).isEqualTo("a list?/list");
        isUnavailable(documents("127.0.0.1"), url("/hop/" + HttpDocuments.MAX_REDIRECTS), "redirects");
    }

    @Test
    void takesSoManyBytesAndNotOneMore() {
        assertThat(get("/long/0")).hasSize(HttpDocuments.MAX_BYTES);
        isUnavailable(documents("127.0.0.1"), url("/long/1"), "longer than");
    }

    @Test
    void waitsForNobody() {
        isUnavailable(documents("127.0.0.1"), url("/endless"), "no answer in time");
    }

    @Test
    void saysWhatIsWrong() {
        isUnavailable(documents("127.0.0.1"), url("/gone"), "answered 404");
        isUnavailable(documents("127.0.0.1"), url("/elsewhere"), "not an https URL");
    }

    @Test
    void goesToNoPrivateAddress() {
        isUnavailable(documents(), url("/list"), "without TLS");
        isUnavailable(documents(), URI.create("https://uni.example:" + server.port() + "/list"), "no public address");
        isUnavailable(documents("127.0.0.1"), url("/inside"), "no public address");
        assertThat(resolved).contains("metadata.internal");
        assertThat(requests).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://127.1/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[fe80::1]/",
                "https://localhost/",
                "https://user:secret@uni.example/",
                "ftp://uni.example/",
                "gopher://uni.example/",
                "data:text/plain,x",
                "urn:uuid:1"
            })
    void takesNoOtherUrls(String url) {
        StepVerifier.create(documents().get(URI.create(url))).verifyError(UnavailableException.class);
        assertThat(requests).hasValue(0);
    }

    /** The name means another address each time it is asked for: what was checked is what is connected to. */
    @Test
    void resolvesANameOnce() {
        AtomicInteger asked = new AtomicInteger();
        HttpDocuments documents = new HttpDocuments(
                host -> new InetAddress[] {
                    asked.incrementAndGet() == 1
                            ? InetAddress.getByAddress(new byte[] {127, 0, 0, 1})
                            : InetAddress.getByAddress(new byte[] {10, 0, 0, 1})
                },
                new Addresses(List.of("127.0.0.1")),
                Schedulers.boundedElastic(),
                Duration.ofSeconds(2));

        StepVerifier.create(documents.get(url("/list"))).expectNextCount(1).verifyComplete();
        assertThat(asked).hasValue(1);
        isUnavailable(documents, url("/list"), "without TLS");
    }
}
