package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.testapi.OneAtATime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/** The main job: what is done on one node shows on every other. */
@ExtendWith(ThreeNodes.Resolver.class)
@OneAtATime
class ThreeNodesIT {

    private static final Duration GOSSIP_TIMEOUT = Duration.ofSeconds(30);

    private final ThreeNodes nodes;

    ThreeNodesIT(ThreeNodes nodes) {
        this.nodes = nodes;
    }

    @Test
    void aProfilePublishedOnAnyNodeIsFoundOnEveryNode() {
        for (NodeProcess issuer : nodes.all()) {
            String username = "ada." + issuer.name();
            NodeApi.Answer answer = issuer.api().publish(People.named(username, "Ada Łovelace"));
            assertThat(answer.status()).as("%s", answer.json()).isEqualTo(201);
            assertThat(answer.json().path("credential").path("proof").isMissingNode())
                    .isFalse();
        }
        for (NodeProcess issuer : nodes.all()) {
            for (NodeProcess node : nodes.all()) {
                JsonNode found = awaitStatus(node, "ada." + issuer.name(), issuer, "active");
                assertThat(found.path("displayName").asString()).isEqualTo("Ada Łovelace");
                assertThat(found.path("publicClaims").path("city").asString()).isEqualTo("Łódź");
                assertThat(found.toString()).doesNotContain("birthDate");
            }
        }
    }

    @Test
    void anUpdateIsSeenEverywhere() {
        publish(1, "grace");
        nodes.node(1).api().update("grace", People.named("grace", "Grace Hopper"));

        for (NodeProcess node : nodes.all()) {
            await().atMost(GOSSIP_TIMEOUT)
                    .until(() -> node.api()
                            .attestation("grace", "node1")
                            .filter(found ->
                                    found.path("displayName").asString("").equals("Grace Hopper"))
                            .isPresent());
        }
    }

    @Test
    void aRevocationIsSeenEverywhere() {
        publish(2, "mallory");
        assertThat(nodes.node(2).api().revoke("mallory").status()).isBetween(200, 204);

        for (NodeProcess node : nodes.all()) {
            awaitStatus(node, "mallory", nodes.node(2), "revoked");
        }
    }

    @Test
    void anErasedPersonIsGoneEverywhere() {
        publish(3, "nemo");
        for (NodeProcess node : nodes.all()) {
            awaitStatus(node, "nemo", nodes.node(3), "active");
        }

        assertThat(nodes.node(3).api().erase("nemo").status()).isBetween(200, 204);

        for (NodeProcess node : nodes.all()) {
            await().atMost(GOSSIP_TIMEOUT).until(() -> node.api().lookUp("nemo").status() == 404);
        }
    }

    @Test
    void whatIsPublishedOnOneNodeIsStreamedByAnother() {
        Flux<String> onNode3 = nodes.node(3).api().stream();
        StepVerifier.create(onNode3.skipUntil(line -> line.startsWith("id: ")))
                .expectNextMatches(line -> line.startsWith("id: "))
                .then(() -> publish(1, "streamed"))
                .thenConsumeWhile(line -> !line.contains("\"username\":\"streamed\""))
                .assertNext(line -> assertThat(line).startsWith("data: {\"change\":\"published\""))
                .thenCancel()
                .verify(GOSSIP_TIMEOUT);
    }

    @Test
    void aCredentialVerifiesOnANodeThatDidNotIssueIt() {
        JsonNode credential = publish(1, "hedy");
        awaitStatus(nodes.node(3), "hedy", nodes.node(1), "active");

        assertThat(nodes.node(3)
                        .api()
                        .verify(credential)
                        .json()
                        .path("verified")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aCredentialThatWasChangedDoesNotVerify() {
        JsonNode credential = publish(1, "eve");
        ((tools.jackson.databind.node.ObjectNode) credential.path("credentialSubject")).put("name", "Somebody Else");

        assertThat(nodes.node(2)
                        .api()
                        .verify(credential)
                        .json()
                        .path("verified")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void nobodyUnknownIsFound() {
        NodeApi.Answer answer = nodes.node(2).api().lookUp("nobody");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("registryState").asString()).isIn("current", "catching-up");
    }

    @Test
    void oneUsernameMayHaveAnAttestationOfEachIssuer() {
        for (int i = 1; i <= 3; i++) {
            publish(i, "everywhere");
        }
        for (NodeProcess node : nodes.all()) {
            await().atMost(GOSSIP_TIMEOUT)
                    .until(() -> node.api()
                                    .lookUp("everywhere")
                                    .json()
                                    .path("attestations")
                                    .size()
                            == 3);
        }
    }

    /** Publishes somebody on a node and returns the credential. */
    private JsonNode publish(int node, String username) {
        NodeApi.Answer answer = nodes.node(node).api().publish(People.named(username, "Somebody"));
        assertThat(answer.status()).as("%s", answer.json()).isEqualTo(201);
        return answer.json().path("credential");
    }

    private static JsonNode awaitStatus(NodeProcess node, String username, NodeProcess issuer, String status) {
        return await(username + " is " + status + " on " + node.name())
                .atMost(GOSSIP_TIMEOUT)
                .until(
                        () -> node.api().attestation(username, issuer.name()),
                        found -> found.isPresent()
                                && found.get().path("status").asString("").equals(status))
                .orElseThrow();
    }
}
