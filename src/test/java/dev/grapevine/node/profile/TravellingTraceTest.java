package dev.grapevine.node.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.tracing.Traces;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A trace travels beside an event, and can do it no harm. */
class TravellingTraceTest {

    private static final SpanContext TRACE = trace("0af7651916cd43dd8448eb211c80319c");
    private static final SpanContext OTHER = trace("4bf92f3577b34da6a3ce929d0e0e4736");

    private final IssuerLogFixture log = new IssuerLogFixture(1);

    @Test
    void aTraceArrivesAsItWasSent() {
        LogEntry sent = log.describe("University").withTrace(Optional.of(TRACE));

        SpanContext arrived = LogEntry.decode(sent.encode()).trace().orElseThrow();

        assertThat(arrived.getTraceId()).isEqualTo(TRACE.getTraceId());
        assertThat(arrived.getSpanId()).isEqualTo(TRACE.getSpanId());
        assertThat(arrived.isSampled()).isTrue();
        assertThat(arrived.isRemote()).isTrue();
        assertThat(Traces.encode(TRACE)).hasSize(Traces.BYTES);
    }

    @Test
    void whatIsNoTraceIsPassedOverAndTheEventCounts() {
        LogEntry entry = log.describe("University");
        for (byte[] bad : List.of(new byte[0], new byte[Traces.BYTES], new byte[Traces.BYTES + 1], new byte[4_000])) {
            LogEntry decoded = LogEntry.decode(
                    concat(entry.encode(), new ProtobufWriter().bytes(4, bad).toByteArray()));

            assertThat(decoded.trace()).isEmpty();
            assertThat(decoded.event().hash()).isEqualTo(entry.event().hash());
        }
    }

    @Test
    void aTraceIsNoPartOfTheEvent() {
        LogEntry entry = log.describe("University");
        LogEntry traced = entry.withTrace(Optional.of(TRACE));

        assertThat(traced.event()).isSameAs(entry.event());
        assertThat(traced.withTrace(Optional.empty()).encode()).isEqualTo(entry.encode());
    }

    @Test
    void aTraceIsNamedOnceInEachMessage() {
        log.describe("University");
        List<LogEntry> run = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            log.publish("person" + i);
            run.add(log.entries.getLast().withTrace(Optional.of(i < 390 ? TRACE : OTHER)));
        }

        List<ProfileMessage> messages = ProfileMessage.split(run);

        assertThat(messages).hasSizeGreaterThan(1);
        for (ProfileMessage message : messages) {
            assertThat(message.entries().getFirst().trace()).contains(TRACE);
            assertThat(message.encode()).hasSizeLessThanOrEqualTo(ProfileLimits.MAX_MESSAGE_BYTES);
        }
        assertThat(ProfileMessage.traces(messages.getLast().entries())).containsExactly(TRACE, OTHER);
        assertThat(messages.stream()
                        .flatMap(message -> message.entries().stream())
                        .filter(entry -> entry.trace().isPresent()))
                .hasSize(messages.size() + 1);
    }

    private static SpanContext trace(String id) {
        return SpanContext.create(id, "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault());
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] all = new byte[first.length + second.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
