package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.interop.Browser;
import dev.grapevine.testapi.OneAtATime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What people see in a real browser: Swagger UI of two nodes, and a page of another origin that calls one of them. */
@ExtendWith(ThreeNodes.Resolver.class)
@OneAtATime
class BrowserIT {

    private static final Path SCREENSHOT = Path.of("target", "browser", "swagger-ui.png");

    private static JsonNode visit;

    @BeforeAll
    static void visit(ThreeNodes nodes) {
        visit = Browser.visit(nodes.node(1).uri(), nodes.node(2).uri(), NodeProcess.API_KEY, SCREENSHOT);
    }

    @Test
    void swaggerUiPublishesForWhoHasTheKey() {
        JsonNode publish = visit.path("publish");
        assertThat(publish.path("status").asInt()).as("%s", publish).isEqualTo(201);
        assertThat(publish.path("shown").asString()).contains(username(), "Ada Łovelace", "eddsa-jcs-2022");
        assertThat(SCREENSHOT)
                .satisfies(picture -> assertThat(Files.size(picture)).isPositive());
    }

    @Test
    void swaggerUiOfAnotherNodeFindsIt() {
        assertThat(visit.path("found").asBoolean()).isTrue();
        JsonNode lookUp = visit.path("lookUp");
        assertThat(lookUp.path("status").asInt()).as("%s", lookUp).isEqualTo(200);
        assertThat(lookUp.path("shown").asString()).contains(username(), "Ada Łovelace", "node1");
    }

    @Test
    void theBrowserFindsNothingWrongWithSwaggerUi() {
        assertThat(strings(visit.at("/publish/complaints"))).isEmpty();
        assertThat(strings(visit.at("/lookUp/complaints"))).isEmpty();
    }

    @Test
    void aScriptSmuggledIntoSwaggerUiDoesNotRun() {
        assertThat(visit.at("/publish/injected/ran").asBoolean(true)).isFalse();
        assertThat(strings(visit.at("/publish/injected/complaints")))
                .anySatisfy(complaint -> assertThat(complaint).contains("Content Security Policy"));
    }

    @Test
    void aPageOfAnotherOriginLooksUp() {
        JsonNode lookUp = visit.at("/crossOrigin/read/lookUp");
        assertThat(lookUp.path("status").asInt()).isEqualTo(200);
        assertThat(lookUp.at("/body/attestations/0/displayName").asString("")).isEqualTo("Ada Łovelace");
    }

    @Test
    void itReadsTheETagAndIsToldThatNothingHasChanged() {
        String etag = visit.at("/crossOrigin/read/lookUp/etag").asString("");
        assertThat(etag).startsWith("W/\"");
        JsonNode unchanged = visit.at("/crossOrigin/read/unchanged");
        assertThat(unchanged.path("status").asInt()).isEqualTo(304);
        assertThat(unchanged.path("etag").asString("")).isEqualTo(etag);
    }

    @Test
    void itLooksManyUpAtOnce() {
        JsonNode batch = visit.at("/crossOrigin/read/batch");
        assertThat(batch.path("status").asInt()).isEqualTo(200);
        assertThat(batch.path("lines")).hasSize(2);
        assertThat(batch.at("/lines/0/username").asString("")).isEqualTo(username());
        assertThat(batch.at("/lines/0/attestations")).hasSize(1);
        assertThat(batch.at("/lines/1/attestations")).isEmpty();
    }

    @Test
    void theBrowserFindsNothingWrongWithReading() {
        assertThat(strings(visit.at("/crossOrigin/readComplaints"))).isEmpty();
    }

    @Test
    void itCannotWriteNorReadTheRefusal() {
        JsonNode crossOrigin = visit.path("crossOrigin");
        assertThat(crossOrigin.at("/write").properties())
                .hasSize(2)
                .allSatisfy(write -> assertThat(write.getValue().asString()).isEqualTo("TypeError"));
        assertThat(crossOrigin.path("written").asInt()).isEqualTo(404);
        assertThat(strings(crossOrigin.path("writeComplaints")))
                .as("for each write that CORS forbids its reason, and that nothing was loaded")
                .hasSize(4)
                .allSatisfy(
                        complaint -> assertThat(complaint).containsAnyOf("blocked by CORS policy", "net::ERR_FAILED"));
    }

    private static String username() {
        return visit.path("username").asString();
    }

    private static List<String> strings(JsonNode array) {
        assertThat(array.isArray()).as("%s is an array", array).isTrue();
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
