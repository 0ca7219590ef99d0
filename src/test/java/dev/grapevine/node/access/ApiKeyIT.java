package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.start.StartProblem;
import dev.grapevine.testapi.TestApi;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.test.StepVerifier;

/** The key that a node makes when none is configured. */
@SpringBootTest(classes = TestApi.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureWebTestClient
@ExtendWith(OutputCaptureExtension.class)
class ApiKeyIT {

    @Autowired
    private ApiKeys keys;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private FirstApiKey first;

    @Autowired
    private WebTestClient client;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestApi.database(registry);
    }

    @Test
    void isShownOnceAndOpensTheApi(CapturedOutput output) {
        StepVerifier.create(database.sql("DELETE FROM api_key").fetch().rowsUpdated())
                .expectNext(1L)
                .verifyComplete();
        int before = output.getOut().length();
        first.start();
        first.start();

        String printed = output.getOut().substring(before);
        assertThat(printed).containsOnlyOnce("==> API key: gv_");
        String key = printed.replaceAll("(?s).*==> API key: (\\S+).*", "$1");
        assertThat(key).matches("gv_[A-Za-z0-9_-]{43}");
        // A few seconds may pass until the node notices; it has not been asked for a key before.
        client.delete()
                .uri("/api/v1/profiles/ada")
                .headers(headers -> headers.setBearerAuth(key))
                .exchange()
                .expectStatus()
                .isOk();
        StepVerifier.create(database.sql("SELECT encode(hash, 'hex') AS hash FROM api_key")
                        .map(row -> row.get("hash", String.class))
                        .all())
                .assertNext(hash -> assertThat(hash).hasSize(64))
                .verifyComplete();
    }

    @Test
    void mustBeLongEnoughWhereItIsConfiguredAndIsNotRepeatedInTheError() {
        AccessProperties properties = new AccessProperties("short-key", new AccessProperties.Cors(List.of("*")));

        assertThatThrownBy(() -> new ApiKeys(properties, database))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("is not 16 to 512 characters")
                .message()
                .doesNotContain("short-key");
    }

    @Test
    void countsAloneWhereItIsConfigured() {
        String configured = "correct-horse-battery-staple";
        ApiKeys alone =
                new ApiKeys(new AccessProperties(configured, new AccessProperties.Cors(List.of("*"))), database);

        StepVerifier.create(alone.accepts(configured)).expectNext(true).verifyComplete();
        StepVerifier.create(alone.addFirst("gv_anything-else-at-all"))
                .expectNext(false)
                .verifyComplete();
        StepVerifier.create(alone.accepts("gv_anything-else-at-all"))
                .expectNext(false)
                .verifyComplete();
    }

    @Test
    void isWrongWhenItIsTooLongToBeOne() {
        StepVerifier.create(keys.accepts("x".repeat(ApiKey.MAX_LENGTH + 1)))
                .expectNext(false)
                .verifyComplete();
    }
}
