package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.CLERK;
import static dev.grapevine.node.registry.TestRegistry.await;
import static dev.grapevine.node.registry.TestRegistry.person;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.trust.TrustLevel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whatever was answered as done before a lookup began, by this instance or by another on the database, is in its answer. */
class FreshLookupsIT {

    private static final int ROUNDS = 1_500;
    private static final int PEOPLE = 8;

    private final TestRegistry here = TestRegistry.onNewDatabase(1).start();
    private final TestRegistry there = new TestRegistry(here.url, 2, connections -> connections).start();
    private final Remembering ours = new Remembering(here);
    private final Remembering theirs = new Remembering(there);

    /** Lookups of one instance, whose answers are display names and statuses. */
    private static final class Remembering {
        private final LookupMemory memory = new LookupMemory(1_000_000);
        private final ChangeWatch watch;
        private final Lookups lookups;

        Remembering(TestRegistry instance) {
            watch = new ChangeWatch(
                    instance.transactions,
                    new Changes(instance.transactions, TrustLevel.KNOWN),
                    new SoleInstance(instance.clock, System::nanoTime),
                    memory);
            AttestationsJson json = (attestations, now) -> attestations.stream()
                    .map(said -> said.body().map(body -> body.displayName()).orElse("?") + " "
                            + said.status(now).text())
                    .collect(Collectors.joining(", "))
                    .getBytes(StandardCharsets.UTF_8);
            lookups = new Lookups(
                    watch::catchUp,
                    watch::isCaughtUp,
                    memory,
                    new AnswerReader(instance.registry, json, instance.clock),
                    instance.clock,
                    new SimpleMeterRegistry());
        }

        Mono<String> say(String username) {
            return lookups.find(username).map(answer -> new String(answer.attestations(), StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void close() {
        await(ours.watch.close().then(theirs.watch.close()).thenReturn(true));
        there.close();
        here.close();
    }

    @Test
    void whatOneInstancePublishesNeitherAnswersAsItWasBefore() {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> others = noise(done);
        await(Flux.range(0, PEOPLE)
                .flatMap(who -> Flux.range(0, ROUNDS / PEOPLE).concatMap(round -> change("person" + who, round)))
                .then()
                .thenReturn(true));
        done.set(true);
        others.join();
    }

    /** Changes a person by one instance, and on its answer asks both at once. */
    private Mono<Void> change(String username, int round) {
        String name = username + " in round " + round;
        ProfileRequest request = person(username, name);
        Mono<PublishOutcome> change = round == 0
                ? here.publisher.publish(request, CLERK, Optional.empty())
                : here.publisher.update(request, CLERK, Optional.empty());
        return change.then(Mono.defer(() -> Mono.zip(theirs.say(username), ours.say(username))))
                .doOnNext(said -> {
                    assertThat(said.getT1()).isEqualTo(name + " active");
                    assertThat(said.getT2()).isEqualTo(name + " active");
                })
                .then();
    }

    /** Lookups of everybody all the time, so that answers are being read and remembered whenever something changes. */
    private CompletableFuture<Void> noise(AtomicBoolean done) {
        SplittableRandom random = new SplittableRandom(3);
        return Flux.<String>generate(sink -> sink.next("person" + random.nextInt(PEOPLE)))
                .takeWhile(username -> !done.get())
                .flatMap(username -> Flux.merge(ours.say(username), theirs.say(username)), 16)
                .then()
                .toFuture();
    }

    @Test
    void whatPeersSendIsAnsweredFromTheMomentItIsApplied() {
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        UUID ada = log.publish("ada");
        here.pull(log.entries);
        for (int i = 0; i < 300; i++) {
            String username = i % 2 == 0 ? "ada" : "countess";
            String before = i % 2 == 0 ? "countess" : "ada";
            log.update(ada, username, "Version " + i);
            (i % 3 == 0 ? here : there).pull(log.entries(2 + i, 3 + i));
            for (Remembering instance : List.of(ours, theirs)) {
                assertThat(await(instance.say(username))).isEqualTo("Version " + i + " active");
                assertThat(await(instance.say(before))).isEmpty();
            }
        }
        log.erase(ada);
        there.pull(log.entries(302, 303));
        assertThat(await(ours.say("countess"))).isEmpty();
        assertThat(await(theirs.say("countess"))).isEmpty();
    }

    @Test
    void aBodyThatComesLaterAndARevocationAreAnswered() {
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        UUID ada = log.publish("ada");
        assertThat(await(ours.say("ada"))).isEmpty();
        here.pull(log.entries.stream()
                .map(entry -> new LogEntry(entry.event(), Optional.empty()))
                .toList());
        assertThat(await(ours.say("ada"))).isEmpty();
        ArrivedBody body =
                new ArrivedBody(log.issuer, ada, log.entries.getLast().opening().orElseThrow());
        await(there.intake.bodies(List.of(body)));
        assertThat(await(ours.say("ada"))).isEqualTo("Person ada active");
        log.revoke(ada);
        there.pull(log.entries(2, 3));
        assertThat(await(ours.say("ada"))).isEqualTo("Person ada revoked");
    }

    @Test
    void anAnswerExpiresWithTheClock() {
        Instant until = here.clock.now.plusSeconds(60);
        ProfileRequest request = person("ada", "Ada");
        await(here.publisher.publish(
                new ProfileRequest(
                        request.username(),
                        request.displayName(),
                        request.subject(),
                        request.claims(),
                        request.publicClaims(),
                        request.evidence(),
                        request.visibility(),
                        Optional.of(until)),
                CLERK,
                Optional.empty()));
        assertThat(await(ours.say("ada"))).isEqualTo("Ada active");
        here.clock.now = until;
        assertThat(await(ours.say("ada"))).isEqualTo("Ada expired");
        here.clock.now = until.minusSeconds(1);
        assertThat(await(ours.say("ada"))).isEqualTo("Ada active");
    }

    @Test
    void moreChangesThanAreReadOrKeptForgetEverything() {
        here.publish("ada");
        assertThat(await(ours.say("ada"))).isEqualTo("Person ada active");
        await(there.transactions.inTransaction(connection ->
                Changes.append(connection, manyChanges(), there.clock.now).thenReturn(true)));
        assertThat(ours.memory.size()).isOne();
        assertThat(await(ours.say("bob"))).isEmpty();
        assertThat(ours.memory.size()).isOne();
        here.publish("bob");
        await(new Changes(here.transactions, TrustLevel.KNOWN).prune(0).thenReturn(true));
        assertThat(await(ours.say("bob"))).isEqualTo("Person bob active");
    }

    private static List<Changes.Row> manyChanges() {
        List<Changes.Row> changes = new ArrayList<>();
        for (int i = 0; i <= ChangeWatch.MAX_CHANGES_READ; i++) {
            changes.add(new Changes.Row(1, new UUID(0, i), 1, AppliedChange.Kind.UPDATED));
        }
        return changes;
    }

    @Test
    void anInstanceThatIsAloneDoesNotAskUntilItChangesSomethingItself() {
        here.publish("ada");
        becomeSole(ours);
        assertThat(await(ours.say("ada"))).isEqualTo("Person ada active");
        await(here.publisher.update(person("ada", "Ada"), CLERK, Optional.empty()));
        assertThat(ours.watch.isCaughtUp()).isFalse();
        assertThat(await(ours.say("ada"))).isEqualTo("Ada active");
        becomeSole(ours);
    }

    @Test
    void whatAnotherInstanceChangesIsNotAnsweredBeforeTheLoneOneAsksAgain() {
        here.publish("ada");
        await(there.publisher.publish(person("bob", "Bob"), CLERK, Optional.empty()));
        for (int i = 0; i < 5; i++) {
            Remembering alone = new Remembering(here);
            becomeSole(alone);
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> lookups = Flux.<String>generate(sink -> sink.next("bob"))
                    .takeWhile(username -> !done.get())
                    .concatMap(alone::say)
                    .then()
                    .toFuture();
            for (int j = 0; j < 3; j++) {
                String name = "Bob " + i + " " + j;
                await(there.publisher.update(person("bob", name), CLERK, Optional.empty()));
                assertThat(await(alone.say("bob"))).isEqualTo(name + " active");
            }
            done.set(true);
            lookups.join();
            await(alone.watch.close().thenReturn(true));
        }
    }

    @Test
    void anInstanceThatLeavesOrIsNotAloneLetsOthersChangeAtOnce() {
        becomeSole(ours);
        assertThat(sole()).isTrue();
        await(ours.watch.close().thenReturn(true));
        assertThat(sole()).isFalse();
        assertThat(await(theirs.say("ada"))).isEmpty();
        assertThat(await(ours.say("ada"))).isEmpty();
        assertThat(await(theirs.say("ada"))).isEmpty();
        assertThat(theirs.watch.isCaughtUp()).isTrue();
        assertThat(await(ours.say("ada"))).isEmpty();
        assertThat(ours.watch.isCaughtUp()).isFalse();
    }

    @Test
    void theOneThatWasSoleBeforeItWasKilledIsWaitedForOnce() {
        becomeSole(ours);
        await(there.transactions
                .read(connection -> connection
                        .createStatement("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                                + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
                        .execute()
                        .flatMap(result -> result.map(row -> true)))
                .then(Mono.just(true)));
        assertThat(sole()).isTrue();
        await(there.publisher.publish(person("bob", "Bob"), CLERK, Optional.empty()));
        assertThat(sole()).isFalse();
        assertThat(await(ours.say("bob"))).isEqualTo("Bob active");
    }

    private boolean sole() {
        return await(there.transactions
                .read(connection -> connection
                        .createStatement("SELECT sole IS NOT NULL AS is FROM last_change")
                        .execute()
                        .flatMap(result -> result.map(row -> Rows.required(row, "is", Boolean.class))))
                .next());
    }

    /** The first lookup claims it, a later one makes sure of it. */
    private static void becomeSole(Remembering instance) {
        Awaitility.await().until(() -> {
            await(instance.say("nobody"));
            return instance.watch.isCaughtUp();
        });
    }

    @Test
    void aConnectionThatBreaksIsMadeAnewAndNothingFromBeforeIsAnswered() {
        here.publish("ada");
        here.publish("bob");
        assertThat(await(ours.say("ada"))).isEqualTo("Person ada active");
        assertThat(await(ours.say("bob"))).isEqualTo("Person bob active");
        await(there.transactions
                .read(connection -> connection
                        .createStatement("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND query LIKE '%last_change%'"
                                + " AND pid <> pg_backend_pid()")
                        .execute()
                        .flatMap(result -> result.map(row -> true)))
                .then(Mono.just(true)));
        Awaitility.await().until(() -> {
            assertThat(await(ours.say("ada"))).isEqualTo("Person ada active");
            return ours.memory.size() == 1;
        });
    }
}
