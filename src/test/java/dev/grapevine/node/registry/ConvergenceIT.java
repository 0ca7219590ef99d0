package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.RunVerdict;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.tracing.Spans;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class ConvergenceIT {

    private final IssuerLogFixture log = new IssuerLogFixture(7);
    private final TestRegistry inOrder = TestRegistry.onNewDatabase(1);
    private final TestRegistry other = TestRegistry.onNewDatabase(2);
    private UUID erased;

    @BeforeEach
    void writeALogWithEverythingInIt() {
        log.describe("University");
        List<UUID> people = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            people.add(log.publish("person" + i % 25));
        }
        log.update(people.get(3), "person3", "New name");
        log.update(people.get(3), "person3", "Newer name");
        log.revoke(people.get(4));
        log.update(people.get(4), "person4", "No effect");
        erased = people.get(5);
        log.erase(erased);
        log.erase(people.get(6));
        log.update(people.get(6), "person6", "No effect");
        log.update(people.get(7), "renamed", "Other username");
        log.rotate(IssuerLogFixture.privateKey(99), log.inceptionKey);
        log.publish("after");
    }

    @AfterEach
    void close() {
        inOrder.close();
        other.close();
    }

    @Test
    void oneRunAndSingleEventsInAnyOrderGiveTheSameRegistry() {
        assertThat(inOrder.pull(log.entries)).isEqualTo(new Pulled.Applied(log.entries.size() - 1));
        List<LogEntry> shuffled = new ArrayList<>(log.entries);
        Collections.shuffle(shuffled, new Random(5));
        shuffled.forEach(entry -> other.gossip(List.of(entry)));
        // behind the rotation single events cannot be judged: they come again, as catch-up would fetch them
        await().atMost(TestRegistry.PATIENCE).until(() -> {
            log.entries.forEach(entry -> other.gossip(List.of(entry)));
            return inOrder.digest().equals(other.digest());
        });
        assertThat(inOrder.count("SELECT count(*) FROM events")).isEqualTo(log.entries.size());
        assertThat(other.count("SELECT count(*) FROM events")).isEqualTo(log.entries.size());
    }

    @Test
    void ofTwoRunsInOneBatchOfWhichOneContainsTheOtherBothAreApplied() {
        RunVerifier verifier = new RunVerifier(IssuerLogFixture.NETWORK);
        Judge judge = new Judge(verifier, inOrder.frontier, inOrder.clock, Schedulers.immediate(), Spans.off());
        Received whole = received(judge.judgeNow(log.entries, TestRegistry.PEER));
        Received part = received(judge.judgeNow(log.entries(0, 5), TestRegistry.PEER));
        IngestBatch batch = new IngestBatch(verifier, new Aside(), inOrder.admission, inOrder.clock.instant());

        TestRegistry.await(
                inOrder.transactions.inTransaction(connection -> batch.apply(connection, List.of(whole, part))));

        Pulled applied = new Pulled.Applied(log.entries.size() - 1);
        assertThat(batch.outcomes().get(whole)).isEqualTo(applied);
        assertThat(batch.outcomes().get(part)).isEqualTo(applied);
    }

    private static Received received(Judge.Judged judged) {
        return judged.received((RunVerdict.Authentic) judged.verdict(), TestRegistry.PEER);
    }

    @Test
    void bodiesThatComeLaterGiveTheSameRegistry() {
        inOrder.pull(log.entries);
        List<LogEntry> bare = log.entries.stream()
                .map(entry -> new LogEntry(entry.event(), Optional.empty()))
                .toList();
        other.pull(bare);
        assertThat(other.digest()).isNotEqualTo(inOrder.digest());
        List<EventLog.MissingBody> missing = TestRegistry.await(
                other.log.missingBodies(Optional.empty(), 1000).collectList());
        List<ArrivedBody> bodies = new ArrayList<>();
        for (EventLog.MissingBody body : missing) {
            var opening = TestRegistry.await(inOrder.log.body(body.issuer(), body.profileId()));
            bodies.add(new ArrivedBody(body.issuer(), body.profileId(), opening));
        }
        assertThat(TestRegistry.await(other.intake.bodies(bodies))).isEqualTo(missing.size());
        assertThat(other.digest()).isEqualTo(inOrder.digest());
        assertThat(TestRegistry.await(other.intake.bodies(bodies))).isZero();
        assertThat(TestRegistry.await(
                        other.log.missingBodies(Optional.empty(), 1000).collectList()))
                .isEmpty();
    }

    @Test
    void nothingBringsAnErasedBodyBack() {
        inOrder.pull(log.entries);
        LogEntry published = log.entries.get(6);
        assertThat(inOrder.gossip(List.of(published)).kind()).isEqualTo(Verdict.Kind.IGNORE);
        assertThat(inOrder.pull(log.entries)).isInstanceOf(Pulled.Applied.class);
        ArrivedBody body =
                new ArrivedBody(log.issuer, erased, published.opening().orElseThrow());
        assertThat(TestRegistry.await(inOrder.intake.bodies(List.of(body)))).isZero();
        assertThat(inOrder.lookup("person5"))
                .allSatisfy(shown -> assertThat(shown.profileId()).isNotEqualTo(erased));
        assertThat(inOrder.count("SELECT count(*) FROM profiles WHERE erased_sequence IS NOT NULL AND"
                        + " (body IS NOT NULL OR username IS NOT NULL)"))
                .isZero();
    }

    @Test
    void whatANodeServesAnotherTakes() {
        inOrder.pull(log.entries);
        long from = 0;
        List<LogEntry> range = inOrder.range(log.issuer, from);
        while (!range.isEmpty()) {
            assertThat(other.pull(range)).isInstanceOf(Pulled.Applied.class);
            from += range.size();
            range = inOrder.range(log.issuer, from);
        }
        assertThat(other.digest()).isEqualTo(inOrder.digest());
    }

    @Test
    void aTakenUsernameShowsTheFirstUntilItIsRevoked() {
        IssuerLogFixture twice = new IssuerLogFixture(8);
        twice.describe("Twice");
        UUID first = twice.publish("ada");
        UUID second = twice.publish("ada");
        inOrder.pull(twice.entries);
        assertThat(inOrder.lookup("ada"))
                .singleElement()
                .satisfies(shown -> assertThat(shown.profileId()).isEqualTo(first));
        twice.revoke(first);
        inOrder.pull(twice.entries);
        assertThat(inOrder.lookup("ada"))
                .singleElement()
                .satisfies(shown -> assertThat(shown.profileId()).isEqualTo(second));
        twice.revoke(second);
        inOrder.pull(twice.entries);
        assertThat(inOrder.lookup("ada")).singleElement().satisfies(shown -> {
            assertThat(shown.profileId()).isEqualTo(second);
            assertThat(shown.revoked()).isTrue();
        });
    }
}
