package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.problem.ProblemType;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A problem's type leads to its page. */
class ProblemPagesIT extends RealNode {

    @ParameterizedTest
    @EnumSource
    void theTypeLeadsABrowserToAPage(ProblemType type) throws Exception {
        HttpResponse<String> page = get(type.uri().toString(), "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.body())
                .contains("<h1>" + type.title() + "</h1>", "<h2>What to do</h2>")
                .doesNotContain("style=", "<script");
    }

    @Test
    void theTypeOfARealErrorLeadsThere() throws Exception {
        HttpResponse<String> error = get("/api/v1/profiles/nobody-of-that-name", "application/json");
        JsonNode problem = JsonMapper.shared().readTree(error.body());
        assertThat(get(problem.path("type").asString(), "text/html").body()).contains("Unknown Profile");
    }

    @Test
    void theListHasThemAll() throws Exception {
        assertThat(get("/problems", "text/html").body())
                .contains(Arrays.stream(ProblemType.values())
                        .map(type -> "<a href=\"" + type.uri() + "\">" + type.title() + "</a>")
                        .toList());
    }

    @Test
    void whoAsksForMarkdownGetsIt() throws Exception {
        assertThat(get("/problems/not-found", "text/markdown").body()).startsWith("# Not Found\n");
        assertThat(get("/problems", "text/markdown").body()).startsWith("# Problems\n");
    }

    @Test
    void aTypeThatDoesNotExistHasNoPage() throws Exception {
        HttpResponse<String> missing = get("/problems/..%2fapplication.yaml", "text/html");
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(get("/problems/nothing", "text/html").statusCode()).isEqualTo(404);
    }

    @Test
    void theStylesheetIsThere() throws Exception {
        assertThat(get("/page.css", "text/css").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path, String accept) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(uri(path)).header("Accept", accept).build(), BodyHandlers.ofString());
    }
}
