package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tries every cell of the table in docs/states.md. */
class StatesIT extends OneNode {

    private static final Path TABLE = Path.of("docs", "states.md");
    private static final String NO_SUCH_CASE = "–";
    private static final Duration UNTIL_EXPIRED = Duration.ofSeconds(20);
    private static final Duration STREAM_PATIENCE = Duration.ofSeconds(20);
    private static final ParameterizedTypeReference<ServerSentEvent<JsonNode>> EVENT =
            new ParameterizedTypeReference<>() {};

    /** Those that expire are made together, since that takes time. */
    private static final Map<String, Person> EXPIRED = new HashMap<>();

    record Cell(String call, String state, String expected) {

        /** Its person's username. */
        String username() {
            return "state-" + Integer.toHexString((call + state).hashCode());
        }

        @Override
        public String toString() {
            return call + ", " + state + ": " + expected;
        }
    }

    /** Somebody in some state, with what has been published of them. */
    private record Person(String username, String content, String profileId, List<JsonNode> credentials) {}

    static List<Cell> cells() throws IOException {
        List<List<String>> rows = Files.readAllLines(TABLE).stream()
                .filter(line -> line.startsWith("| "))
                .map(line -> Arrays.stream(line.split("\\|"))
                        .skip(1)
                        .map(String::strip)
                        .toList())
                .toList();
        List<String> states = rows.getFirst();
        return rows.stream()
                .skip(1)
                .flatMap(row -> IntStream.range(1, row.size())
                        .mapToObj(i -> new Cell(row.getFirst(), states.get(i), row.get(i))))
                .filter(cell -> !cell.expected.equals(NO_SUCH_CASE))
                .toList();
    }

    @BeforeEach
    void makeThoseThatExpire() throws IOException {
        if (!EXPIRED.isEmpty()) {
            return;
        }
        for (Cell cell : cells()) {
            if (cell.state.equals("expired")) {
                Person first = publish(cell.username());
                Instant soon = Instant.now().plusSeconds(2);
                EXPIRED.put(cell.username(), update(first, "\"validUntil\":\"" + soon + "\","));
            }
        }
        for (String username : EXPIRED.keySet()) {
            await().atMost(UNTIL_EXPIRED).until(() -> shown(username).equals("expired"));
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everyCallInEveryState(Cell cell) {
        Person person = in(cell.state, cell.username());
        String answer = call(cell.call, cell.state, person);
        assertThat(answer + " → " + shown(person.username)).isEqualTo(cell.expected);
    }

    private Person in(String state, String username) {
        return switch (state) {
            case "never published" ->
                new Person(username, content(username, "First", ""), "00000000-0000-4000-8000-000000000000", List.of());
            case "published" -> publish(username);
            case "updated" -> update(publish(username), "");
            case "revoked" -> {
                Person person = update(publish(username), "");
                send(HttpMethod.POST, path(username) + "/revoke", "")
                        .expectStatus()
                        .isOk();
                yield person;
            }
            case "expired" -> EXPIRED.get(username);
            case "erased" -> {
                Person person = update(publish(username), "");
                send(HttpMethod.DELETE, path(username), "").expectStatus().isNoContent();
                yield person;
            }
            default -> throw new IllegalArgumentException(state);
        };
    }

    private String call(String call, String state, Person person) {
        String other = content(person.username, "Other", "");
        return switch (call) {
            case "`POST`" -> answer(send(HttpMethod.POST, "/api/v1/profiles", other));
            case "`PUT`, other content" -> answer(send(HttpMethod.PUT, path(person.username), other));
            case "`PUT`, same content" -> answer(send(HttpMethod.PUT, path(person.username), person.content));
            case "revoke" -> answer(send(HttpMethod.POST, path(person.username) + "/revoke", ""));
            case "`DELETE`" -> answer(send(HttpMethod.DELETE, path(person.username), ""));
            case "import line, other content" -> imported(other);
            case "import line, same content" -> imported(person.content);
            case "`GET` by name" -> found(send(HttpMethod.GET, path(person.username), ""), "/attestations/0/status");
            case "`GET` by profile id" ->
                found(
                        send(HttpMethod.GET, "/api/v1/issuers/" + issuer() + "/profiles/" + person.profileId, ""),
                        "/status");
            case "`GET` the credential" -> answer(send(HttpMethod.GET, path(person.username) + "/credential", ""));
            case "`GET` the receipt for an erasure" ->
                answer(send(HttpMethod.GET, "/api/v1/erasures/" + person.profileId, ""));
            case "batch lookup" ->
                listed(
                        send(
                                HttpMethod.POST,
                                "/api/v1/profiles/lookup",
                                "{\"usernames\":[\"%s\"]}".formatted(person.username)),
                        "/attestations/0/status");
            case "browse" ->
                listed(send(HttpMethod.GET, "/api/v1/profiles?prefix=" + person.username, ""), "/profiles/0/status");
            case "stream, its last event" -> streamed(person, state);
            case "verify the newest credential" -> verified(person.credentials.getLast());
            case "verify the credential before it" -> verified(person.credentials.getFirst());
            default -> throw new IllegalArgumentException(call);
        };
    }

    private Person publish(String username) {
        String content = content(username, "First", "");
        JsonNode published = json(send(HttpMethod.POST, "/api/v1/profiles", content));
        return new Person(
                username,
                content,
                published.at("/profile/profileId").asString(),
                List.of(published.path("credential")));
    }

    private Person update(Person person, String more) {
        String content = content(person.username, "Second", more);
        JsonNode credential =
                json(send(HttpMethod.PUT, path(person.username), content)).path("credential");
        return new Person(
                person.username,
                content,
                person.profileId,
                Stream.concat(person.credentials.stream(), Stream.of(credential))
                        .toList());
    }

    private static String content(String username, String name, String more) {
        return "{%s\"username\":\"%s\",\"displayName\":\"%s\"}".formatted(more, username, name);
    }

    private static String path(String username) {
        return "/api/v1/profiles/" + username;
    }

    private String issuer() {
        return json(send(HttpMethod.GET, "/api/v1/issuers", ""))
                .at("/issuers/0/id")
                .asString();
    }

    private String shown(String username) {
        return json(send(HttpMethod.GET, path(username), ""))
                .at("/attestations/0/status")
                .asString("none");
    }

    /** The status, and a problem's name. */
    private static String answer(WebTestClient.ResponseSpec response) {
        return found(response, "/no/such/member");
    }

    /** The status, and a problem's name or the value at a place. */
    private static String found(WebTestClient.ResponseSpec response, String pointer) {
        var result = response.expectBody().returnResult();
        byte[] body = result.getResponseBody();
        JsonNode json = body == null
                ? JsonMapper.shared().missingNode()
                : JsonMapper.shared().readTree(body);
        String type = json.path("type").asString("");
        String value = type.startsWith("/problems/")
                ? type.substring("/problems/".length())
                : json.at(pointer).asString("");
        return (result.getStatus().value() + " " + value).strip();
    }

    /** As {@link #found}, and "none" where nothing is listed. */
    private static String listed(WebTestClient.ResponseSpec response, String pointer) {
        String answer = found(response, pointer);
        return answer.equals("200") ? "200 none" : answer;
    }

    /** The last of the person's events, out of the stream of everything from the beginning. */
    private String streamed(Person person, String state) {
        int events = switch (state) {
            case "published" -> 1;
            case "updated", "expired" -> 2;
            default -> 3;
        };
        String last = client.get()
                .uri("/api/v1/profiles/stream?lastEventId=0")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .returnResult(EVENT)
                .getResponseBody()
                .filter(event -> profileId(event.data()).equals(person.profileId))
                .map(event -> String.valueOf(event.event()))
                .take(events)
                .blockLast(STREAM_PATIENCE);
        return String.valueOf(last);
    }

    /** Empty for blocks without data, and events without a profile. */
    private static String profileId(@Nullable JsonNode change) {
        return change == null ? "" : change.path("profileId").asString("");
    }

    private String imported(String line) {
        byte[] result = client.post()
                .uri("/api/v1/profiles/import")
                .contentType(MediaType.APPLICATION_NDJSON)
                .bodyValue(line.getBytes(StandardCharsets.UTF_8))
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return "200 " + JsonMapper.shared().readTree(result).path("status").asString();
    }

    private String verified(JsonNode credential) {
        var result = send(
                        HttpMethod.POST,
                        "/credentials/verify",
                        JsonMapper.shared()
                                .createObjectNode()
                                .set("verifiableCredential", credential)
                                .toString())
                .expectBody()
                .returnResult();
        JsonNode json = JsonMapper.shared().readTree(result.getResponseBody());
        JsonNode problem = json.at("/problemDetails/0");
        String expired = problem.path("detail").asString("").startsWith("expired") ? "expired" : "";
        String what = json.path("verified").asBoolean()
                ? "verified"
                : expired.isEmpty() ? problem.path("title").asString("") : expired;
        return result.getStatus().value() + " " + what;
    }
}
