package dev.grapevine.node;

import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says in one line that the node is up, and where. */
@Component
class StartSummary {

    private static final Logger LOG = LoggerFactory.getLogger(StartSummary.class);

    @EventListener
    void ready(ApplicationReadyEvent event) {
        Environment environment = event.getApplicationContext().getEnvironment();
        LOG.info(
                "The node is up after {} ms{}: API http://{}:{}, documentation /swagger-ui.html, health and metrics on port {}.",
                event.getTimeTaken() == null ? "?" : event.getTimeTaken().toMillis(),
                startCache(),
                environment.getProperty("server.address", "localhost"),
                environment.getProperty("local.server.port"),
                environment.getProperty("local.management.port"));
    }

    /** Whether the classes came from a cache that an earlier start has made (JEP 514); the JVM passes over one that does not fit. */
    private static String startCache() {
        boolean given = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(option -> option.startsWith("-XX:AOTCache="));
        boolean used = System.getProperty("java.vm.info", "").contains("sharing");
        return !given ? "" : used ? " (with its start cache)" : " (its start cache does not fit this JVM)";
    }
}
