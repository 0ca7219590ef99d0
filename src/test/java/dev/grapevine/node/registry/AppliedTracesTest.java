package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.tracing.LineBudget;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a peer's log says of the requests whose events it applies. */
class AppliedTracesTest {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(AppliedTraces.class);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final LogEntry entry = new IssuerLogFixture(1).describe("University");
    private final AppliedTraces applied =
            new AppliedTraces(Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC));

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
    void aTraceHasOneLineHoweverManyEventsItBrought() {
        applied.log(List.of(in(1), in(1)));
        applied.log(List.of(in(1)));

        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getMDCPropertyMap()).containsEntry("traceId", TraceId.fromLongs(0, 1));
        assertThat(lines.list.getFirst().getFormattedMessage())
                .startsWith("Applied event 0 of did:key:")
                .doesNotContain("University");
    }

    @Test
    void moreLinesThanTheBudgetHasAreNotWritten() {
        for (int i = 1; i <= LineBudget.MAX_LINES_AT_ONCE + 1; i++) {
            applied.log(List.of(in(i)));
        }

        assertThat(lines.list).hasSize(LineBudget.MAX_LINES_AT_ONCE);
    }

    @Test
    void onlyTheLatestTracesAreRemembered() {
        applied.log(List.of(in(1)));
        for (int i = 2; i <= AppliedTraces.MAX_REMEMBERED + 1; i++) {
            applied.log(List.of(in(i)));
        }

        assertThat(applied.remembers(TraceId.fromLongs(0, 1))).isFalse();
        assertThat(applied.remembers(TraceId.fromLongs(0, 2))).isTrue();
    }

    private LogEntry in(long trace) {
        return entry.withTrace(Optional.of(SpanContext.create(
                TraceId.fromLongs(0, trace), SpanId.fromLong(1), TraceFlags.getDefault(), TraceState.getDefault())));
    }
}
