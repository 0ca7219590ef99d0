package dev.grapevine.node.registry.web;

import dev.grapevine.node.storage.TestPostgres;
import dev.grapevine.testapi.OneAtATime;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node by itself with a database of its own, the same one for all tests of the profile endpoints. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "grapevine.network=profile-api",
            "grapevine.p2p.listen=/ip4/127.0.0.1/udp/0/quic-v1",
            "grapevine.issuer.name=University",
            "grapevine.api-key=" + OneNode.KEY,
            "grapevine.db.timeout=60s", // tests hold locks
            "management.server.port=0"
        })
@AutoConfigureWebTestClient
@OneAtATime
abstract class OneNode {

    static final String KEY = "correct-horse-battery-staple";

    @Autowired
    WebTestClient bare;

    WebTestClient client;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) throws IOException {
        String url = TestPostgres.newDatabase();
        String directory = Files.createTempDirectory("grapevine-test").toString();
        registry.add("grapevine.db.url", () -> url);
        registry.add("grapevine.data-dir", () -> directory);
    }

    @BeforeEach
    void authorise() {
        client = bare.mutate()
                .defaultHeader("Authorization", "Bearer " + KEY)
                .responseTimeout(Duration.ofMinutes(2))
                .build();
    }

    static String person(String username, String displayName) {
        return "{\"username\":\"%s\",\"displayName\":\"%s\"}".formatted(username, displayName);
    }

    /** Sends JSON; an empty body sends none. */
    WebTestClient.ResponseSpec send(HttpMethod method, String path, String body) {
        WebTestClient.RequestBodySpec request = client.method(method).uri(path);
        return body.isEmpty()
                ? request.exchange()
                : request.contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(body)
                        .exchange();
    }

    /** What is answered, as JSON. */
    static JsonNode json(WebTestClient.ResponseSpec answer) {
        byte[] body = answer.expectBody().returnResult().getResponseBody();
        return body == null
                ? JsonMapper.shared().missingNode()
                : JsonMapper.shared().readTree(body);
    }
}
