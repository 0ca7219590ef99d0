package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.registry.Intake.Gap;
import dev.grapevine.node.registry.Intake.Pulled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class HostileRunsIT {

    private final IssuerLogFixture log = new IssuerLogFixture(7);
    private final TestRegistry node = TestRegistry.onNewDatabase(1);
    private final List<Gap> gaps = new CopyOnWriteArrayList<>();

    @BeforeEach
    void begin() {
        log.describe("University");
        log.publish("ada");
        log.publish("bob");
        node.intake.gaps().subscribe(gaps::add);
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void noiseIsRejected() {
        Verdict verdict = TestRegistry.await(node.intake.gossip(new byte[100], TestRegistry.PEER));
        assertThat(verdict).isEqualTo(new Verdict(Verdict.Kind.REJECT, "malformed"));
    }

    @Test
    void aForgeryIsRejectedAndLeavesNothing() {
        log.appendSigned(new Change.Unknown(99), Optional.empty(), IssuerLogFixture.privateKey(1));
        assertThat(node.gossip(log.entries).kind()).isEqualTo(Verdict.Kind.REJECT);
        assertThat(node.pull(log.entries)).isInstanceOf(Pulled.Refused.class);
        assertThat(node.count("SELECT count(*) FROM issuers")).isZero();
    }

    @Test
    void anAuthenticRunBehindAGapIsForwardedAndAppliedWhenTheGapCloses() {
        node.pull(log.entries(0, 1));
        assertThat(node.gossip(log.entries(2, 3)).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        assertThat(node.pull(log.entries(2, 3))).isEqualTo(new Pulled.Behind(1));
        Awaitility.await()
                .atMost(TestRegistry.PATIENCE)
                .untilAsserted(() -> assertThat(gaps).containsExactly(new Gap(log.issuer, 1, 1, TestRegistry.PEER)));
        assertThat(node.pull(log.entries(1, 2))).isInstanceOf(Pulled.Applied.class);
        assertThat(node.lookup("bob")).hasSize(1);
    }

    @Test
    void anotherHistoryIsAConflictAndChangesNothing() {
        node.pull(log.entries);
        String before = node.digest();
        IssuerLogFixture twin = new IssuerLogFixture(7);
        twin.describe("University");
        twin.publish("eve");
        twin.publish("mallory");
        twin.publish("trent");
        assertThat(node.pull(twin.entries)).isEqualTo(new Pulled.Conflict(2));
        assertThat(node.pull(twin.entries(1, 2))).isEqualTo(new Pulled.Conflict(1));
        assertThat(node.gossip(twin.entries(1, 4)).kind()).isEqualTo(Verdict.Kind.IGNORE);
        assertThat(node.digest()).isEqualTo(before);
    }

    @Test
    void earlyEventsAreHeldAndAppliedWhenTheirTimeComes() {
        log.setClock(IssuerLogFixture.NOON + Duration.ofMinutes(30).toMillis());
        log.publish("early");
        assertThat(node.gossip(log.entries).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        node.pull(log.entries(0, 3));
        assertThat(node.pull(log.entries(3, 4))).isInstanceOf(Pulled.Early.class);
        assertThat(node.lookup("early")).isEmpty();
        node.clock.now = node.clock.now.plus(Duration.ofMinutes(20));
        node.intake.retryEarlyRuns(Flux.just(1));
        Awaitility.await()
                .atMost(TestRegistry.PATIENCE)
                .until(() -> !node.lookup("early").isEmpty());
    }

    @Test
    void aPoisonedBodyIsAMissingBody() {
        Opening wrong = log.opening("ada", "Somebody else");
        LogEntry poisoned = new LogEntry(log.entries.get(1).event(), Optional.of(wrong));
        node.pull(List.of(log.entries.get(0), poisoned, log.entries.get(2)));
        assertThat(node.lookup("ada")).isEmpty();
        assertThat(TestRegistry.await(
                        node.log.missingBodies(Optional.empty(), 10).collectList()))
                .hasSize(1);
        log.entries.set(
                1, new LogEntry(log.entries.get(1).event(), log.entries.get(1).opening()));
        var body = new Intake.ArrivedBody(
                log.issuer,
                ((Change.Published) log.entries.get(1).event().event().change()).profileId(),
                log.entries.get(1).opening().orElseThrow());
        assertThat(TestRegistry.await(node.intake.bodies(List.of(body, body)))).isEqualTo(1);
        assertThat(node.lookup("ada")).hasSize(1);
    }

    @Test
    void aBodyThatOpensItsCommitmentAndIsNoBodySaysNothing() {
        byte[] nul = "{\"username\":\"nul\",\"displayName\":\"\\u0000\"}".getBytes(StandardCharsets.UTF_8);
        Opening opening = new Opening(nul, new byte[ProfileLimits.SALT_BYTES]);
        log.append(new Change.Published(new UUID(1, 2), opening.commitment(), Optional.empty()), Optional.of(opening));
        assertThat(node.pull(log.entries)).isEqualTo(new Pulled.Applied(3));
        assertThat(node.lookup("nul")).isEmpty();
        assertThat(TestRegistry.await(
                        node.log.missingBodies(Optional.empty(), 10).collectList()))
                .isEmpty();
    }

    @Test
    void unknownKindsAndChangesWithoutSenseDoNotBlockTheLog() {
        log.append(new Change.Unknown(99), Optional.empty());
        log.revoke(new UUID(3, 4));
        log.publish("cyd");
        assertThat(node.pull(log.entries)).isEqualTo(new Pulled.Applied(5));
        assertThat(node.lookup("cyd")).hasSize(1);
    }
}
