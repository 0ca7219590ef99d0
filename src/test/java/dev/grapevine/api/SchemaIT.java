package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a schema that somebody publishes to the check of a credential that names it. */
class SchemaIT extends RealNode {

    private static final String SCHEMA = """
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://university.invalid/degree",
             "properties": {"credentialSubject": {"properties": {"degree": KEYWORDS}}}}""";

    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(routes -> routes.get(
                            "/degree",
                            (request, response) -> response.sendString(Mono.just(schema("{\"enum\":[\"BSc\"]}"))))
                    .get(
                            "/slow",
                            (request, response) ->
                                    response.sendString(Mono.just(schema("{\"pattern\":\"^((a+)+)+$\"}"))))
                    .get(
                            "/elsewhere",
                            (request, response) ->
                                    response.sendString(Mono.just(schema("{\"$ref\":\"https://inside.invalid/\"}")))))
            .bindNow();

    private static String schema(String keywords) {
        return SCHEMA.replace("KEYWORDS", keywords);
    }

    @AfterEach
    void stop() {
        server.disposeNow();
    }

    private JsonNode send(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
        return JsonMapper.shared().readTree(answer.body());
    }

    private JsonNode issue(String degree, String schema) throws Exception {
        return send("/credentials/issue", """
                        {"credential": {"@context": ["https://www.w3.org/ns/credentials/v2",
                          "https://www.w3.org/ns/credentials/undefined-terms/v2"],
                         "id": "urn:uuid:%s", "type": ["VerifiableCredential"],
                         "credentialSubject": {"degree": "%s"},
                         "credentialSchema": {"id": "http://127.0.0.1:%d/%s", "type": "JsonSchema"}}}""".formatted(UUID.randomUUID(), degree, server.port(), schema))
                .path("verifiableCredential");
    }

    private JsonNode verify(JsonNode credential, String options) throws Exception {
        return send("/credentials/verify", "{\"verifiableCredential\":" + credential + ",\"options\":" + options + "}");
    }

    private static String outcome(JsonNode answer) {
        for (JsonNode check : answer.path("checks")) {
            if (check.path("name").asString("").equals("schema")) {
                return check.path("outcome").asString("");
            }
        }
        throw new AssertionError("no check of the schema in " + answer);
    }

    @Test
    void appliesTheSchemaThatACredentialNames() throws Exception {
        JsonNode fits = verify(issue("BSc", "degree"), "{}");
        JsonNode other = verify(issue("none", "degree"), "{}");

        assertThat(outcome(fits)).isEqualTo("passed");
        assertThat(fits.path("verified").booleanValue()).isTrue();
        assertThat(outcome(other)).isEqualTo("failed");
        assertThat(other.path("problemDetails").path(0).path("type").asString(""))
                .isEqualTo("/problems/schema-mismatch");
        assertThat(other.path("problemDetails").path(0).path("detail").asString(""))
                .contains("/credentialSubject/degree");
    }

    @Test
    void reportsASchemaThatIsNotToBeHadWhereThatIsAskedFor() throws Exception {
        for (String schema : new String[] {"gone", "elsewhere"}) {
            JsonNode credential = issue("BSc", schema);

            JsonNode failed = verify(credential, "{}");
            JsonNode reported = verify(credential, "{\"schemaUnavailable\":\"report\"}");

            assertThat(outcome(failed)).isEqualTo("failed");
            assertThat(failed.path("problemDetails").path(0).path("type").asString(""))
                    .isEqualTo("/problems/schema-unavailable");
            assertThat(outcome(reported)).isEqualTo("unavailable");
            assertThat(reported.path("verified").booleanValue()).isTrue();
        }
    }

    @Test
    void verifiesWhatAHolderShowsInTheSameWay() throws Exception {
        JsonNode shown = send("/presentations/prove", """
                        {"presentation": {"@context": ["https://www.w3.org/ns/credentials/v2"],
                         "type": ["VerifiablePresentation"], "verifiableCredential": [%s]}}""".formatted(issue("BSc", "gone")))
                .path("verifiablePresentation");

        JsonNode failed = send("/presentations/verify", "{\"verifiablePresentation\":" + shown + "}");
        JsonNode reported = send(
                "/presentations/verify",
                "{\"verifiablePresentation\":" + shown + ",\"options\":{\"schemaUnavailable\":\"report\"}}");

        // other tests may have given the issuer another key, by which it is no holder any more
        assertThat(outcome(failed.path("credentials").path(0))).isEqualTo("failed");
        assertThat(failed.toString()).contains("/problems/schema-unavailable");
        assertThat(outcome(reported.path("credentials").path(0))).isEqualTo("unavailable");
        assertThat(reported.path("credentials").path(0).path("verified").booleanValue())
                .as(reported.toString())
                .isTrue();
    }

    @Test
    void isNotHeldUpByASchema() throws Exception {
        JsonNode answer = verify(issue("a".repeat(50_000) + "!", "slow"), "{}");

        assertThat(outcome(answer)).isEqualTo("failed");
    }
}
