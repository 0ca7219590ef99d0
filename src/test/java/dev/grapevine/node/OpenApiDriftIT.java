package dev.grapevine.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.storage.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The published API description is what the code says. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "grapevine.network=openapi-drift",
            "grapevine.p2p.listen=/ip4/127.0.0.1/udp/0/quic-v1",
            "grapevine.api-key=correct-horse-battery-staple",
            "management.server.port=0"
        })
@AutoConfigureWebTestClient
class OpenApiDriftIT {

    private static final Path FILE = Path.of("openapi", "openapi.yaml");
    private static final String UPDATE = "openapi.update";

    @TempDir
    static Path dataDirectory;

    @Autowired
    private WebTestClient client;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        String url = TestPostgres.newDatabase();
        registry.add("grapevine.db.url", () -> url);
        registry.add("grapevine.data-dir", () -> dataDirectory.resolve("node").toString());
    }

    @Test
    void theFileDescribesTheApiOfTheCode() throws IOException {
        byte[] body = client.get()
                .uri("/v3/api-docs.yaml")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        String code = new String(body, StandardCharsets.UTF_8);
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, code);
        }

        assertThat(FILE)
                .as(
                        "the description of the API in %s; where the API was meant to change, write the file anew by"
                                + " './mvnw verify -D%s=true' and commit it",
                        FILE, UPDATE)
                .exists()
                .content(StandardCharsets.UTF_8)
                .isEqualTo(code);
    }
}
