package dev.grapevine.node.operations;

import dev.grapevine.node.identity.NodeIdentity;
import dev.grapevine.node.tracing.Spans;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class OperationsConfiguration {

    @Bean(destroyMethod = "close")
    SpanExport spanExport(Environment environment, NodeIdentity node) {
        return SpanExport.of(environment, node);
    }

    @Bean
    Spans spans(SpanExport export) {
        return export.spans();
    }

    @Bean
    EndingStreams endingStreams() {
        return new EndingStreams();
    }

    @Bean
    RequestTraces requestTraces(Spans spans, SecureRandom random, Clock clock) {
        return new RequestTraces(spans, random, clock);
    }
}
