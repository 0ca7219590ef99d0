package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.storage.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Two instances of one organisation, with one database and one issuer key, write one log. */
@Order(1)
class SharedDatabaseIT {

    private static final int PEOPLE = 300;

    @TempDir
    private Path directory;

    private NodeProcess first;
    private NodeProcess second;

    @BeforeEach
    void start() {
        String network = "it-" + UUID.randomUUID();
        String database = TestPostgres.newDatabase();
        String key = directory.resolve("keys").resolve("issuer.key").toString();
        first = instance("first", network, database, key).start().awaitReady();
        second = instance("second", network, database, key)
                .connectedTo(List.of(first))
                .start()
                .awaitReady();
    }

    private NodeProcess instance(String name, String network, String database, String key) {
        return new NodeProcess(name, directory, network)
                .ofIssuer("One organisation")
                .withDatabase(database)
                .with("GRAPEVINE_ISSUER_KEYFILE", key);
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void bothWriteIntoOneLogAtOnce() {
        List<JsonNode> results = Flux.merge(
                        first.api().importRoster(People.roster("first", PEOPLE)),
                        second.api().importRoster(People.roster("second", PEOPLE)))
                .collectList()
                .blockOptional(Duration.ofSeconds(60))
                .orElseThrow();

        assertThat(results)
                .hasSize(2 * PEOPLE)
                .allMatch(result -> result.path("status").asString("").equals("published"));
        Set<Long> sequences = LongStream.range(0, PEOPLE)
                .boxed()
                .flatMap(i -> List.of("first" + i, "second" + i).stream())
                .map(username -> attestation(second, username).path("sequence").asLong())
                .collect(Collectors.toSet());
        // Sequence 0 describes the issuer; every later one is taken once, none is left out.
        assertThat(sequences)
                .isEqualTo(LongStream.rangeClosed(1, 2 * PEOPLE).boxed().collect(Collectors.toSet()));
    }

    @Test
    void whatOneWritesTheOtherAnswersAndChanges() {
        assertThat(first.api().publish(People.named("shared", "One")).status()).isEqualTo(201);
        assertThat(attestation(second, "shared").path("displayName").asString()).isEqualTo("One");

        assertThat(second.api().update("shared", People.named("shared", "Two")).status())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(5))
                .until(() -> attestation(first, "shared")
                        .path("displayName")
                        .asString()
                        .equals("Two"));
    }

    private static JsonNode attestation(NodeProcess node, String username) {
        JsonNode attestations = node.api().lookUp(username).json().path("attestations");
        assertThat(attestations.size()).as(username).isEqualTo(1);
        return attestations.get(0);
    }
}
