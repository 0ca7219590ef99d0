package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.storage.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An issuer shows two halves of a network two histories. */
@Order(1)
class ForkedLogIT {

    /** Whoever misses the gossip of a recovery hears of it when it compares next, which is within a minute. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int FORK = 3;

    @TempDir
    private Path directory;

    private final IssuerLogFixture log = new IssuerLogFixture(7);
    private NodeProcess left;
    private NodeProcess right;
    private NodeProcess joiner;

    @BeforeEach
    void prepare() {
        left = node("left");
        right = node("right");
        joiner = node("joiner").connectedTo(List.of(left, right));
    }

    private NodeProcess node(String name) {
        return new NodeProcess(name, directory, IssuerLogFixture.NETWORK).withDatabase(TestPostgres.newDatabase());
    }

    @AfterEach
    void stop() {
        joiner.close();
        left.close();
        right.close();
    }

    @Test
    void everyNodeFreezesAtTheSamePlaceAndARecoveryEndsItEverywhere() {
        left.start();
        right.start().awaitReady();
        left.awaitReady();
        log.describe("Janus");
        UUID ada = log.publish("ada");
        log.publish("bob");
        IssuerLogFixture branch = log.branch(FORK, 99);
        log.publish("left.only");
        log.publish("left.too");
        branch.revoke(ada);
        branch.publish("right.only");
        try (PlainPeer toLeft = new PlainPeer(IssuerLogFixture.NETWORK, left);
                PlainPeer toRight = new PlainPeer(IssuerLogFixture.NETWORK, right)) {
            toLeft.gossip(log.entries);
            toRight.gossip(branch.entries);
            awaitStatus(left, "left.too", "active");
            awaitStatus(right, "right.only", "active");

            joiner.start().awaitReady();
            List.of(left, right, joiner).forEach(this::awaitFrozen);
            List.of(left, right, joiner).forEach(node -> {
                awaitStatus(node, "ada", "revoked");
                awaitStatus(node, "bob", "active");
            });
            awaitSameDigests();
            assertThat(status(left, "left.only")).isEqualTo("forked");
            assertThat(left.management().metrics()).contains("grapevine_issuers_forked 1.0");
            left.api().publish(People.named("honest", "Honest"));
            await("others go on")
                    .atMost(PATIENCE)
                    .until(() -> right.api().lookUp("honest").status() == 200);

            right.close();
            right.start().awaitReady();
            awaitFrozen(right);

            log.rotate(IssuerLogFixture.privateKey(70), log.recoveryKey);
            log.publish("afterwards");
            toLeft.gossip(log.entries(5, 7));
            for (NodeProcess node : List.of(left, right, joiner)) {
                awaitStatus(node, "afterwards", "active");
                awaitStatus(node, "left.only", "active");
                awaitStatus(node, "ada", "revoked");
                assertThat(node.api().lookUp("right.only").status()).isEqualTo(404);
                JsonNode issuer = issuer(node);
                assertThat(issuer.path("trust").asString()).isEqualTo("known");
                assertThat(issuer.at("/forks/0/recovery/sequence").asLong()).isEqualTo(5);
            }
            awaitSameDigests();
        }
    }

    private void awaitFrozen(NodeProcess node) {
        await(node.name() + " is frozen").atMost(PATIENCE).untilAsserted(() -> {
            JsonNode issuer = issuer(node);
            assertThat(issuer.path("trust").asString("")).isEqualTo("forked");
            assertThat(issuer.path("forkedAt").asLong(-1)).isEqualTo(FORK);
            assertThat(issuer.path("sequence").asLong(-1)).isEqualTo(FORK - 1);
            assertThat(issuer.at("/forks/0/events")).hasSize(2);
        });
    }

    private void awaitSameDigests() {
        await("one digest").atMost(PATIENCE).untilAsserted(() -> {
            String digest = left.api().digest();
            assertThat(digest).isNotEmpty();
            assertThat(right.api().digest()).isEqualTo(digest);
            assertThat(joiner.api().digest()).isEqualTo(digest);
        });
    }

    private static void awaitStatus(NodeProcess node, String username, String status) {
        await(username + " at " + node.name())
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status(node, username)).isEqualTo(status));
    }

    private static String status(NodeProcess node, String username) {
        return node.api()
                .attestation(username, "Janus")
                .map(shown -> shown.path("status").asString())
                .orElse("none");
    }

    private JsonNode issuer(NodeProcess node) {
        return node.api().issuer(log.issuer.did()).json();
    }
}
