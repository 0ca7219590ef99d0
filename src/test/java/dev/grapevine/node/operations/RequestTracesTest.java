package dev.grapevine.node.operations;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.grapevine.node.tracing.LineBudget;
import dev.grapevine.node.tracing.Spans;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;

/** What the log says of requests that change something. */
class RequestTracesTest {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(RequestTraces.class);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final RequestTraces traces = new RequestTraces(
            Spans.off(), new Random(1), Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC));

    @BeforeEach
    void listen() {
        LOG.setLevel(Level.INFO);
        lines.start();
        LOG.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        LOG.detachAppender(lines);
        LOG.setLevel(null);
    }

    @Test
    void aWriteHasALineWithItsTrace() {
        post(HttpStatus.CREATED);

        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getFormattedMessage()).startsWith("POST /api/ answered 201 after 0 ms");
        assertThat(lines.list.getFirst().getMDCPropertyMap()).containsEntry("traceId", TRACE);
    }

    @Test
    void manyAtOnceDoNotFillTheLog() {
        for (int i = 0; i < 100; i++) {
            post(HttpStatus.CREATED);
        }

        assertThat(lines.list).hasSize(LineBudget.MAX_LINES_AT_ONCE);
    }

    @Test
    void whatTheNodeCouldNotDoIsAlwaysTold() {
        for (int i = 0; i < 100; i++) {
            post(HttpStatus.CREATED);
        }
        lines.list.clear();

        post(HttpStatus.SERVICE_UNAVAILABLE);
        post(HttpStatus.NOT_FOUND);

        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.WARN);
        assertThat(lines.list.getFirst().getMDCPropertyMap()).containsEntry("traceId", TRACE);
    }

    private void post(HttpStatus answer) {
        MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post("/api/v1/profiles")
                .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01"));
        traces.filter(exchange, chained -> {
                    chained.getResponse().setStatusCode(answer);
                    return Mono.empty();
                })
                .block();
    }
}
