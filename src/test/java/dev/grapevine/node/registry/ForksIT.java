package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.credential.RegistryCheck.Standing;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.registry.Attestation.Status;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.registry.Intake.Pulled;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One issuer shows two halves of a network two branches of its log. */
class ForksIT {

    private static final int FORK = 4;

    private final IssuerLogFixture log = new IssuerLogFixture(7);
    private final TestRegistry left = TestRegistry.onNewDatabase(1);
    private final TestRegistry right = TestRegistry.onNewDatabase(2);
    private UUID ada;
    private UUID bob;
    private UUID cyd;
    private IssuerLogFixture branch;

    @BeforeEach
    void writeTwoBranches() {
        log.describe("University");
        ada = log.publish("ada");
        bob = log.publish("bob");
        cyd = log.publish("cyd");
        branch = log.branch(FORK, 99);
        log.publish("eve");
        log.update(ada, "ada", "Ada on the left");
        log.revoke(bob);
        log.publish("left.only");
        branch.publish("mallory");
        branch.erase(cyd);
        branch.publish("right.only");
        left.pull(log.entries);
        right.pull(branch.entries);
    }

    @AfterEach
    void close() {
        left.close();
        right.close();
    }

    @Test
    void aProofFreezesTheIssuerWhereTheHistoriesPart() {
        assertThat(proven(left, proof())).isEqualTo(new Verdict(Verdict.Kind.ACCEPT, "fork"));
        assertThat(proven(left, proof())).isEqualTo(new Verdict(Verdict.Kind.IGNORE, "held"));
        assertThat(head(left).sequence()).isEqualTo(FORK - 1);
        assertThat(status(left, "cyd")).isEqualTo(Status.ACTIVE);
        assertThat(status(left, "eve")).isEqualTo(Status.FORKED);
        assertThat(status(left, "ada")).isEqualTo(Status.FORKED);
        assertThat(status(left, "bob")).isEqualTo(Status.REVOKED);
        assertThat(left.lookup("cyd"))
                .singleElement()
                .satisfies(shown -> assertThat(shown.issuerForked()).isTrue());
        assertThat(left.count("SELECT count(*) FROM audit WHERE action = 'issuer.forked'"))
                .isEqualTo(1);
        assertThat(left.forks.frozen()).isEqualTo(1);
    }

    @Test
    void nothingIsAppliedFromTheForkOn() {
        proven(left, proof());
        log.publish("late");
        assertThat(left.pull(log.entries(8, 9))).isEqualTo(new Pulled.Frozen(FORK));
        assertThat(left.gossip(log.entries(4, 9))).isEqualTo(Verdict.ignore("frozen"));
        assertThat(left.gossip(branch.entries(4, 7))).isEqualTo(Verdict.ignore("frozen"));
        assertThat(left.lookup("late")).isEmpty();
        assertThat(left.range(log.issuer, 0)).hasSize(FORK);
    }

    @Test
    void bothHalvesEndWithTheSameWhoeverToldFirst() {
        proven(left, proof());
        exchange(left, right);
        exchange(right, left);
        exchange(left, right);
        for (TestRegistry node : List.of(left, right)) {
            assertThat(head(node).sequence()).isEqualTo(FORK - 1);
            assertThat(status(node, "bob")).isEqualTo(Status.REVOKED);
            assertThat(node.lookup("cyd")).isEmpty();
            assertThat(node.count("SELECT count(*) FROM profiles WHERE erased_sequence IS NOT NULL"))
                    .isEqualTo(1);
        }
        assertThat(head(left)).isEqualTo(head(right));
    }

    @Test
    void theLowestForkCountsWhateverCameFirst() {
        IssuerLogFixture lower = log.branch(2, 55);
        lower.publish("lower");
        ForkProof lowerProof = new ForkProof(log.statement(2), lower.statement(2));
        proven(left, proof());
        assertThat(proven(left, lowerProof).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        proven(right, lowerProof);
        assertThat(proven(right, proof())).isEqualTo(Verdict.ignore("held"));
        exchange(left, right);
        exchange(right, left);
        assertThat(head(left)).isEqualTo(head(right));
        assertThat(head(left).sequence()).isEqualTo(1);
        assertThat(status(left, "cyd")).isEqualTo(Status.FORKED);
    }

    @Test
    void aForkOfTheFirstEventLeavesNothingOfTheLog() {
        IssuerLogFixture twin = log.branch(0, 55);
        twin.describe("Twin");
        ForkProof first = new ForkProof(log.statement(0), twin.statement(0));
        assertThat(proven(left, first).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        proven(right, first);
        assertThat(head(left)).isEqualTo(head(right));
        assertThat(left.range(log.issuer, 0)).isEmpty();
        assertThat(left.pull(log.entries)).isEqualTo(new Pulled.Frozen(0));
        assertThat(status(left, "cyd")).isEqualTo(Status.FORKED);
    }

    @Test
    void forgedAndUnknownProofsFreezeNobody() {
        IssuerLogFixture forged = log.branch(FORK, 3);
        forged.appendSigned(new Change.Unknown(99), Optional.empty(), IssuerLogFixture.privateKey(8));
        assertThat(proven(left, new ForkProof(log.statement(FORK), forged.statement(FORK))))
                .isEqualTo(Verdict.reject("forged"));
        IssuerLogFixture stranger = new IssuerLogFixture(12);
        stranger.describe("Stranger");
        IssuerLogFixture twin = stranger.branch(0, 5);
        twin.describe("Twin");
        assertThat(proven(left, new ForkProof(stranger.statement(0), twin.statement(0))))
                .isEqualTo(Verdict.ignore("unjudged"));
        IssuerLogFixture later = branch.branch(7, 8);
        later.publish("x");
        IssuerLogFixture other = branch.branch(7, 9);
        other.publish("y");
        assertThat(proven(left, new ForkProof(later.statement(7), other.statement(7))))
                .isEqualTo(Verdict.ignore("unjudged"));
        assertThat(head(left)).isEqualTo(log.headAfter(8));
    }

    @Test
    void theIssuersOwnNodePublishesNothingMore() {
        left.start();
        left.publish("own");
        IssuerLogFixture stolen = new IssuerLogFixture(1);
        stolen.describe("Thief");
        List<LogEntry> own = left.range(left.identity.id(), 0);
        ForkProof proof = new ForkProof(
                new BranchStatement(List.of(), List.of(own.getFirst().event())), stolen.statement(0));
        assertThat(proven(left, proof).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        assertThatThrownBy(() -> left.publish("more"))
                .isInstanceOfSatisfying(
                        LogForkedException.class,
                        forked -> assertThat(forked.sequence()).isZero());
        left.commits.describe(entries -> {}).block(TestRegistry.PATIENCE);
        assertThat(status(left, "own")).isEqualTo(Status.FORKED);
    }

    @Test
    void theProofOutlivesARestart() {
        proven(left, proof());
        try (TestRegistry again = new TestRegistry(left.url, 1, connections -> connections).start()) {
            assertThat(again.frontier.isFrozen(log.issuer)).isTrue();
            assertThat(again.gossip(log.entries(4, 8))).isEqualTo(Verdict.ignore("frozen"));
            exchange(again, right);
            assertThat(head(right).sequence()).isEqualTo(FORK - 1);
        }
    }

    @Test
    void aRecoveryEndsItForBothHalves() {
        meet();
        log.rotate(IssuerLogFixture.privateKey(70), log.recoveryKey);
        log.publish("after");
        assertThat(left.gossip(log.entries(8, 10)).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        left.pull(log.entries(8, 10));
        exchange(left, right);
        follow(right, log.entries(FORK, 10));
        exchange(right, left);
        exchange(left, right);
        fillBodies(left, right);
        assertThat(head(left)).isEqualTo(head(right));
        assertThat(head(left).sequence()).isEqualTo(9);
        for (TestRegistry node : List.of(left, right)) {
            assertThat(status(node, "ada")).isEqualTo(Status.ACTIVE);
            assertThat(status(node, "eve")).isEqualTo(Status.ACTIVE);
            assertThat(status(node, "after")).isEqualTo(Status.ACTIVE);
            assertThat(status(node, "bob")).isEqualTo(Status.REVOKED);
            assertThat(node.lookup("mallory")).isEmpty();
            assertThat(node.lookup("cyd")).as("erased on the branch that fell").isEmpty();
            assertThat(node.forks.frozen()).isZero();
            assertThat(TestRegistry.await(node.registry.forks(log.issuer)))
                    .singleElement()
                    .satisfies(fork -> {
                        assertThat(fork.proof().sequence()).isEqualTo(FORK);
                        assertThat(fork.recovery())
                                .hasValueSatisfying(recovery ->
                                        assertThat(recovery.sequence()).isEqualTo(8));
                    });
        }
        assertThat(right.digest()).isEqualTo(left.digest());
    }

    @Test
    void aRecoveryAtTheForkLeavesNeitherBranch() {
        meet();
        IssuerLogFixture recovered = log.branch(FORK, 5);
        recovered.rotate(IssuerLogFixture.privateKey(70), log.recoveryKey);
        for (TestRegistry node : List.of(left, right)) {
            assertThat(node.gossip(recovered.entries(FORK, FORK + 1)).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        }
        assertThat(head(left)).isEqualTo(head(right));
        assertThat(left.lookup("eve")).isEmpty();
        assertThat(right.lookup("mallory")).isEmpty();
        assertThat(status(left, "bob")).isEqualTo(Status.REVOKED);
        assertThat(right.lookup("cyd")).isEmpty();
        fillBodies(left, right);
        assertThat(right.digest()).isEqualTo(left.digest());
        recovered.publish("after");
        left.pull(recovered.entries(FORK + 1, FORK + 2));
        assertThat(status(left, "after")).isEqualTo(Status.ACTIVE);
    }

    @Test
    void aRecoveryRevokesFromALogPositionWithoutAForkBefore() {
        IssuerLogFixture recovered = log.branch(FORK, 5);
        recovered.rotate(IssuerLogFixture.privateKey(70), log.recoveryKey);
        assertThat(TestRegistry.await(
                        left.forks.recover(recovered.entries.getLast().event())))
                .isTrue();
        assertThat(left.lookup("eve")).isEmpty();
        assertThat(status(left, "bob")).isEqualTo(Status.REVOKED);
        assertThat(head(left).sequence()).isEqualTo(FORK);
    }

    @Test
    void ofTwoRecoveriesTheLowerCountsWhateverCameFirst() {
        IssuerLogFixture higher = log.branch(8, 5);
        higher.rotate(IssuerLogFixture.privateKey(70), log.recoveryKey);
        IssuerLogFixture lower = log.branch(FORK + 1, 6);
        lower.rotate(IssuerLogFixture.privateKey(71), log.recoveryKey);
        meet();
        left.gossip(higher.entries(8, 9));
        assertThat(head(left).sequence()).isEqualTo(8);
        left.gossip(lower.entries(5, 6));
        right.gossip(lower.entries(5, 6));
        right.gossip(higher.entries(8, 9));
        follow(right, lower.entries(FORK, 6));
        exchange(left, right);
        exchange(right, left);
        assertThat(head(left).sequence()).isEqualTo(5);
        assertThat(head(right)).isEqualTo(head(left));
    }

    @Test
    void whoHasTheOldKeyCannotForkBelowARecovery() {
        meet();
        log.rotate(IssuerLogFixture.privateKey(70), log.recoveryKey);
        left.gossip(log.entries(8, 9));
        LogHead head = head(left);
        IssuerLogFixture thief = branch.branch(2, 4);
        thief.publish("thief");
        assertThat(proven(left, new ForkProof(branch.statement(2), thief.statement(2))))
                .isEqualTo(Verdict.ignore("held"));
        assertThat(head(left)).isEqualTo(head);
    }

    @Test
    void noRecoveryEndsAForkOfTheRecoveryKeyItself() {
        IssuerLogFixture twin = log.branch(0, 55);
        twin.append(new Change.IssuerDescribed("Twin", Optional.empty(), Hash.of(new byte[] {1})), Optional.empty());
        log.rotate(IssuerLogFixture.privateKey(70), log.recoveryKey);
        left.gossip(log.entries(8, 9));
        assertThat(proven(left, new ForkProof(log.statement(0), twin.statement(0)))
                        .kind())
                .isEqualTo(Verdict.Kind.ACCEPT);
        left.gossip(log.entries(8, 9));
        assertThat(left.frontier.isFrozen(log.issuer)).isTrue();
    }

    @Test
    void aCredentialFromTheForkOnIsNoLongerCurrent() {
        left.start();
        PublishOutcome outcome = left.publish("own");
        byte[] credential = ((PublishOutcome.Done) outcome)
                .shown()
                .orElseThrow()
                .credential()
                .orElseThrow();
        byte[] digest = Hash.of(credential).bytes();
        IssuerId own = left.identity.id();
        assertThat(TestRegistry.await(left.findings.find(own, digest, Set.of(own.inception())))
                        .standing())
                .isEqualTo(Standing.CURRENT);
        List<LogEntry> entries = left.range(own, 0);
        IssuerLogFixture stolen = new IssuerLogFixture(1);
        stolen.entries.add(entries.getFirst());
        stolen.setClock(left.clock.now.toEpochMilli());
        stolen.publish("thief");
        proven(
                left,
                new ForkProof(
                        new BranchStatement(List.of(), List.of(entries.get(1).event())), stolen.statement(1)));
        assertThat(TestRegistry.await(left.findings.find(own, digest, Set.of(own.inception())))
                        .standing())
                .isEqualTo(Standing.FORKED);
    }

    private ForkProof proof() {
        return new ForkProof(log.statement(FORK), branch.statement(FORK));
    }

    private void meet() {
        proven(left, proof());
        exchange(left, right);
        exchange(right, left);
    }

    private static Verdict proven(TestRegistry node, ForkProof proof) {
        return TestRegistry.await(node.intake.gossip(new ProfileMessage(proof).encode(), TestRegistry.PEER));
    }

    /** What the second node learns when it asks the first. */
    private void exchange(TestRegistry from, TestRegistry to) {
        from.forks
                .evidence(log.issuer)
                .concatMap(part -> to.forks.told(log.issuer, part))
                .then()
                .block(TestRegistry.PATIENCE);
    }

    private void follow(TestRegistry node, List<LogEntry> range) {
        BranchPull pull = TestRegistry.await(node.forks.follow(log.issuer));
        assertThat(TestRegistry.await(pull.take(range, TestRegistry.PEER))).isEqualTo(BranchPull.Step.DONE);
        node.pull(range);
    }

    private static void fillBodies(TestRegistry one, TestRegistry other) {
        for (List<TestRegistry> pair : List.of(List.of(one, other), List.of(other, one))) {
            pair.get(0)
                    .log
                    .missingBodies(Optional.empty(), 100)
                    .concatMap(missing -> pair.get(1)
                            .log
                            .body(missing.issuer(), missing.profileId())
                            .map(opening -> new ArrivedBody(missing.issuer(), missing.profileId(), opening)))
                    .concatMap(body -> pair.get(0).intake.bodies(List.of(body)))
                    .blockLast(TestRegistry.PATIENCE);
        }
    }

    private static Status status(TestRegistry node, String username) {
        return node.lookup(username).getFirst().status(Instant.ofEpochMilli(IssuerLogFixture.NOON));
    }

    private LogHead head(TestRegistry node) {
        return node.log.heads().filter(head -> head.issuer().equals(log.issuer)).blockFirst(TestRegistry.PATIENCE);
    }
}
