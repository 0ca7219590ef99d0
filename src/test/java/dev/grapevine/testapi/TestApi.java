package dev.grapevine.testapi;

import dev.grapevine.node.identity.NodeProperties;
import dev.grapevine.node.storage.TestPostgres;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * The modules storage and access alone, in front of an API that fails in every way there is. It lives outside the node's
 * packages, or else the node would find it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan({"dev.grapevine.node.access", "dev.grapevine.node.audit", "dev.grapevine.node.storage"})
@EnableConfigurationProperties(NodeProperties.class)
public class TestApi {

    /** Gives the application a database and a directory of its own. */
    public static void database(DynamicPropertyRegistry registry) {
        String url = TestPostgres.newDatabase();
        registry.add("grapevine.db.url", () -> url);
        registry.add("grapevine.data-dir", TestApi::temporaryDirectory);
        registry.add("management.server.port", () -> 0);
    }

    private static String temporaryDirectory() {
        try {
            return Files.createTempDirectory("grapevine-test").toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Bean
    SecureRandom secureRandom() {
        return new SecureRandom();
    }

    @Bean
    MovableClock clock() {
        return new MovableClock();
    }

    record Person(@NotBlank String username, int age, List<@Valid Evidence> evidence) {}

    record Evidence(@NotBlank String type) {}

    @RestController
    static class Controller {

        @GetMapping("/api/v1/profiles/{username}")
        Mono<Map<String, String>> lookup(@PathVariable String username) {
            return switch (username) {
                case "unknown" -> {
                    ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, "No such profile.");
                    problem.setType(URI.create("/problems/unknown-profile"));
                    problem.setProperty("registryState", "current");
                    yield Mono.error(new ErrorResponseException(HttpStatus.NOT_FOUND, problem, null));
                }
                case "defect" -> throw new IllegalStateException("secret internals");
                case "database-down" -> Mono.error(new DataAccessResourceFailureException("secret host"));
                default -> Mono.just(Map.of("username", username));
            };
        }

        @GetMapping("/api/v1/profiles")
        Mono<String> browse(@RequestParam @Size(max = 3) String prefix) {
            return Mono.just(prefix);
        }

        @PostMapping("/api/v1/profiles")
        Mono<Person> publish(@Valid @RequestBody Person person) {
            return Mono.just(person);
        }

        @DeleteMapping("/api/v1/profiles/{username}")
        Mono<Void> erase(@PathVariable String username) {
            return Mono.empty();
        }

        @PostMapping("/credentials/verify")
        Mono<Map<String, Object>> verify(@RequestBody Map<String, Object> credential) {
            return Mono.just(credential);
        }
    }
}
