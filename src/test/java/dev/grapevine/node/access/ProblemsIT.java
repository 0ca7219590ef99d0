package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.testapi.OneAtATime;
import dev.grapevine.testapi.TestApi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What errors look like. */
@SpringBootTest(
        classes = TestApi.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "grapevine.api-key=" + SecurityIT.KEY)
@AutoConfigureWebTestClient(timeout = "PT30S")
@ExtendWith(OutputCaptureExtension.class)
@OneAtATime
class ProblemsIT {

    @Autowired
    private WebTestClient client;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestApi.database(registry);
    }

    @BeforeEach
    void useTheKey() {
        client = client.mutate()
                .defaultHeaders(headers -> headers.setBearerAuth(SecurityIT.KEY))
                .build();
    }

    @Test
    void anErrorOfAModuleKeepsItsTypeAndItsOwnMembers() {
        expect(client.get().uri("/api/v1/profiles/unknown"), 404, "/problems/unknown-profile")
                .jsonPath("$.title")
                .isEqualTo("Not Found")
                .jsonPath("$.detail")
                .isEqualTo("No such profile.")
                .jsonPath("$.instance")
                .isEqualTo("/api/v1/profiles/unknown")
                .jsonPath("$.registryState")
                .isEqualTo("current");
    }

    @Test
    void anUnknownRoute() {
        expect(client.get().uri("/api/v2/anything?secret=1"), 404, "/problems/not-found")
                .jsonPath("$.instance")
                .isEqualTo("/api/v2/anything")
                .jsonPath("$.detail")
                .isEqualTo("There is nothing at this path.");
    }

    @Test
    void aMethodThatTheRouteDoesNotHave() {
        client.put().uri("/api/v1/profiles").exchange().expectHeader().exists("Allow");
        expect(client.put().uri("/api/v1/profiles"), 405, "/problems/method-not-allowed");
    }

    @Test
    void aBodyOfAnUnknownKind() {
        expect(
                client.post()
                        .uri("/api/v1/profiles")
                        .contentType(MediaType.TEXT_PLAIN)
                        .bodyValue("ada"),
                415,
                "/problems/unsupported-media-type");
    }

    @Test
    void anAnswerThatCannotBeGivenInTheWantedKind() {
        expect(client.get().uri("/api/v1/profiles/ada").accept(MediaType.IMAGE_PNG), 406, "/problems/not-acceptable");
    }

    @Test
    void aBodyThatIsNotJson() {
        expect(post("{\"username\": "), 400, "/problems/unreadable-body")
                .jsonPath("$.detail")
                .value(
                        String.class,
                        detail -> assertThat(detail)
                                .startsWith("The body is not readable JSON at line 1")
                                .doesNotContain("grapevine"));
    }

    @Test
    void aValueOfTheWrongType() {
        expect(post("{\"username\": \"ada\", \"age\": [true]}"), 400, "/problems/unreadable-body")
                .jsonPath("$.detail")
                .value(
                        String.class,
                        detail -> assertThat(detail).startsWith("The body's value at /age has the wrong type"));
    }

    @Test
    void noBodyAtAll() {
        expect(
                client.post().uri("/api/v1/profiles").contentType(MediaType.APPLICATION_JSON),
                400,
                "/problems/bad-request");
    }

    @Test
    void valuesThatAreNotAllowedAreNamedOneByOne() {
        expect(
                        post("{\"username\": \" \", \"age\": 1, \"evidence\": [{\"type\": \"\"}]}"),
                        400,
                        "/problems/invalid-request")
                .jsonPath("$.errors[?(@.pointer == '/username')].detail")
                .isEqualTo("must not be blank")
                .jsonPath("$.errors[?(@.pointer == '/evidence/0/type')].detail")
                .isEqualTo("must not be blank");
    }

    @Test
    void aParameterThatIsNotAllowed() {
        expect(client.get().uri("/api/v1/profiles?prefix=toolong"), 400, "/problems/invalid-request")
                .jsonPath("$.errors[0].pointer")
                .isEqualTo("prefix");
    }

    @Test
    void aBodyAtTheLimitPassesAndOneBeyondDoesNot() {
        int limit = 1024 * 1024;
        String shell = "{\"a\":\"\"}";
        String atLimit = "{\"a\":\"" + "x".repeat(limit - shell.length()) + "\"}";
        client.mutate()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(2 * limit))
                .build()
                .post()
                .uri("/credentials/verify")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(atLimit)
                .exchange()
                .expectStatus()
                .isOk();
        expect(
                client.post()
                        .uri("/credentials/verify")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(atLimit + " "),
                413,
                "/problems/content-too-large");
    }

    @Test
    void aPathWithTricksInIt() {
        expect(client.get().uri(uri -> uri.path("/api/v1/profiles/a;b=c").build()), 400, "/problems/bad-request");
    }

    @Test
    void aDefectIsLoggedAndNotShown(CapturedOutput output) {
        expect(client.get().uri("/api/v1/profiles/defect"), 500, "/problems/internal-server-error")
                .jsonPath("$.detail")
                .isEqualTo("The node could not handle the request; its log says why.")
                .jsonPath("$.trace")
                .doesNotExist();
        assertThat(output).contains("GET /api/v1/profiles/{username} failed").contains("secret internals");
    }

    @Test
    void aDatabaseThatDoesNotAnswer() {
        client.get()
                .uri("/api/v1/profiles/database-down")
                .exchange()
                .expectHeader()
                .valueEquals("Retry-After", "5");
        expect(client.get().uri("/api/v1/profiles/database-down"), 503, "/problems/service-unavailable")
                .jsonPath("$.detail")
                .value(String.class, detail -> assertThat(detail).doesNotContain("secret"));
    }

    private WebTestClient.RequestHeadersSpec<?> post(String body) {
        return client.post()
                .uri("/api/v1/profiles")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body);
    }

    private static WebTestClient.BodyContentSpec expect(
            WebTestClient.RequestHeadersSpec<?> request, int status, String type) {
        return request.exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(status)
                .jsonPath("$.type")
                .isEqualTo(type);
    }
}
