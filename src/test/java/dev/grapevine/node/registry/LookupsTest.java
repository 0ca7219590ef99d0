package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.Answer.ProfileKey;
import dev.grapevine.node.registry.Registry.Place;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Lookups wait for the log of changes to be read after they came, together. */
class LookupsTest {

    private final List<Sinks.One<Void>> checks = new ArrayList<>();
    private final List<Collection<String>> reads = new ArrayList<>();
    private boolean caughtUp;
    private final Lookups lookups = new Lookups(
            this::check,
            () -> caughtUp,
            new LookupMemory(1_000_000),
            new Database(),
            Clock.fixed(Instant.ofEpochMilli(IssuerLogFixture.NOON), ZoneOffset.UTC),
            new SimpleMeterRegistry());

    private Mono<Void> check() {
        checks.add(Sinks.one());
        return checks.getLast().asMono();
    }

    /** Knows everybody but {@code nobody}. */
    private final class Database implements Answers {

        @Override
        public Answer unknown() {
            return new Answer(new byte[0], "none", 0, Long.MAX_VALUE, List.of(), Optional.empty());
        }

        @Override
        public Mono<Map<String, Answer>> read(Collection<String> usernames) {
            reads.add(List.copyOf(usernames));
            Map<String, Answer> found = new HashMap<>();
            usernames.forEach(
                    username -> found.put(username, username.equals("nobody") ? unknown() : answer(username)));
            return Mono.just(found);
        }

        @Override
        public Mono<Answer> read(String username, Place after) {
            return Mono.just(answer(username));
        }

        private Answer answer(String username) {
            IssuerId issuer = new IssuerId(IssuerLogFixture.privateKey(1).publicKey());
            ProfileKey profile = new ProfileKey(issuer, new UUID(0, username.hashCode()));
            return new Answer(new byte[10], username, 0, Long.MAX_VALUE, List.of(profile), Optional.empty());
        }
    }

    @Test
    void aLookupIsAnsweredAfterTheLogOfChangesWasRead() {
        CompletableFuture<Answer> ada = lookups.find("ada").toFuture();
        assertThat(ada).isNotDone();
        checks.getFirst().tryEmitEmpty();
        assertThat(ada).isCompletedWithValueMatching(answer -> answer.tag().equals("ada"));
    }

    @Test
    void thoseThatComeWhileItIsReadWaitForTheNextReading() {
        CompletableFuture<Answer> first = lookups.find("ada").toFuture();
        CompletableFuture<Answer> second = lookups.find("ada").toFuture();
        CompletableFuture<Answer> third = lookups.find("bob").toFuture();
        assertThat(checks).hasSize(1);
        checks.get(0).tryEmitEmpty();
        assertThat(first).isDone();
        assertThat(second).isNotDone();
        assertThat(checks).hasSize(2);
        checks.get(1).tryEmitEmpty();
        assertThat(second).isDone();
        assertThat(third).isDone();
        assertThat(checks).hasSize(2);
    }

    @Test
    void whatIsRememberedIsNotReadAgain() {
        find("ada");
        find("ada");
        find("nobody");
        find("nobody");
        assertThat(reads).containsExactly(List.of("ada"), List.of("nobody"));
    }

    @Test
    void whereNothingCanHaveChangedTheLogIsNotRead() {
        find("ada");
        caughtUp = true;
        assertThat(lookups.find("ada").toFuture())
                .isCompletedWithValueMatching(answer -> answer.tag().equals("ada"));
        assertThat(checks).hasSize(1);
        caughtUp = false;
        assertThat(lookups.find("ada").toFuture()).isNotDone();
        assertThat(checks).hasSize(2);
    }

    @Test
    void whatNobodyCanBeCalledIsNotAskedFor() {
        assertThat(lookups.find("../etc/passwd").toFuture()).isCompletedWithValueMatching(answer -> !answer.isKnown());
        assertThat(checks).isEmpty();
    }

    @Test
    void aFailureIsToldToAllWhoWaitedAndToNobodyElse() {
        CompletableFuture<Answer> first = lookups.find("ada").toFuture();
        CompletableFuture<Answer> second = lookups.find("ada").toFuture();
        checks.get(0).tryEmitError(new IllegalStateException("down"));
        assertThat(first).isCompletedExceptionally();
        checks.get(1).tryEmitEmpty();
        assertThat(second).isCompleted();
    }

    @Test
    void manyNamesTakeOneReadingAndOneQuery() {
        find("ada");
        CompletableFuture<Map<String, Answer>> all =
                lookups.findAll(Set.of("ada", "bob", "nobody", "NOT A NAME")).toFuture();
        checks.getLast().tryEmitEmpty();
        assertThat(all.join()).hasSize(4);
        assertThat(all.join().get("bob").isKnown()).isTrue();
        assertThat(all.join().get("nobody").isKnown()).isFalse();
        assertThat(all.join().get("NOT A NAME").isKnown()).isFalse();
        assertThat(checks).hasSize(2);
        assertThat(reads).hasSize(2);
        assertThat(reads.getLast()).containsExactlyInAnyOrder("bob", "nobody");
    }

    @Test
    void moreThanCanWaitAreRefused() {
        lookups.find("ada").subscribe();
        for (int i = 0; i < Lookups.MAX_WAITING; i++) {
            lookups.find("ada").subscribe();
        }
        assertThat(lookups.find("ada").toFuture())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(OverloadedException.class);
    }

    @Test
    void answersThatGoOnInOneThreadAreHandedOverTogether() {
        find("ada");
        List<Runnable> tasks = new ArrayList<>();
        Executor thread = tasks::add;
        lookups.find("ada").subscribe();
        CompletableFuture<Answer> first = lookups.find("ada", thread).toFuture();
        CompletableFuture<Answer> second = lookups.find("ada", thread).toFuture();
        checks.get(1).tryEmitEmpty();
        checks.get(2).tryEmitEmpty();
        assertThat(first).isNotDone();
        assertThat(tasks).hasSize(1);
        tasks.forEach(Runnable::run);
        assertThat(first).isDone();
        assertThat(second).isDone();
    }

    private void find(String username) {
        CompletableFuture<Answer> found = lookups.find(username).toFuture();
        checks.getLast().tryEmitEmpty();
        assertThat(found).isDone();
    }
}
