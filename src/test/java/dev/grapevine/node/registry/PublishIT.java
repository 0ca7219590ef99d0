package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.CLERK;
import static dev.grapevine.node.registry.TestRegistry.await;
import static dev.grapevine.node.registry.TestRegistry.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.registry.PublishOutcome.Done;
import dev.grapevine.node.registry.PublishOutcome.Effect;
import dev.grapevine.node.registry.PublishOutcome.Reason;
import dev.grapevine.node.registry.PublishOutcome.Refused;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class PublishIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aThousandAtOnceFormOneLog() {
        List<ProfileMessage> spread = new ArrayList<>();
        node.publisher.appended().subscribe(spread::add);
        List<PublishOutcome> outcomes = await(Flux.range(0, 1000)
                .flatMap(
                        i -> node.publisher.publish(person("person" + i, "Person " + i), CLERK, Optional.empty()), 1000)
                .collectList());
        assertThat(outcomes)
                .hasSize(1000)
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Done.class, done -> assertThat(done.effect()).isEqualTo(Effect.PUBLISHED)));
        assertThat(outcomes.stream().map(outcome -> ((Done) outcome).sequence()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 1000).mapToObj(Long::valueOf).toList());
        assertThat(node.count("SELECT count(*) FROM credentials")).isEqualTo(1000);
        assertThat(node.lookup("person999")).singleElement().satisfies(attestation -> {
            assertThat(attestation.body().orElseThrow().displayName()).isEqualTo("Person 999");
            assertThat(attestation.receivedFrom()).isEmpty();
        });
        List<LogEntry> all = new ArrayList<>();
        for (List<LogEntry> run = node.range(node.identity.id(), 0);
                !run.isEmpty();
                run = node.range(node.identity.id(), all.size())) {
            assertThat(new ProfileMessage(run).run().first().sequence()).isEqualTo(all.size());
            all.addAll(run);
        }
        assertThat(all).hasSize(1001);
        assertThat(spread.stream().mapToInt(message -> message.entries().size()).sum())
                .isEqualTo(1000);
    }

    @Test
    void aUsernameIsTakenOnceEvenInsideABatch() {
        List<PublishOutcome> outcomes = await(Flux.range(0, 20)
                .flatMap(i -> node.publisher.publish(person("ada", "Ada " + i), CLERK, Optional.empty()), 20)
                .collectList());
        assertThat(outcomes).filteredOn(Done.class::isInstance).hasSize(1);
        assertThat(outcomes)
                .filteredOn(Refused.class::isInstance)
                .hasSize(19)
                .containsOnly(new Refused(Reason.USERNAME_TAKEN));
        assertThat(node.publish("ada")).isEqualTo(new Refused(Reason.USERNAME_TAKEN));
    }

    @Test
    void importingAgainIsUnchangedAndOtherContentIsANewVersion() {
        assertThat(effect(bring(person("ada", "Ada")))).isEqualTo(Effect.PUBLISHED);
        assertThat(effect(bring(person("ada", "Ada")))).isEqualTo(Effect.UNCHANGED);
        assertThat(effect(bring(person("ada", "Ada L.")))).isEqualTo(Effect.UPDATED);
        assertThat(effect(node.publisher.update(person("ada", "Ada L."), CLERK, Optional.empty())))
                .isEqualTo(Effect.UNCHANGED);
        assertThat(node.count("SELECT max(sequence) FROM events")).isEqualTo(2);
        assertThat(node.lookup("ada").getFirst().body().orElseThrow().displayName())
                .isEqualTo("Ada L.");
    }

    @Test
    void revokedIsFinalForTheProfileAndNotForTheUsername() {
        node.publish("ada");
        assertThat(effect(node.publisher.revoke("ada", Optional.of("left"), CLERK, Optional.empty())))
                .isEqualTo(Effect.REVOKED);
        assertThat(effect(node.publisher.revoke("ada", Optional.empty(), CLERK, Optional.empty())))
                .isEqualTo(Effect.UNCHANGED);
        assertThat(node.lookup("ada").getFirst().revoked()).isTrue();
        assertThat(await(node.publisher.update(person("ada", "Ada"), CLERK, Optional.empty())))
                .isEqualTo(new Refused(Reason.REVOKED));
        assertThat(await(bring(person("ada", "Ada")))).isEqualTo(new Refused(Reason.REVOKED));
        assertThat(effect(node.publisher.publish(person("ada", "Ada"), CLERK, Optional.empty())))
                .isEqualTo(Effect.PUBLISHED);
        assertThat(node.lookup("ada"))
                .singleElement()
                .satisfies(shown -> assertThat(shown.revoked()).isFalse());
    }

    @Test
    void erasedIsAsIfItHadNeverBeen() {
        node.publish("ada");
        await(node.publisher.revoke("ada", Optional.empty(), CLERK, Optional.empty()));
        node.publish("ada");
        assertThat(effect(node.publisher.erase("ada", CLERK, Optional.empty()))).isEqualTo(Effect.ERASED);
        assertThat(node.lookup("ada")).isEmpty();
        assertThat(node.count("SELECT count(*) FROM credentials")).isZero();
        assertThat(node.count("SELECT count(*) FROM profiles WHERE body IS NULL AND erased_sequence IS NOT NULL"))
                .isEqualTo(2);
        assertThat(await(node.publisher.erase("ada", CLERK, Optional.empty())))
                .isEqualTo(new Refused(Reason.UNKNOWN_USERNAME));
        assertThat(effect(bring(person("ada", "Ada")))).isEqualTo(Effect.PUBLISHED);
    }

    @Test
    void twoInstancesOnOneDatabaseShareTheLog() {
        try (TestRegistry twin = new TestRegistry(node.url, 1, connections -> connections).start()) {
            List<PublishOutcome> outcomes = await(Flux.range(0, 400)
                    .flatMap(
                            i -> (i % 2 == 0 ? node : twin)
                                    .publisher.publish(person("person" + i, "Person"), CLERK, Optional.empty()),
                            100)
                    .collectList());
            assertThat(outcomes).hasSize(400).allMatch(Done.class::isInstance);
            assertThat(node.count("SELECT max(sequence) FROM events")).isEqualTo(400);
            assertThat(node.count("SELECT count(*) FROM events")).isEqualTo(401);
        }
    }

    @Test
    void aRestartFindsEverythingAndDescribesTheIssuerOnce() {
        node.publish("ada");
        try (TestRegistry again = new TestRegistry(node.url, 1, connections -> connections).start()) {
            assertThat(again.lookup("ada")).hasSize(1);
            assertThat(again.count("SELECT count(*) FROM events")).isEqualTo(2);
            assertThat(again.publish("bob")).isInstanceOf(Done.class);
        }
    }

    @Test
    void theAuditTellsWhoDidWhatAndCannotBeChanged() {
        node.publish("ada");
        await(bring(person("ada", "Ada L.")));
        await(bring(person("ada", "Ada L.")));
        assertThat(node.count("SELECT count(*) FROM audit")).isEqualTo(3);
        assertThat(node.count("SELECT count(*) FROM audit a JOIN events e USING (sequence)"
                        + " JOIN issuers i ON i.id = e.issuer AND i.did = a.issuer"
                        + " JOIN profiles p ON p.profile_id = a.profile_id"
                        + " WHERE a.actor = 'key:clerk' AND a.action IN ('profile.published', 'profile.updated')"))
                .isEqualTo(2);
        for (String change : List.of("UPDATE audit SET actor = 'me'", "DELETE FROM audit", "TRUNCATE audit")) {
            assertThatThrownBy(() -> node.count(change)).hasMessageContaining("append-only");
        }
    }

    @Test
    void twoInstancesDoARequestWithOneKeyOnce() {
        try (TestRegistry twin = new TestRegistry(node.url, 1, connections -> connections).start()) {
            List<PublishOutcome> outcomes = await(Flux.range(0, 40)
                    .flatMap(
                            i -> (i % 2 == 0 ? node : twin)
                                    .publisher.publish(person("ada", "Ada"), CLERK, once("key", "a request")),
                            40)
                    .collectList());
            assertThat(outcomes).filteredOn(Done.class::isInstance).hasSize(1);
            assertThat(outcomes)
                    .filteredOn(PublishOutcome.Repeated.class::isInstance)
                    .hasSize(39);
            assertThat(node.count("SELECT count(*) FROM events")).isEqualTo(2);
        }
    }

    @Test
    void aKeyIsForgottenAfterADay() {
        await(node.publisher.publish(person("ada", "Ada"), CLERK, once("key", "ada")));
        node.clock.now = node.clock.now.plus(OnceRecords.LIFETIME).minusSeconds(1);
        assertThat(await(node.publisher.publish(person("bob", "Bob"), CLERK, once("key", "bob"))))
                .isEqualTo(new Refused(Reason.KEY_USED));
        node.clock.now = node.clock.now.plusSeconds(1);
        assertThat(await(node.publisher.publish(person("bob", "Bob"), CLERK, once("key", "bob"))))
                .isInstanceOf(Done.class);
        assertThat(node.count("SELECT count(*) FROM idempotency")).isEqualTo(1);
        node.clock.now = node.clock.now.plus(OnceRecords.LIFETIME);
        node.commits.pruneRecords().block();
        assertThat(node.count("SELECT count(*) FROM idempotency")).isZero();
    }

    @Test
    void whatTheQueueCannotHoldIsRefusedAndTheRestIsDone() {
        int fits = Publisher.MAX_QUEUED_BYTES / Publisher.MIN_REQUEST_BYTES;
        Sinks.Empty<Void> release = Sinks.empty();
        Mono<Void> holding = node.transactions
                .inTransaction(connection ->
                        IssuerRow.lock(connection, List.of(node.identity.id())).then(release.asMono()))
                .then();
        CompletableFuture<Void> held = holding.toFuture();
        node.awaitLocked();
        List<CompletableFuture<PublishOutcome>> taken = IntStream.range(0, 1 + fits)
                .mapToObj(i -> node.publisher
                        .erase("nobody" + i, CLERK, Optional.empty())
                        .toFuture())
                .toList();

        assertThatThrownBy(() -> await(node.publisher.erase("one-more", CLERK, Optional.empty())))
                .isInstanceOf(OverloadedException.class);

        release.tryEmitEmpty();
        held.join();
        assertThat(taken)
                .allSatisfy(outcome -> assertThat(outcome.join()).isEqualTo(new Refused(Reason.UNKNOWN_USERNAME)));
    }

    private static Optional<Once> once(String key, String request) {
        return Optional.of(new Once(
                Hash.of(key.getBytes(StandardCharsets.UTF_8)),
                Hash.of(request.getBytes(StandardCharsets.UTF_8)),
                done -> new Once.Answer(201, Optional.empty(), new byte[0])));
    }

    private Mono<PublishOutcome> bring(ProfileRequest request) {
        return node.publisher.prepare(request).flatMap(draft -> node.publisher.bring(draft, CLERK));
    }

    private static Effect effect(Mono<PublishOutcome> outcome) {
        return ((Done) await(outcome)).effect();
    }
}
