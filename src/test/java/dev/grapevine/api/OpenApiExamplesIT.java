package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.api.Contract.Operation;
import dev.grapevine.api.Contract.Parameter;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends the examples of the API's description as they stand, as Swagger UI fills them in, one after the other. */
class OpenApiExamplesIT extends RealNode {

    private static final Contract CONTRACT = Contract.read();

    /** Each operation whose body has an example, and more, in an order in which all can be done; and what they answer. */
    private static final Map<String, Integer> STEPS = new LinkedHashMap<>();

    static {
        STEPS.put("publishProfile", 201);
        STEPS.put("lookupProfile", 200);
        STEPS.put("lookupProfiles", 200);
        STEPS.put("browseProfiles", 200);
        STEPS.put("verifyCredential", 400);
        STEPS.put("verifyPresentation", 400);
        STEPS.put("issueCredential", 201);
        STEPS.put("updateCredentialStatus", 200);
        STEPS.put("createChallenge", 200);
        STEPS.put("provePresentation", 201);
        STEPS.put("didDocument", 200);
        STEPS.put("updateProfile", 200);
        STEPS.put("importProfiles", 200);
        STEPS.put("revokeProfile", 200);
        STEPS.put("eraseProfile", 204);
        STEPS.put("addKey", 201);
        STEPS.put("setTrust", 200);
        // No key is in force on every node: these are refused, and change nothing.
        STEPS.put("rotateIssuerKey", 409);
        STEPS.put("prepareKeyRecovery", 200);
        STEPS.put("recoverIssuerKey", 400);
    }

    @Test
    void examplesWorkAsTheyStand() throws Exception {
        for (String username : List.of("ada", "grace")) {
            HTTP.send(request("/api/v1/profiles/" + username).DELETE().build(), BodyHandlers.discarding());
        }
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Integer> step : STEPS.entrySet()) {
            Operation operation = CONTRACT.operation(step.getKey());
            for (HttpRequest request : requests(operation)) {
                HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
                if (answer.statusCode() != step.getValue() || answer.body().contains("\"status\":\"error\"")) {
                    wrong.add(operation.id() + ": " + answer.statusCode() + " " + answer.body());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** No credential holds on every node: the example's issuer is one that none knows, and all else about it is right. */
    @Test
    void theExampleOfACredentialFailsByItsIssuerAlone() throws Exception {
        HttpRequest request = requests(CONTRACT.operation("verifyCredential")).getFirst();
        JsonNode answer = JsonMapper.shared()
                .readTree(HTTP.send(request, BodyHandlers.ofString()).body());

        assertThat(answer.path("checks").valueStream())
                .extracting(check -> check.path("name").asString() + " "
                        + check.path("outcome").asString())
                .containsExactly(
                        "structure passed",
                        "context passed",
                        "proof passed",
                        "issuer passed",
                        "validity passed",
                        "status skipped",
                        "schema skipped",
                        "registry failed");
    }

    /** What publishing answers as credential may take the example's place, and all checks pass. */
    @Test
    void aCredentialThatWasPublishedTakesTheExamplesPlace() throws Exception {
        HTTP.send(request("/api/v1/profiles/ada").DELETE().build(), BodyHandlers.discarding());
        HttpRequest publish = requests(CONTRACT.operation("publishProfile")).getFirst();
        JsonNode published = JsonMapper.shared()
                .readTree(HTTP.send(publish, BodyHandlers.ofString()).body());
        String body = JsonMapper.shared()
                .createObjectNode()
                .set("verifiableCredential", published.path("credential"))
                .toString();
        HttpResponse<String> answer = HTTP.send(
                request("/credentials/verify")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void noExampleIsLeftOut() {
        assertThat(CONTRACT.operations())
                .filteredOn(operation -> operation.bodies().values().stream()
                        .anyMatch(body -> !body.example().isMissingNode()))
                .extracting(Operation::id)
                .isSubsetOf(STEPS.keySet());
    }

    /** One for each kind of body. */
    private List<HttpRequest> requests(Operation operation) {
        String path = operation.path();
        List<String> query = new ArrayList<>();
        Map<String, String> headers = new LinkedHashMap<>();
        for (Parameter parameter : operation.parameters()) {
            String value = parameter.example().asString("");
            switch (parameter.in()) {
                case "path" -> path = path.replace("{" + parameter.name() + "}", value);
                case "query" -> add(query, parameter.name(), value);
                default -> {
                    if (!value.isEmpty()) {
                        headers.put(parameter.name(), value);
                    }
                }
            }
        }
        String target = query.isEmpty() ? path : path + "?" + String.join("&", query);
        List<HttpRequest> requests = new ArrayList<>();
        operation.bodies().forEach((type, body) -> {
            HttpRequest.Builder request = request(target).header("Content-Type", type);
            headers.forEach(request::header);
            JsonNode example = body.example();
            String text = example.isString() ? example.stringValue() : example.toString();
            requests.add(request.method(operation.method(), BodyPublishers.ofString(text))
                    .build());
        });
        if (requests.isEmpty()) {
            HttpRequest.Builder request = request(target);
            headers.forEach(request::header);
            requests.add(
                    request.method(operation.method(), BodyPublishers.noBody()).build());
        }
        return requests;
    }

    private static void add(List<String> query, String name, String value) {
        if (!value.isEmpty()) {
            query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(uri(target)).header("Authorization", "Bearer " + KEY);
    }
}
