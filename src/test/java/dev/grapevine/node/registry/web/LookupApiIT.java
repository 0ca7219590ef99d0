package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lookups by exact username: one, conditionally, and many. */
class LookupApiIT extends OneNode {

    @Test
    void anAnswerThatTheClientHasIsNotSentAgain() {
        publish("etag1");
        String tag = tag("etag1");
        assertThat(tag).startsWith("W/\"");
        conditional("etag1", "\"other\", " + tag)
                .expectStatus()
                .isNotModified()
                .expectHeader()
                .valueEquals(HttpHeaders.ETAG, tag)
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "no-cache")
                .expectBody()
                .isEmpty();
        conditional("etag1", "*").expectStatus().isNotModified();
        conditional("etag1", "\"other\"").expectStatus().isOk();
        send(HttpMethod.PUT, "/api/v1/profiles/etag1", person("etag1", "Other"))
                .expectStatus()
                .isOk();
        conditional("etag1", tag)
                .expectStatus()
                .isOk()
                .expectHeader()
                .value(HttpHeaders.ETAG, changed -> assertThat(changed).isNotEqualTo(tag));
    }

    @Test
    void headTellsWhatGetWould() {
        publish("head1");
        HttpHeaders got = bare.get()
                .uri("/api/v1/profiles/head1")
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseHeaders();
        HttpHeaders head = bare.head()
                .uri("/api/v1/profiles/head1")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .isEmpty()
                .getResponseHeaders();
        assertThat(head.getETag()).isEqualTo(got.getETag());
        assertThat(head.getContentLength()).isEqualTo(got.getContentLength());
    }

    @ParameterizedTest
    @CsvSource({"nobody", "\uD83D\uDE00", "NOT-A-NAME", "import", "lookup", "a b", "\u00e4da"})
    void whatNobodyIsCalledIsNotFound(String username) {
        bare.get()
                .uri("/api/v1/profiles/{username}", username)
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/unknown-profile")
                .jsonPath("$.registryState")
                .isEqualTo("isolated");
    }

    @Test
    void manyAreAnsweredInTheOrderAsked() {
        publish("batch1");
        publish("batch2");
        List<JsonNode> lines = lines(lookup("[\"batch2\",\"nobody\",\"batch1\",\"A \\\"name\\\"\",\"batch2\"]")
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.APPLICATION_NDJSON));
        assertThat(lines)
                .extracting(line -> line.path("username").asString())
                .containsExactly("batch2", "nobody", "batch1", "A \"name\"", "batch2");
        assertThat(lines).extracting(line -> line.path("attestations").size()).containsExactly(1, 0, 1, 0, 1);
        JsonNode one = json(bare.get().uri("/api/v1/profiles/batch2").exchange());
        assertThat(lines.getFirst()).isEqualTo(one);
    }

    @Test
    void aThousandNamesAreAnsweredAndOneMoreIsRefused() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < LookupController.MAX_USERNAMES; i++) {
            names.add("\"many" + i + "\"");
        }
        assertThat(lines(lookup(names.toString()).expectStatus().isOk())).hasSize(LookupController.MAX_USERNAMES);
        names.add("\"many\"");
        refused("{\"usernames\":" + names + "}", "/usernames");
        assertThat(lookup("[]")
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBody())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/usernames",
                "{'usernames':'ada'}|/usernames",
                "{'usernames':['ada',7]}|/usernames/1",
                "{'usernames':['ada'],'extra':1}|``",
                "{'usernames':['\\ud800']}|``",
                "['ada']|``",
                "nonsense|``"
            })
    void aBadBatchIsRefusedAsAWhole(String json, String pointer) {
        refused(json.replace('\'', '"'), pointer);
    }

    private void refused(String json, String pointer) {
        bare.post()
                .uri("/api/v1/profiles/lookup")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.errors[0].pointer")
                .isEqualTo(pointer);
    }

    private void publish(String username) {
        send(HttpMethod.POST, "/api/v1/profiles", person(username, "Person"))
                .expectStatus()
                .isCreated();
    }

    private WebTestClient.ResponseSpec lookup(String usernames) {
        return bare.post()
                .uri("/api/v1/profiles/lookup")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"usernames\":" + usernames + "}")
                .exchange();
    }

    private WebTestClient.ResponseSpec conditional(String username, String tags) {
        return bare.get()
                .uri("/api/v1/profiles/" + username)
                .header(HttpHeaders.IF_NONE_MATCH, tags)
                .exchange();
    }

    private String tag(String username) {
        return String.valueOf(bare.get()
                .uri("/api/v1/profiles/" + username)
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseHeaders()
                .getETag());
    }

    private static List<JsonNode> lines(WebTestClient.ResponseSpec answer) {
        byte[] body = answer.expectBody().returnResult().getResponseBody();
        return Arrays.stream(new String(body, StandardCharsets.UTF_8).split("\n"))
                .map(JsonMapper.shared()::readTree)
                .toList();
    }
}
