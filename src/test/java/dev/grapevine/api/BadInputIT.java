package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bad input gets a clear answer, and after each the node serves on. */
class BadInputIT extends RealNode {

    private static final String JSON = "application/json";
    private static final String PROFILES = "/api/v1/profiles";
    private static final int MIB = 1024 * 1024;

    @AfterEach
    void theNodeServesOn() throws Exception {
        String name = "after" + System.nanoTime();
        assertThat(post("{\"username\":\"" + name + "\",\"displayName\":\"After\"}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(get(PROFILES + "/" + name).statusCode()).isEqualTo(200);
    }

    @Test
    void anUnknownField() throws Exception {
        violates(post("{\"username\":\"bad1\",\"displayName\":\"Bad\",\"shoeSize\":38}"), "/shoeSize");
        isUnknown("bad1");
    }

    @Test
    void aValueOfTheWrongType() throws Exception {
        violates(post("{\"username\":\"bad2\",\"displayName\":7}"), "/displayName");
        isUnknown("bad2");
    }

    @Test
    void aBodyOfTenMebibytes() throws Exception {
        byte[] tooLong = new byte[10 * MIB];
        Arrays.fill(tooLong, (byte) ' ');
        is(send("POST", PROFILES, JSON, tooLong), 413, "content-too-large");
    }

    @Test
    void textThatIsNotUtf8() throws Exception {
        byte[] body = "{\"username\":\"bad3\",\"displayName\":\"B?d\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[new String(body, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte) 0xe4; // ä in Latin-1
        is(send("POST", PROFILES, JSON, body), 400, "invalid-request");
        isUnknown("bad3");
    }

    @Test
    void theCharacterNull() throws Exception {
        is(post("{\"username\":\"bad4\",\"displayName\":\"B\\u0000d\"}"), 400, "invalid-request");
        isUnknown("bad4");
    }

    @Test
    void deepJson() throws Exception {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        is(
                post("{\"username\":\"bad5\",\"displayName\":\"Bad\",\"publicClaims\":{\"a\":" + deep + "}}"),
                400,
                "invalid-request");
        isUnknown("bad5");
        HttpResponse<String> verified =
                send("POST", "/credentials/verify", JSON, deep.getBytes(StandardCharsets.UTF_8));
        assertThat(verified.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a%2Fb", "\ud83d\ude00", "import", "lookup", "stream", "", "ADA", "..", "a b"})
    void aUsernameThatIsNone(String username) throws Exception {
        violates(post("{\"username\":\"" + username + "\",\"displayName\":\"Bad\"}"), "/username");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%2Fb", "%F0%9F%98%80", "a%00b", "a;b", "..%2Fkeys", "%2e%2e"})
    void aPathThatNamesNobody(String segment) throws Exception {
        HttpResponse<String> answer = get(PROFILES + "/" + segment);
        assertThat(answer.statusCode()).isIn(400, 404);
        assertThat(problem(answer).path("type").asString()).startsWith("/problems/");
    }

    @Test
    void aSlashInAUsernameIsAnotherPath() throws Exception {
        is(send("DELETE", PROFILES + "/a/b", null, new byte[0]), 404, "not-found");
    }

    @Test
    void validUntilInThePast() throws Exception {
        violates(
                post("{\"username\":\"bad6\",\"displayName\":\"Bad\",\"validUntil\":\"2020-01-01T00:00:00Z\"}"),
                "/validUntil");
        isUnknown("bad6");
    }

    @Test
    void aUsernameThatIsTaken() throws Exception {
        String name = "taken" + System.nanoTime();
        post("{\"username\":\"" + name + "\",\"displayName\":\"First\"}");
        is(post("{\"username\":\"" + name + "\",\"displayName\":\"Second\"}"), 409, "username-taken");
        assertThat(get(PROFILES + "/" + name).body()).contains("First").doesNotContain("Second");
    }

    @Test
    void aBodyOfTheWrongKind() throws Exception {
        HttpResponse<String> answer = send("POST", PROFILES, "text/plain", "ada".getBytes(StandardCharsets.UTF_8));
        is(answer, 415, "unsupported-media-type");
        assertThat(problem(answer).path("detail").asString()).contains(JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/json;charset=utf-16"})
    void anAnswerOfAKindThatThereIsNot(String accept) throws Exception {
        is(
                HTTP.send(
                        HttpRequest.newBuilder(uri("/api/v1/issuers"))
                                .header("Accept", accept)
                                .build(),
                        BodyHandlers.ofString()),
                406,
                "not-acceptable");
    }

    @Test
    void aMethodThatThePathDoesNotHave() throws Exception {
        is(send("PATCH", PROFILES + "/ada", JSON, "{}".getBytes(StandardCharsets.UTF_8)), 405, "method-not-allowed");
    }

    @Test
    void aClientThatLeavesInMidImport() throws Exception {
        String name = "leaver" + System.nanoTime();
        String line = "{\"username\":\"" + name + "\",\"displayName\":\"Leaver\"}\n";
        try (Wire wire = new Wire(port())) {
            wire.send("POST /api/v1/profiles/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + KEY
                    + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: 1000000\r\n\r\n" + line
                    + "{\"username\":\"cut");
            await("the whole line is published")
                    .until(() -> get(PROFILES + "/" + name).statusCode() == 200);
        }
        isUnknown("cut");
    }

    private HttpResponse<String> post(String json) throws Exception {
        return send("POST", PROFILES, JSON, json.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String method, String path, String type, byte[] body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + KEY)
                .method(method, BodyPublishers.ofByteArray(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private void isUnknown(String username) throws Exception {
        assertThat(get(PROFILES + "/" + username).statusCode()).isEqualTo(404);
    }

    private static void violates(HttpResponse<String> answer, String pointer) {
        is(answer, 400, "invalid-request");
        List<String> pointers = problem(answer)
                .path("errors")
                .valueStream()
                .map(error -> error.path("pointer").asString())
                .toList();
        assertThat(pointers).contains(pointer);
    }

    private static void is(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(problem(answer).path("type").asString()).isEqualTo("/problems/" + type);
        assertThat(problem(answer).path("detail").asString()).isNotBlank();
    }

    private static JsonNode problem(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
