package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.AppliedChange.Kind.BODY_ARRIVED;
import static dev.grapevine.node.registry.AppliedChange.Kind.ERASED;
import static dev.grapevine.node.registry.AppliedChange.Kind.ISSUER_DESCRIBED;
import static dev.grapevine.node.registry.AppliedChange.Kind.PUBLISHED;
import static dev.grapevine.node.registry.AppliedChange.Kind.REVOKED;
import static dev.grapevine.node.registry.AppliedChange.Kind.UPDATED;
import static dev.grapevine.node.registry.TestRegistry.await;
import static dev.grapevine.node.registry.TestRegistry.person;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.Changes.Since;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.trust.TrustLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ChangesIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();
    private final Changes changes = new Changes(node.transactions, TrustLevel.KNOWN);

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void everythingThatIsPublishedHereIsAChange() {
        node.publish("ada");
        await(node.publisher.update(person("ada", "Ada L."), TestRegistry.CLERK, Optional.empty()));
        await(node.publisher.update(person("ada", "Ada L."), TestRegistry.CLERK, Optional.empty()));
        await(node.publisher.revoke("ada", Optional.empty(), TestRegistry.CLERK, Optional.empty()));
        node.publish("bob");
        assertThat(all())
                .extracting(AppliedChange::kind)
                .containsExactly(ISSUER_DESCRIBED, PUBLISHED, UPDATED, REVOKED, PUBLISHED);
        assertThat(all()).extracting(AppliedChange::sequence).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(all().get(1)).satisfies(change -> {
            assertThat(change.username()).contains("ada");
            assertThat(change.issuer()).isEqualTo(node.identity.id());
            assertThat(change.at()).isEqualTo(node.clock.now);
        });
    }

    @Test
    void whatComesFromOthersIsAChangeWhereItHasAnEffect() {
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        UUID ada = log.publish("ada");
        log.update(UUID.randomUUID(), "nobody", "No effect");
        log.revoke(ada);
        log.revoke(ada);
        log.update(ada, "ada", "No effect");
        log.rotate(IssuerLogFixture.privateKey(99), log.inceptionKey);
        node.pull(log.entries);
        assertThat(all())
                .filteredOn(change -> change.issuer().equals(log.issuer))
                .extracting(AppliedChange::kind)
                .containsExactly(ISSUER_DESCRIBED, PUBLISHED, REVOKED);
    }

    @Test
    void aBodyThatComesLaterIsAChangeOfItsOwn() {
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        UUID ada = log.publish("ada");
        node.pull(log.entries.stream()
                .map(entry -> new LogEntry(entry.event(), Optional.empty()))
                .toList());
        assertThat(all().getLast().username()).isEmpty();
        ArrivedBody body =
                new ArrivedBody(log.issuer, ada, log.entries.getLast().opening().orElseThrow());
        await(node.intake.bodies(List.of(body)));
        await(node.intake.bodies(List.of(body)));
        assertThat(all())
                .extracting(AppliedChange::kind)
                .containsExactly(ISSUER_DESCRIBED, ISSUER_DESCRIBED, PUBLISHED, BODY_ARRIVED);
        assertThat(all().getLast()).satisfies(change -> {
            assertThat(change.username()).contains("ada");
            assertThat(change.sequence()).isEqualTo(1);
        });
    }

    @Test
    void nothingOfAnErasedPersonIsLeft() {
        node.publish("ada");
        await(node.publisher.update(person("ada", "Ada L."), TestRegistry.CLERK, Optional.empty()));
        UUID ada = all().getLast().profileId().orElseThrow();
        await(node.publisher.erase("ada", TestRegistry.CLERK, Optional.empty()));
        assertThat(all())
                .filteredOn(change -> change.profileId().isPresent())
                .allSatisfy(change -> {
                    assertThat(change.profileId()).contains(ada);
                    assertThat(change.username()).isEmpty();
                })
                .extracting(AppliedChange::kind)
                .containsExactly(PUBLISHED, UPDATED, ERASED);
        assertThat(node.count("SELECT count(*) FROM changes c WHERE c::text LIKE '%ada%'"))
                .isZero();
    }

    @Test
    void aRenamedProfileShowsItsNewName() {
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        UUID ada = log.publish("ada");
        log.update(ada, "countess", "Ada");
        node.pull(log.entries);
        assertThat(all())
                .filteredOn(change -> change.profileId().isPresent())
                .allSatisfy(change -> assertThat(change.username()).contains("countess"));
    }

    @Test
    void aReaderNeverSeesAnIdBeforeTheOneBelowIt() {
        try (TestRegistry twin = new TestRegistry(node.url, 2, connections -> connections).start()) {
            List<IssuerLogFixture> logs = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                IssuerLogFixture log = new IssuerLogFixture(10 + i);
                log.describe("Issuer " + i);
                for (int k = 0; k < 20; k++) {
                    log.publish("person" + k);
                }
                logs.add(log);
            }
            Flux<?> published = Flux.range(0, 600)
                    .flatMap(
                            i -> (i % 2 == 0 ? node : twin)
                                    .publisher.publish(
                                            person("person" + i, "Person"), TestRegistry.CLERK, Optional.empty()),
                            20);
            Flux<?> ingested = Flux.fromIterable(logs)
                    .flatMap(log ->
                            (log.entries.size() % 2 == 0 ? node : twin).intake.pulled(log.entries, TestRegistry.PEER));
            CompletableFuture<Void> writing = Mono.when(published, ingested).toFuture();
            List<AppliedChange> read = new ArrayList<>();
            boolean written;
            do {
                written = writing.isDone();
                List<AppliedChange> page = page(read.size());
                read.addAll(page);
                written &= page.isEmpty();
            } while (!written);
            writing.join();
            int expected = 2 + 600 + 10 * 21;
            assertThat(read)
                    .extracting(AppliedChange::id)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, expected).boxed().toList());
            assertThat(await(changes.last())).isEqualTo(expected);
        }
    }

    @Test
    void onlyTheNewestAreKept() {
        for (int i = 0; i < 5; i++) {
            node.publish("person" + i);
        }
        await(changes.prune(3).thenReturn(true));
        assertThat(node.count("SELECT count(*) FROM changes")).isEqualTo(3);
        assertThat(page(3)).extracting(AppliedChange::id).containsExactly(4L, 5L, 6L);
        assertThat(page(6)).isEmpty();
        assertThat(await(changes.since(2, 10))).isEqualTo(new Since.Forgotten(6));
        assertThat(await(changes.since(7, 10))).isEqualTo(new Since.Forgotten(6));
        await(changes.prune(0).thenReturn(true));
        assertThat(page(6)).isEmpty();
        node.publish("after");
        assertThat(page(6)).extracting(AppliedChange::id).containsExactly(7L);
    }

    private List<AppliedChange> all() {
        return page(0);
    }

    private List<AppliedChange> page(long after) {
        return ((Since.Page) await(changes.since(after, 1000))).changes();
    }
}
