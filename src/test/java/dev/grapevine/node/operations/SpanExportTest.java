package dev.grapevine.node.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.NodeIdentity;
import dev.grapevine.node.start.StartProblem;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

/** Whether and where spans are sent. */
class SpanExportTest {

    private static final String PROTOCOL = "otel.exporter.otlp.protocol";

    private final NodeIdentity node = new NodeIdentity(PrivateKey.ofSeed(new byte[32]));
    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void withoutAnEndpointThereAreNone() {
        try (SpanExport export = SpanExport.of(environment, node)) {
            assertThat(export.spans().wanted()).isFalse();
        }
    }

    @Test
    void aProtocolThatIsNotBuiltInEndsTheStart() {
        environment.setProperty("otel.exporter.otlp.endpoint", "http://127.0.0.1:4317");
        System.setProperty(PROTOCOL, "grpc");
        try {
            assertThatThrownBy(() -> SpanExport.of(environment, node))
                    .isInstanceOf(StartProblem.class)
                    .hasMessageStartingWith("Spans cannot be sent: ");
        } finally {
            System.clearProperty(PROTOCOL);
        }
    }
}
