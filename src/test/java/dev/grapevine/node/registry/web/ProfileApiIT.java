package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProfileApiIT extends OneNode {

    private static final MediaType NDJSON = MediaType.APPLICATION_NDJSON;
    private static final MediaType CSV = MediaType.parseMediaType("text/csv");

    @Test
    void aProfileLivesFromPublishingToErasure() {
        client.post()
                .uri("/api/v1/profiles")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Requests.EXAMPLE)
                .exchange()
                .expectStatus()
                .isCreated()
                .expectHeader()
                .location("/api/v1/profiles/ada")
                .expectBody()
                .jsonPath("$.profile.username")
                .isEqualTo("ada")
                .jsonPath("$.profile.status")
                .isEqualTo("active")
                .jsonPath("$.credential.credentialSubject.birthDate")
                .isEqualTo("1815-12-10")
                .jsonPath("$.credential.proof.cryptosuite")
                .isEqualTo("eddsa-jcs-2022");
        bare.get()
                .uri("/api/v1/profiles/ada")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.username")
                .isEqualTo("ada")
                .jsonPath("$.registryState")
                .exists()
                .jsonPath("$.attestations.length()")
                .isEqualTo(1)
                .jsonPath("$.attestations[0].issuer.name")
                .isEqualTo("University")
                .jsonPath("$.attestations[0].issuer.trust")
                .isEqualTo("trusted")
                .jsonPath("$.attestations[0].publicClaims.degree")
                .isEqualTo("BSc Mathematics")
                .jsonPath("$.attestations[0].publicClaims.birthDate")
                .doesNotExist()
                .jsonPath("$.attestations[0].receivedFrom")
                .isEmpty();
        status(HttpMethod.POST, "/api/v1/profiles", Requests.EXAMPLE, 409);
        String changed = Requests.EXAMPLE.replace("Ada Lovelace", "Ada King");
        client.put()
                .uri("/api/v1/profiles/ada")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(changed)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.profile.displayName")
                .isEqualTo("Ada King");
        status(HttpMethod.PUT, "/api/v1/profiles/ada", changed, 200);
        client.post()
                .uri("/api/v1/profiles/ada/revoke")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.profile.status")
                .isEqualTo("revoked");
        status(HttpMethod.PUT, "/api/v1/profiles/ada", changed, 409);
        client.delete().uri("/api/v1/profiles/ada").exchange().expectStatus().isNoContent();
        client.delete().uri("/api/v1/profiles/ada").exchange().expectStatus().isNotFound();
        bare.get()
                .uri("/api/v1/profiles/ada")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.registryState")
                .exists()
                .jsonPath("$.type")
                .isEqualTo("/problems/unknown-profile");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'username':'x1','displayName':'X','extra':1}|/extra",
                "{'username':'x1','displayName':7}|/displayName",
                "{'username':'x1'}|/displayName",
                "{'username':'X1','displayName':'X'}|/username",
                "{'username':'import','displayName':'X'}|/username",
                "{'username':'x1','displayName':'X','validUntil':'2001-01-01T00:00:00Z'}|/validUntil",
                "{'username':'x1','displayName':'X','validUntil':'tomorrow'}|/validUntil",
                "{'username':'x1','displayName':'X','visibility':'secret'}|/visibility",
                "{'username':'x1','displayName':'X','claims':[]}|/claims",
                "{'username':'x1','displayName':'X','claims':{'id':'y'}}|/claims/id",
                "{'username':'x1','displayName':'X','evidence':'passport'}|/evidence",
                "{'username':'x1','displayName':'X','displayName':'Y'}|``",
                "{'username':'x1','displayName':'A\\u0000'}|``",
                "{'username':'x1','displayName':'\\ud800'}|``",
                "[1]|``",
                "nonsense|``"
            })
    void aBadRequestIsToldWhichFieldIsWrong(String json, String pointer) {
        client.post()
                .uri("/api/v1/profiles")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json.replace('\'', '"'))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/invalid-request")
                .jsonPath("$.errors[0].pointer")
                .isEqualTo(pointer);
    }

    @Test
    void writingNeedsTheKey() {
        bare.post()
                .uri("/api/v1/profiles")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Requests.EXAMPLE)
                .exchange()
                .expectStatus()
                .isUnauthorized();
    }

    @Test
    void aRosterIsImportedOnceHoweverOftenItIsSent() {
        String roster = IntStream.range(0, 3000)
                .mapToObj(i -> "{\"username\":\"roster%d\",\"displayName\":\"Person %d\"}".formatted(i, i))
                .collect(Collectors.joining("\n"));
        List<JsonNode> first = importRoster(NDJSON, roster);
        assertThat(first)
                .hasSize(3000)
                .allSatisfy(line -> assertThat(line.path("status").asString()).isEqualTo("published"));
        assertThat(first.get(2999).path("line").asInt()).isEqualTo(3000);
        assertThat(importRoster(NDJSON, roster))
                .hasSize(3000)
                .allSatisfy(line -> assertThat(line.path("status").asString()).isEqualTo("unchanged"));
    }

    @Test
    void aRosterMayBeginWithAByteOrderMark() {
        List<JsonNode> lines = importRoster(NDJSON, "\uFEFF" + person("bom", "Bom") + "\n");
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.path("status").asString()).isEqualTo("published"));
    }

    @Test
    void whatIsTooLargeOrTooDeepForThePublicPartIsSaidSo() {
        String large =
                "{\"username\":\"x1\",\"displayName\":\"X\",\"publicClaims\":{\"a\":\"" + "x".repeat(8 * 1024) + "\"}}";
        JsonNode problem = json(send(HttpMethod.POST, "/api/v1/profiles", large));
        assertThat(problem.at("/errors/0/pointer").asString()).isEqualTo("/publicClaims");
        assertThat(problem.at("/errors/0/detail").asString()).contains("8192");
        String deep =
                "{\"username\":\"x1\",\"displayName\":\"X\",\"claims\":" + "{\"a\":".repeat(20) + "1" + "}".repeat(21);
        send(HttpMethod.POST, "/api/v1/profiles", deep).expectStatus().isBadRequest();
    }

    @Test
    void aBadLineStopsNothing() {
        String roster = """
                {"username":"good1","displayName":"Good"}
                nonsense

                {"username":"good2","displayName":"Good","extra":true}
                {"username":"good3","displayName":"Good"}
                {"username":"good3","displayName":"Good"}
                {"username":"good3","displayName":"Better"}
                """ + "x".repeat(RecordSplitter.MAX_RECORD_BYTES + 1)
                + "\n{\"username\":\"good4\",\"displayName\":\"G\"}";
        List<JsonNode> lines = importRoster(NDJSON, roster);
        assertThat(lines.stream()
                        .map(line -> line.path("line").asInt() + " "
                                + line.path("status").asString()))
                .containsExactly(
                        "1 published",
                        "2 error",
                        "4 error",
                        "5 published",
                        "6 unchanged",
                        "7 updated",
                        "8 error",
                        "9 published");
        assertThat(lines.get(2).path("errors").path(0).path("pointer").asString())
                .isEqualTo("/extra");
    }

    @Test
    void csvHasColumnsForClaimsAndQuotesThatSpanLines() {
        String roster = "\uFEFFusername,displayName,publicClaims.degree,claims.birthDate,evidence\r\n"
                + "csv1,\"Line one\r\nLine \"\"two\"\"\",BSc,1815-12-10,passport\r\n"
                + "csv2,Two,,,\r\n"
                + "csv3,too,few\r\n";
        List<JsonNode> lines = importRoster(CSV, roster);
        assertThat(lines.stream()
                        .map(line -> line.path("line").asInt() + " "
                                + line.path("status").asString()))
                .containsExactly("2 published", "4 published", "5 error");
        bare.get()
                .uri("/api/v1/profiles/csv1")
                .exchange()
                .expectBody()
                .jsonPath("$.attestations[0].displayName")
                .isEqualTo("Line one\r\nLine \"two\"")
                .jsonPath("$.attestations[0].publicClaims.degree")
                .isEqualTo("BSc");
    }

    @Test
    void aCsvHeaderThatIsNotRightIsABadRequest() {
        client.post()
                .uri("/api/v1/profiles/import")
                .contentType(CSV)
                .bodyValue("username,shoeSize\nada,38\n")
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].detail")
                .value(detail -> assertThat((String) detail).contains("shoeSize"));
    }

    @Test
    void theIssuersAreListed() {
        bare.get()
                .uri("/api/v1/issuers")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.issuers[0].name")
                .isEqualTo("University")
                .jsonPath("$.issuers[0].id")
                .value(id -> assertThat((String) id).startsWith("did:key:z6Mk"));
    }

    private void status(HttpMethod method, String path, String body, int status) {
        client.method(method)
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    private List<JsonNode> importRoster(MediaType type, String roster) {
        byte[] answer = client.post()
                .uri("/api/v1/profiles/import")
                .contentType(type)
                .bodyValue(roster.getBytes(StandardCharsets.UTF_8))
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(NDJSON)
                .expectBody()
                .returnResult()
                .getResponseBody();
        return Arrays.stream(new String(answer, StandardCharsets.UTF_8).split("\n"))
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    @Test
    void profilesAreBrowsedPageByPage() {
        for (String username : List.of("browse.a", "browse.b", "browse.c")) {
            client.post()
                    .uri("/api/v1/profiles")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{\"username\":\"%s\",\"displayName\":\"Somebody\"}".formatted(username))
                    .exchange()
                    .expectStatus()
                    .isCreated();
        }
        String next = "/api/v1/profiles?prefix=browse.&status=active&limit=2";
        List<String> seen = new ArrayList<>();
        while (next != null) {
            var page = client.get()
                    .uri(next)
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody(JsonNode.class)
                    .returnResult();
            JsonNode body = Objects.requireNonNull(page.getResponseBody());
            body.path("profiles").forEach(profile -> {
                assertThat(profile.path("status").asString()).isEqualTo("active");
                assertThat(profile.path("issuer").path("name").asString()).isEqualTo("University");
                seen.add(profile.path("username").asString());
            });
            String link = page.getResponseHeaders().getFirst("Link");
            assertThat(body.has("next")).isEqualTo(link != null);
            next = link == null ? null : link.replaceFirst("^<(.*)>; rel=\"next\"$", "$1");
            assertThat(next).isNotEqualTo(link == null ? "" : link);
        }
        assertThat(seen).containsExactly("browse.a", "browse.b", "browse.c");
    }

    @ParameterizedTest
    @CsvSource({
        "prefix=Ada, prefix",
        "prefix=a/b, prefix",
        "issuer=did:web:example.org, issuer",
        "issuer=, issuer",
        "status=erased, status",
        "cursor=, cursor",
        "cursor=did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK, cursor",
        "limit=0, limit",
        "limit=101, limit"
    })
    void whatCannotBeBrowsedIsNamed(String query, String parameter) {
        client.get()
                .uri("/api/v1/profiles?" + query)
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/invalid-request")
                .jsonPath("$.errors[0].pointer")
                .isEqualTo(parameter);
    }

    @Test
    void browsingNeedsAKeyAndItsLimitIsANumber() {
        bare.get().uri("/api/v1/profiles").exchange().expectStatus().isUnauthorized();
        client.get()
                .uri("/api/v1/profiles?limit=many")
                .exchange()
                .expectStatus()
                .isBadRequest();
        client.get().uri("/api/v1/profiles?limit=100").exchange().expectStatus().isOk();
    }
}
