package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.storage.DatabaseText;
import dev.grapevine.node.storage.TestPostgres;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an issuer takes back is taken back on the other node: a public credential, a revoked one, an expired one, a whole person. */
class ErasedEverywhereIT {

    /** What gossip misses, the comparison that is made each minute finds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Frontiers are compared each minute. */
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMinutes(4);

    private static final String VERA = "vanishing-vera";
    private static final String NAME = "Vera Verschwindibus";
    private static final String[] PERSONAL = {VERA, NAME, "Verschwindibus"};

    @TempDir
    private Path directory;

    private final String issuerDatabase = TestPostgres.newDatabase();
    private final String otherDatabase = TestPostgres.newDatabase();
    private NodeProcess issuer;
    private NodeProcess other;

    @BeforeEach
    void start() {
        String network = "it-" + UUID.randomUUID();
        issuer = new NodeProcess("issuer", directory, network).withDatabase(issuerDatabase);
        other = new NodeProcess("other", directory, network).withDatabase(otherDatabase);
        issuer.start();
        other.connectedTo(List.of(issuer)).start();
        issuer.awaitReady();
        other.awaitReady();
    }

    @AfterEach
    void stop() {
        issuer.close();
        other.close();
    }

    @Test
    void whatIsTakenBackIsTakenBackEverywhere() {
        publish(VERA, NAME, "public", "");
        publish("private-paul", "Paul", "private", "");
        publish("revoked-rita", "Rita", "public", "");
        publish(
                "expiring-emil",
                "Emil",
                "public",
                "\"validUntil\":\"" + Instant.now().plusSeconds(10) + "\",");

        // a public credential is the same on both nodes, and has its digest for an ETag
        HttpResponse<String> there = issuer.api().fetch("/api/v1/profiles/" + VERA + "/credential");
        HttpResponse<String> here = other.api().fetch("/api/v1/profiles/" + VERA + "/credential");
        assertThat(here.statusCode()).as(here.body()).isEqualTo(200);
        assertThat(here.body()).isEqualTo(there.body()).contains("known as " + NAME);
        String tag = here.headers().firstValue("ETag").orElseThrow();
        assertThat(tag)
                .isEqualTo('"' + shown(other, VERA).path("credentialDigest").asString() + '"');
        assertThat(other.api()
                        .fetch("/api/v1/profiles/" + VERA + "/credential", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
        assertThat(other.management().metrics().lines())
                .anyMatch(line -> line.startsWith("grapevine_objects_answers_total{")
                        && line.contains("outcome=\"fetched\"")
                        && line.endsWith(" 1.0"));

        // a private one is not, whoever asks, and the answer says whom to ask
        assertThat(issuer.api()
                        .fetch("/api/v1/profiles/private-paul/credential")
                        .statusCode())
                .isEqualTo(200);
        NodeApi.Answer closed = NodeApi.answer(other.api().fetch("/api/v1/profiles/private-paul/credential"));
        assertThat(closed.status()).isEqualTo(403);
        assertThat(closed.json().path("type").asString()).isEqualTo("/problems/private-credential");
        assertThat(closed.json().path("issuer").asString())
                .isEqualTo(shown(other, VERA).path("issuer").path("id").asString());

        // where several issuers have a username, the answer asks which one is meant
        publish("shared-sam", "Sam", "public", "");
        other.api().publish(People.named("shared-sam", "Sam"));
        NodeApi.Answer several = NodeApi.answer(other.api().fetch("/api/v1/profiles/shared-sam/credential"));
        assertThat(several.status()).isEqualTo(409);
        assertThat(several.json().path("type").asString()).isEqualTo("/problems/several-issuers");
        assertThat(several.json().path("issuers"))
                .extracting(named -> named.path("name").asString())
                .containsExactlyInAnyOrder("issuer", "other");
        assertThat(other.api()
                        .fetch("/api/v1/profiles/shared-sam/credential?issuer="
                                + closed.json().path("issuer").asString())
                        .statusCode())
                .isEqualTo(200);

        // revoked is revoked there too, and says so when it is verified
        JsonNode rita = NodeApi.answer(other.api().fetch("/api/v1/profiles/revoked-rita/credential"))
                .json();
        assertThat(other.api().verify(rita).json().path("verified").asBoolean()).isTrue();
        issuer.api().revoke("revoked-rita");
        awaitStatus("revoked-rita", "revoked");
        assertThat(other.api().fetch("/api/v1/profiles/revoked-rita/credential").statusCode())
                .isEqualTo(200);
        assertThat(other.api().verify(rita).json().at("/problemDetails/0/title").asString())
                .isEqualTo("REVOKED");

        // expiry is a matter of the reader's clock
        JsonNode emil = NodeApi.answer(other.api().fetch("/api/v1/profiles/expiring-emil/credential"))
                .json();
        awaitStatus("expiring-emil", "expired");
        assertThat(other.api().verify(emil).json().path("verified").asBoolean()).isFalse();

        // erased is gone
        assertThat(DatabaseText.of(otherDatabase).tablesWith(PERSONAL)).contains("profiles");
        HttpResponse<String> erased = issuer.api().eraseNamed(VERA);
        assertThat(erased.statusCode()).isEqualTo(204);
        String receipt = erased.headers().firstValue("Location").orElseThrow();
        await().atMost(PATIENCE).until(() -> other.api().lookUp(VERA).status() == 404);
        for (NodeProcess node : List.of(issuer, other)) {
            assertThat(node.api()
                            .fetch("/api/v1/profiles/" + VERA + "/credential")
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(DatabaseText.of(issuerDatabase).tablesWith(PERSONAL)).isEmpty();
        assertThat(DatabaseText.of(otherDatabase).tablesWith(PERSONAL)).isEmpty();

        // and the other node is seen to have erased, also after a restart
        String peerId = other.api().status().path("peerId").asString();
        await().atMost(ACKNOWLEDGED_WITHIN)
                .until(() -> acknowledged(receipt).path("peerId").asString("").equals(peerId));
        JsonNode first = acknowledged(receipt);
        assertThat(NodeApi.answer(issuer.api().fetch(receipt)).json().toString())
                .doesNotContain(PERSONAL);
        issuer.close();
        issuer.start().awaitReady();
        assertThat(acknowledged(receipt)).isEqualTo(first);
    }

    private JsonNode acknowledged(String receipt) {
        return NodeApi.answer(issuer.api().fetch(receipt)).json().at("/acknowledged/0");
    }

    private void publish(String username, String name, String visibility, String more) {
        NodeApi.Answer answer = issuer.api().publish("""
                {%s"username":"%s","displayName":"%s","visibility":"%s","claims":{"note":"known as %s"}}""".formatted(more, username, name, visibility, name));
        assertThat(answer.status()).as("%s", answer.json()).isEqualTo(201);
        awaitStatus(username, "active");
    }

    private void awaitStatus(String username, String status) {
        await(username + " is " + status)
                .atMost(PATIENCE)
                .until(() -> shown(other, username).path("status").asString("").equals(status));
    }

    private static JsonNode shown(NodeProcess node, String username) {
        return node.api().lookUp(username).json().at("/attestations/0");
    }
}
