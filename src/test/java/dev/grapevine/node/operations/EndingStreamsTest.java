package dev.grapevine.node.operations;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a stopping node does with answers that never end. */
class EndingStreamsTest {

    private static final Duration NOTHING_HAPPENS = Duration.ofMillis(50);

    private final EndingStreams filter = new EndingStreams();

    @ParameterizedTest
    @ValueSource(strings = {"text/event-stream", "text/event-stream, */*"})
    void aStreamEndsWhenTheNodeBeginsToStop(String accepted) {
        assertEnds(MockServerHttpRequest.get("/api/v1/network/events").header("Accept", accepted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json"})
    void aStreamIsKnownByItsPathToo(String accepted) {
        assertEnds(MockServerHttpRequest.get("/api/v1/profiles/stream").header("Accept", accepted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/profiles/ada", "/api/v1/profiles"})
    void anAnswerThatWillEndByItselfIsWaitedFor(String path) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get(path));

        StepVerifier.create(filter.filter(exchange, same -> Mono.never()))
                .expectSubscription()
                .then(this::stop)
                .expectNoEvent(NOTHING_HAPPENS)
                .thenCancel()
                .verify();
    }

    private void assertEnds(MockServerHttpRequest.BaseBuilder<?> request) {
        StepVerifier.create(filter.filter(MockServerWebExchange.from(request), same -> Mono.never()))
                .expectSubscription()
                .expectNoEvent(NOTHING_HAPPENS)
                .then(this::stop)
                .verifyComplete();
    }

    private void stop() {
        filter.stop(new ContextClosedEvent(new StaticApplicationContext()));
    }
}
