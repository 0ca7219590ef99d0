package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.testapi.MovableClock;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.annotation.DirtiesContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The clock of a running node jumps by hours, forward and back: it serves on, and loses nothing. */
@Import(ClockJumpsIT.Clocks.class)
@DirtiesContext
class ClockJumpsIT extends RealNode {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();

    @TestConfiguration
    static class Clocks {
        @Bean
        @Primary
        MovableClock movableClock() {
            return new MovableClock();
        }
    }

    @Autowired
    private MovableClock clock;

    @Test
    void theNodeServesOnAndItsLogNeverGoesBackInTime() throws Exception {
        List<Duration> jumps =
                List.of(Duration.ZERO, Duration.ofHours(6), Duration.ofHours(-5), Duration.ofDays(2), Duration.ZERO);
        JsonNode key =
                JSON.readTree(post("/api/v1/keys", """
                {"name": "soon over", "roles": ["reader"], "expires": "%s"}""".formatted(Instant.now().plus(Duration.ofHours(1))), KEY)
                        .body());
        CompletableFuture<String> stream = HTTP.sendAsync(
                        request("/api/v1/profiles/stream", KEY).build(), BodyHandlers.ofLines())
                .thenApply(answer -> answer.body()
                        .filter(line -> line.contains("last-jump"))
                        .findFirst()
                        .orElseThrow());

        List<Instant> times = new ArrayList<>();
        for (int i = 0; i < jumps.size(); i++) {
            clock.moveTo(jumps.get(i));
            String username = i == jumps.size() - 1 ? "last-jump" : "jump" + i;
            HttpResponse<String> answer = post("/api/v1/profiles", person(username), KEY);
            assertThat(answer.statusCode())
                    .as("%s: %s", jumps.get(i), answer.body())
                    .isEqualTo(201);
            assertThat(post("/api/v1/profiles", person(username), KEY).body())
                    .as("the same request once more")
                    .isEqualTo(answer.body());
            JsonNode found =
                    JSON.readTree(get("/api/v1/profiles/" + username, KEY).body());
            times.add(Instant.parse(found.at("/attestations/0/publishedAt").asString()));
            assertThat(get("/api/v1/profiles?prefix=jump", key.path("secret").asString())
                            .statusCode())
                    .as("a key that is over in an hour, %s", jumps.get(i))
                    .isEqualTo(jumps.get(i).compareTo(Duration.ofHours(1)) > 0 ? 401 : 200);
        }

        assertThat(times).as("what stands in the log").isSorted();
        for (int i = 0; i < jumps.size() - 1; i++) {
            assertThat(get("/api/v1/profiles/jump" + i, KEY).statusCode()).isEqualTo(200);
        }
        assertThat(stream.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).contains("last-jump");
    }

    private static String person(String username) {
        return "{\"username\": \"%s\", \"displayName\": \"Somebody\"}".formatted(username);
    }

    private HttpResponse<String> post(String path, String body, String key) throws IOException, InterruptedException {
        return HTTP.send(
                request(path, key)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", Integer.toString(body.hashCode()))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
        return HTTP.send(request(path, key).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path, String key) {
        return HttpRequest.newBuilder(uri(path)).timeout(TIMEOUT).header("Authorization", "Bearer " + key);
    }
}
