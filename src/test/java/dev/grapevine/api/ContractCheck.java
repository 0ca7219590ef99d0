package dev.grapevine.api;

import com.networknt.schema.Schema;
import dev.grapevine.api.Contract.Answer;
import dev.grapevine.api.Contract.Operation;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether an answer is one that the description promises. */
final class ContractCheck {

    private static final String PROBLEM_JSON = "application/problem+json";
    private static final String EVENTS = "text/event-stream";
    static final String BYTES = "application/octet-stream";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Contract contract;

    ContractCheck(Contract contract) {
        this.contract = contract;
    }

    /**
     * What is wrong with the answer.
     *
     * @param operation empty where the request fits none: then the answer must be a problem
     * @return nothing if it is as described
     */
    List<String> check(Optional<Operation> operation, HttpResponse<byte[]> response) {
        List<String> wrong = new ArrayList<>();
        int status = response.statusCode();
        if (status >= 500) {
            wrong.add("a server error");
        }
        Optional<Answer> answer = operation.map(found -> found.answers().get(String.valueOf(status)));
        if (operation.isEmpty()) {
            Answer any = contract.operations().getFirst().answers().get("default");
            if (status < 400) {
                wrong.add("no operation is described, and yet it answers " + status);
            } else {
                checkBody(any, response, wrong);
            }
        } else if (answer.isEmpty()) {
            wrong.add("the status is not described");
        } else {
            for (String header : answer.get().headers()) {
                if (response.headers().firstValue(header).isEmpty()) {
                    wrong.add("the header " + header + " is missing");
                }
            }
            checkBody(answer.get(), response, wrong);
        }
        return wrong;
    }

    private static void checkBody(Answer answer, HttpResponse<byte[]> response, List<String> wrong) {
        Optional<String> type = mediaType(response);
        if (answer.bodies().isEmpty()) {
            if (response.body().length > 0) {
                wrong.add("a body where none is described");
            }
            return;
        }
        Schema schema = answer.bodies().get(type.orElse(""));
        if (schema == null) {
            wrong.add("a body of type " + type.orElse("(none)") + " instead of "
                    + answer.bodies().keySet());
            return;
        }
        if (type.orElse("").equals(EVENTS) || type.orElse("").equals(BYTES)) {
            return;
        }
        try {
            List<JsonNode> values = json(response);
            for (JsonNode value : values) {
                schema.validate(value).forEach(error -> wrong.add(error.getInstanceLocation() + ": " + error));
            }
            if (type.orElse("").equals(PROBLEM_JSON)) {
                checkProblem(values.getFirst(), response.statusCode(), wrong);
            }
        } catch (JacksonException e) {
            wrong.add("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    private static void checkProblem(JsonNode problem, int status, List<String> wrong) {
        if (problem.path("status").asInt(0) != status) {
            wrong.add("the problem says another status");
        }
        if (!problem.path("type").asString("").matches("/problems/[a-z-]+")) {
            wrong.add("the problem's type leads nowhere");
        }
    }

    /** The values in the body: one, or one a line. */
    static List<JsonNode> json(HttpResponse<byte[]> response) {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        if (mediaType(response).orElse("").endsWith("ndjson")) {
            return text.lines().map(JSON::readTree).toList();
        }
        return List.of(JSON.readTree(text));
    }

    static Optional<String> mediaType(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Content-Type")
                .map(type -> type.replaceFirst(";.*", "").strip());
    }
}
