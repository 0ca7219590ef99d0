package dev.grapevine.node.operations;

import dev.grapevine.node.identity.NodeIdentity;
import dev.grapevine.node.start.StartProblem;
import dev.grapevine.node.tracing.Spans;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;

/**
 * Sends spans to a collector where one is configured, by OpenTelemetry's own variables ({@code OTEL_EXPORTER_OTLP_ENDPOINT}, and
 * all others of the SDK). Without an endpoint nothing of the SDK is even loaded.
 */
final class SpanExport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SpanExport.class);

    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String TRACES_ENDPOINT = "otel.exporter.otlp.traces.endpoint";
    private static final AttributeKey<String> INSTANCE = AttributeKey.stringKey("service.instance.id");

    private final Optional<OpenTelemetrySdk> sdk;

    private SpanExport(Optional<OpenTelemetrySdk> sdk) {
        this.sdk = sdk;
    }

    static SpanExport of(Environment environment, NodeIdentity node) {
        Map<String, String> settings = new HashMap<>();
        for (String name : new String[] {ENDPOINT, TRACES_ENDPOINT}) {
            String value = environment.getProperty(name, "");
            if (!value.isBlank()) {
                settings.put(name, value);
            }
        }
        if (settings.isEmpty()) {
            return new SpanExport(Optional.empty());
        }
        LOG.info("Spans are sent to {}", settings.values().iterator().next());
        settings.put("otel.service.name", "grapevine");
        settings.put("otel.exporter.otlp.protocol", "http/protobuf");
        // Metrics are scraped (docs/metrics.md), and the log is what the process prints.
        settings.put("otel.metrics.exporter", "none");
        settings.put("otel.logs.exporter", "none");
        Resource instance =
                Resource.create(Attributes.of(INSTANCE, node.peerId().toString()));
        try {
            return new SpanExport(Optional.of(AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> settings)
                    .addResourceCustomizer((resource, properties) -> instance.merge(resource))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk()));
        } catch (RuntimeException e) {
            // Its own exceptions for wrong settings, and for protocols that are not built in, have no type in common.
            throw new StartProblem(
                    "Spans cannot be sent: " + e.getMessage() + ".",
                    "Correct the OTEL_… variables (the protocol is http/protobuf), or leave out OTEL_EXPORTER_OTLP_ENDPOINT.",
                    e);
        }
    }

    Spans spans() {
        return sdk.map(of -> Spans.of(of.getTracer("dev.grapevine"))).orElseGet(Spans::off);
    }

    /** Sends what waits. */
    @Override
    public void close() {
        sdk.ifPresent(OpenTelemetrySdk::close);
    }
}
