package dev.grapevine.node.credential.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VocabularyControllerTest {

    private final WebTestClient client;

    VocabularyControllerTest() throws IOException {
        client = WebTestClient.bindToController(new VocabularyController()).build();
    }

    private JsonNode get(String path) {
        byte[] body = client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("application/ld+json")
                .expectHeader()
                .valueEquals("Cache-Control", "max-age=86400, public")
                .expectBody()
                .returnResult()
                .getResponseBody();
        return JsonMapper.shared().readTree(new String(Objects.requireNonNull(body), StandardCharsets.UTF_8));
    }

    @Test
    void everyTermOfTheContextIsAWordOfTheVocabulary() {
        List<String> terms = get("/vocabularies/profile/v1").path("@context").properties().stream()
                .filter(term -> !term.getKey().startsWith("@"))
                .map(term -> term.getValue().stringValue())
                .toList();
        JsonNode words = get("/vocabularies/profile").path("isDefinedBy");

        assertThat(words.valueStream().map(word -> word.path("id").stringValue()))
                .hasSizeGreaterThan(1)
                .containsExactlyInAnyOrderElementsOf(terms);
        assertThat(words).allSatisfy(word -> {
            assertThat(word.path("label").stringValue()).isNotBlank();
            assertThat(word.path("comment").stringValue()).isNotBlank();
        });
    }
}
