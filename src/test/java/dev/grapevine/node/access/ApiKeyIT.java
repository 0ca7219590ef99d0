package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.start.StartProblem;
import dev.grapevine.testapi.OneAtATime;
import dev.grapevine.testapi.TestApi;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The key that a node makes when none is configured, and the one that is configured. */
@SpringBootTest(classes = TestApi.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureWebTestClient(timeout = "PT30S")
@ExtendWith(OutputCaptureExtension.class)
@OneAtATime
class ApiKeyIT {

    private static final Actor TESTER = new Actor("test");

    @Autowired
    private ApiKeys keys;

    @Autowired
    private KeyTable table;

    @Autowired
    private SecureRandom random;

    @Autowired
    private Clock clock;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private FirstApiKey first;

    @Autowired
    private WebTestClient client;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestApi.database(registry);
    }

    @Test
    void isShownOnceAndOpensTheApi(CapturedOutput output) {
        forgetAllKeys();
        int before = output.getOut().length();
        first.start();
        first.start();

        String printed = output.getOut().substring(before);
        assertThat(printed).containsOnlyOnce("==> API key: gv_");
        String key = printed.replaceAll("(?s).*==> API key: (\\S+).*", "$1");
        assertThat(key).matches("gv_[A-Za-z0-9_-]{43}");
        client.delete()
                .uri("/api/v1/profiles/ada")
                .headers(headers -> headers.setBearerAuth(key))
                .exchange()
                .expectStatus()
                .isOk();
        StepVerifier.create(database.sql("SELECT encode(hash, 'hex') AS hash FROM api_key")
                        .map(row -> row.get("hash", String.class))
                        .all())
                .assertNext(hash -> assertThat(hash).isEqualTo(KeyTable.hex(ApiKey.hash(key))))
                .verifyComplete();
    }

    @Test
    void isMadeByOneOfManyInstancesThatStartAtOnceOnOneDatabase() {
        forgetAllKeys();
        List<ApiKeys> instances =
                IntStream.range(0, 8).mapToObj(i -> instance(null)).toList();

        List<ApiKeys.Made> made = Flux.fromIterable(instances)
                .flatMap(instance -> instance.makeFirst().subscribeOn(Schedulers.boundedElastic()))
                .collectList()
                .block();

        assertThat(made).hasSize(1);
        assertThat(made.getFirst().key().roles()).containsExactly(Role.ISSUER, Role.OPERATOR);
        assertThat(instances)
                .allSatisfy(instance -> StepVerifier.create(
                                instance.check(made.getFirst().secret()))
                        .expectNextCount(1)
                        .verifyComplete());
    }

    @Test
    void isNotMadeAnewWhenItIsRevoked() {
        ApiKeys.Made made = keys.make(new NewKey("", EnumSet.of(Role.OPERATOR), null), TESTER)
                .block();
        keys.revoke(made.key().id(), TESTER).block();

        StepVerifier.create(keys.makeFirst()).verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"short-key", "with spaces in it, that is", "aaaaaaaaaaaaaaaaaaaaaaaa", "12121212121212121212"})
    void mustBeStrongWhereItIsConfiguredAndIsNotRepeatedInTheError(String weak) {
        assertThatThrownBy(() -> instance(weak))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("is weak, or not 16 to 512 characters")
                .message()
                .doesNotContain(weak);
    }

    @Test
    void worksBesideTheKeysInTheDatabaseWhereItIsConfigured() {
        String configured = "correct-horse-battery-staple";
        ApiKeys.Made stored =
                keys.make(new NewKey("", EnumSet.of(Role.READER), null), TESTER).block();
        ApiKeys both = instance(configured);

        StepVerifier.create(both.check(configured))
                .assertNext(key -> assertThat(key.roles()).containsExactlyInAnyOrder(Role.values()))
                .verifyComplete();
        StepVerifier.create(both.check(stored.secret()))
                .assertNext(key -> assertThat(key.roles()).containsExactly(Role.READER))
                .verifyComplete();
        StepVerifier.create(both.makeFirst()).verifyComplete();
    }

    @Test
    void isMalformedWhenItIsTooLongToBeOne() {
        StepVerifier.create(keys.check("gv_" + "x".repeat(ApiKey.MAX_LENGTH - 3)))
                .verifyErrorMessage("The API key is not known here.");
        StepVerifier.create(keys.check("gv_" + "x".repeat(ApiKey.MAX_LENGTH - 2)))
                .verifyErrorMessage("The Authorization header is not of the form: Bearer <key>.");
    }

    private ApiKeys instance(String configured) {
        return new ApiKeys(Settings.withKey(configured), table, random, clock);
    }

    private void forgetAllKeys() {
        StepVerifier.create(database.sql("DELETE FROM api_key").fetch().rowsUpdated())
                .expectNextCount(1)
                .verifyComplete();
    }
}
