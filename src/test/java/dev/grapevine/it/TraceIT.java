package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.it.OtlpCollector.Span;
import dev.grapevine.node.storage.TestPostgres;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request can be followed through the logs and the spans of the node that took it and of the node that heard of it. */
class TraceIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String PARENT = "b7ad6b7169203331";

    @TempDir
    static Path directory;

    private static OtlpCollector collector;
    private static NodeProcess publishing;
    private static NodeProcess hearing;

    @BeforeAll
    static void startTwoNodes() throws Exception {
        collector = new OtlpCollector();
        String network = "trace-" + UUID.randomUUID();
        publishing = node("publishing", network);
        // The other format, on the way.
        hearing = node("hearing", network).with("LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs");
        hearing.connectedTo(List.of(publishing));
        publishing.start();
        hearing.start();
        publishing.awaitReady();
        hearing.awaitReady();
        for (NodeProcess node : List.of(publishing, hearing)) {
            await(node.name() + " gossips")
                    .atMost(TIMEOUT)
                    .until(() -> gossips(node.api().status()));
        }
    }

    /** Whether what is published goes by gossip, which carries traces; what catch-up finds first has none. */
    private static boolean gossips(JsonNode status) {
        return status.path("topics")
                        .valueStream()
                        .allMatch(topic -> !topic.path("mesh").isEmpty())
                && status.at("/registry/comparedAt").isString();
    }

    private static NodeProcess node(String name, String network) {
        return new NodeProcess(name, directory, network)
                .withDatabase(TestPostgres.newDatabase())
                .with("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())
                .with("OTEL_BSP_SCHEDULE_DELAY", "100");
    }

    @AfterAll
    static void stop() {
        publishing.close();
        hearing.close();
        collector.close();
    }

    @Test
    void theTraceOfARequestShowsInTheLogsAndSpansOfBothNodes() {
        String trace = "0af7651916cd43dd8448eb211c80319c";

        HttpResponse<String> answer =
                publishing.api().publish(People.named("ada", "Ada"), "00-" + trace + "-" + PARENT + "-01");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("traceresponse").orElse("")).startsWith("00-" + trace + "-");
        awaitLine(publishing, "POST /api/v1/profiles answered 201", "trace=" + trace);
        JsonNode line = JsonMapper.shared().readTree(awaitLine(hearing, "Applied event", trace));
        assertThat(line.at("/trace/id").asString(line.path("trace.id").asString("")))
                .isEqualTo(trace);
        assertThat(line.at("/service/name").asString("")).isEqualTo("grapevine");

        await("spans of both nodes")
                .atMost(TIMEOUT)
                .until(() -> collector.of(trace).size() >= 6);
        Span request = span(trace, "POST /api/v1/profiles");
        assertThat(request.parentId()).isEqualTo(PARENT);
        for (String own : List.of("prepare", "commit", "gossip")) {
            assertThat(span(trace, own)).as(own).matches(span -> span.parentId().equals(request.spanId()));
            assertThat(span(trace, own).instance()).as(own).isEqualTo(request.instance());
        }
        for (String theirs : List.of("verify", "apply")) {
            assertThat(span(trace, theirs))
                    .as(theirs)
                    .matches(span -> span.parentId().equals(request.spanId()));
            assertThat(span(trace, theirs).instance()).as(theirs).isNotEqualTo(request.instance());
        }
    }

    @Test
    void aMalformedTraceparentIsReplacedByANewTrace() {
        HttpResponse<String> answer =
                publishing.api().publish(People.named("grace", "Grace"), "00-nonsense-" + PARENT + "-01");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        String made = answer.headers().firstValue("traceresponse").orElse("");
        assertThat(made).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}").doesNotContain(PARENT);
        awaitLine(hearing, "Applied event", made.split("-", -1)[1]);
    }

    @Test
    void noLogShowsAUsername() {
        publishing.api().publish(People.named("verysecretname", "Very Secret Name"));
        publishing.api().update("verysecretname", People.named("verysecretname", "New Secret Name"));
        awaitLine(publishing, "PUT /api/v1/profiles/{username} answered 200", "trace=");

        assertThat(publishing.logged() + hearing.logged()).doesNotContainIgnoringCase("secret");
    }

    private static Span span(String trace, String name) {
        return collector.of(trace).stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no span " + name + " among " + collector.of(trace)));
    }

    private static String awaitLine(NodeProcess node, String text, String trace) {
        return await("a line of " + node.name() + " with " + text + " and " + trace)
                .atMost(TIMEOUT)
                .until(
                        () -> node.logged()
                                .lines()
                                .filter(line -> line.contains(text) && line.contains(trace))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
