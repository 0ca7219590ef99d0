package dev.grapevine.cli;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Words for what a node answers when it refuses: RFC 9457 problem details, or whatever came instead. */
final class Problem {

    private static final int MAX_TEXT_CHARS = 300;

    private Problem() {}

    /** What an error answer says, in one line. */
    static String text(int status, String body) {
        try {
            String text = text(JsonMapper.shared().readTree(body));
            if (!text.isEmpty()) {
                return text + " (HTTP " + status + ")";
            }
        } catch (JacksonException notJson) {
            // then the status must do
        }
        return "HTTP " + status;
    }

    /** Detail, or else title, of a problem, and which values it is about. */
    static String text(JsonNode problem) {
        String detail = problem.path("detail").asString("");
        String errors = problem.path("errors")
                .valueStream()
                .map(error -> (error.path("pointer").asString("") + " "
                                + error.path("detail").asString(""))
                        .strip())
                .collect(Collectors.joining("; "));
        String text = detail.isEmpty() ? problem.path("title").asString("") : detail;
        String line = (text + " " + errors).strip().replaceAll("\\s+", " ");
        return line.length() <= MAX_TEXT_CHARS ? line : line.substring(0, MAX_TEXT_CHARS) + "…";
    }
}
