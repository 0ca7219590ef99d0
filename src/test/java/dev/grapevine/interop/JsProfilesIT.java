package dev.grapevine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.NodeApplication;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileEvent;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.storage.TestPostgres;
import dev.grapevine.testapi.OneAtATime;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** A js-libp2p peer on the profile topic: it reads and verifies what we publish, and cannot make us believe what it says. */
@SpringBootTest(
        classes = NodeApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "grapevine.network=" + JsProfilesIT.NETWORK,
            "grapevine.p2p.listen=/ip4/127.0.0.1/udp/0/quic-v1",
            "grapevine.api-key=" + JsProfilesIT.KEY,
            "management.server.port=0"
        })
@AutoConfigureWebTestClient
@OneAtATime
class JsProfilesIT {

    static final String NETWORK = "js-profiles";
    static final String KEY = "correct-horse-battery-staple";
    private static final String TOPIC = "grapevine/" + NETWORK + "/profiles/1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path dataDirectory;

    @Autowired
    private WebTestClient client;

    @Autowired
    private IssuerIdentity issuer;

    @Autowired
    private MeterRegistry meters;

    private JsPeer js;
    private JsPeer other;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        String url = TestPostgres.newDatabase();
        registry.add("grapevine.db.url", () -> url);
        registry.add("grapevine.data-dir", () -> dataDirectory.resolve("node").toString());
    }

    @BeforeEach
    void connect() {
        JsonNode status = status();
        js = connected(status);
        other = connected(status);
    }

    @AfterEach
    void disconnect() {
        js.close();
        other.close();
    }

    @Test
    void jsReceivesAndVerifiesAProfilePublishedByRest() {
        publish("ada");

        await().atMost(PATIENCE).until(() -> !js.messages(TOPIC).isEmpty());
        JsPeer.Message message = js.messages(TOPIC).getFirst();
        assertThat(message.from()).isEqualTo(status().get("peerId").asString());
        assertThat(js.openProfiles(message.data(), NETWORK)).singleElement().satisfies(event -> {
            assertThat(event.get("change").asString()).isEqualTo("published");
            assertThat(event.get("body").get("username").asString()).isEqualTo("ada");
            assertThat(event.get("body").get("publicClaims").get("city").asString())
                    .isEqualTo("London");
            assertThat(event.toString()).doesNotContain("birthDate");
            JsonNode found = lookUp("ada").get("attestations").get(0);
            assertThat(event.get("hash")).isEqualTo(found.get("eventHash"));
            assertThat(event.get("sequence").asLong())
                    .isEqualTo(found.get("sequence").asLong());
        });
    }

    @Test
    void whatJsForgesIsRefusedAndGoesNoFurther() {
        publish("grace");
        await().atMost(PATIENCE).until(() -> !js.messages(TOPIC).isEmpty());
        byte[] genuine = js.messages(TOPIC).getFirst().data();

        double before = rejected();
        js.publish(TOPIC, "no profile message".getBytes(UTF_8));
        js.publish(TOPIC, forgedAfter(genuine));
        await().atMost(PATIENCE).until(() -> rejected() == before + 2);

        long head = ProfileMessage.decode(genuine).entries().getLast().event().sequence();
        assertThat(status().get("heads").get(0).get("sequence").asLong()).isEqualTo(head);
        publish("hedy");
        await().atMost(PATIENCE).until(() -> other.messages(TOPIC).size() == 2);
        assertThat(other.messages(TOPIC))
                .allSatisfy(message -> assertThat(message.from()).isNotEqualTo(js.peerId()));
    }

    /** The next event of our issuer's log, right in everything but the key that signed it. */
    private byte[] forgedAfter(byte[] genuine) {
        SignedEvent last = ProfileMessage.decode(genuine).entries().getLast().event();
        ProfileEvent next = new ProfileEvent(
                issuer.id(),
                last.sequence() + 1,
                Optional.of(last.hash()),
                last.event().occurredAtMillis(),
                new Change.Revoked(((Change.Published) last.event().change()).profileId(), Optional.empty()));
        SignedEvent forged = SignedEvent.sign(next, PrivateKey.generate(new SecureRandom()), NETWORK);
        return new ProfileMessage(List.of(new LogEntry(forged, Optional.empty()))).encode();
    }

    private JsPeer connected(JsonNode status) {
        JsPeer peer = JsPeer.start();
        peer.subscribe(TOPIC);
        peer.dial(status.get("addresses").get(0).asString());
        String self = status.get("peerId").asString();
        await().atMost(PATIENCE).until(() -> peer.mesh(TOPIC).contains(self));
        return peer;
    }

    private double rejected() {
        return meters.get("grapevine.gossip.messages")
                .tag("outcome", "rejected")
                .functionCounter()
                .count();
    }

    private void publish(String username) {
        client.post()
                .uri("/api/v1/profiles")
                .header("Authorization", "Bearer " + KEY)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("""
                        {"username": "%s", "displayName": "Somebody",
                         "claims": {"birthDate": "1815-12-10"}, "publicClaims": {"city": "London"}}""".formatted(username))
                .exchange()
                .expectStatus()
                .isCreated();
    }

    private JsonNode lookUp(String username) {
        return get("/api/v1/profiles/" + username);
    }

    private JsonNode status() {
        return get("/api/v1/network/status");
    }

    private JsonNode get(String path) {
        return client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(JsonNode.class)
                .returnResult()
                .getResponseBody();
    }
}
