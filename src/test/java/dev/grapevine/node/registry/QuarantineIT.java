package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.CLERK;
import static dev.grapevine.node.registry.TestRegistry.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.Envelope;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileEvent;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.storage.TestPostgres;
import dev.grapevine.node.trust.Admission.Reason;
import dev.grapevine.node.trust.Quotas;
import dev.grapevine.node.trust.TrustFixture;
import dev.grapevine.node.trust.TrustLevel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whoever is not admitted gets no more of the disk than the quotas, and is seen by nobody. */
class QuarantineIT {

    private static final int KEYS = 20_000;
    private static final int ADMITTED = 500;
    private static final int MILLION = 1_000_000;
    private static final long MAX_GROWTH_BYTES = 16 * 1024 * 1024;
    private static final int AT_ONCE = 64;
    private static final Quotas SMALL = new Quotas(ADMITTED, 8_000, 2_000_000);

    private final TestRegistry node = TestRegistry.admitting(
                    TestPostgres.newDatabase(), 1, trust -> TrustFixture.quarantine(trust, SMALL))
            .start();

    @BeforeEach
    void trustItself() {
        await(node.trustStore
                .configure(Map.of(node.identity.id(), TrustLevel.TRUSTED))
                .then(node.trust.refresh())
                .then(node.admission.refresh(node.trustStore))
                .thenReturn(true));
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static IssuerLogFixture log(int seed) {
        IssuerLogFixture log = new IssuerLogFixture(seed);
        log.describe("Free key " + seed);
        log.publish("ada");
        return log;
    }

    @Test
    void twentyThousandFreeKeysTakeUpNoMoreThanTheQuota() {
        IssuerLogFixture honest = log(-5);
        await(node.trust.set(honest.issuer, TrustLevel.TRUSTED, CLERK));
        long declined = await(Flux.range(100, KEYS)
                .flatMap(seed -> node.intake.pulled(log(seed).entries, TestRegistry.PEER), AT_ONCE)
                .filter(Pulled.Declined.class::isInstance)
                .count());

        assertThat(declined).isEqualTo(KEYS - ADMITTED);
        assertThat(node.admission.declined(Reason.ISSUERS)).isEqualTo(declined);
        assertThat(node.count("SELECT count(*) FROM issuers WHERE trust = 1")).isEqualTo(ADMITTED);
        assertThat(node.count("SELECT count(*) FROM issuers WHERE head_sequence < 0"))
                .isZero();
        assertThat(await(node.trustStore.use())).isEqualTo(node.admission.use());
        assertThat(node.admission.use().bytes()).isLessThanOrEqualTo(SMALL.bytes());
        assertThat(node.intake.queue().asideBytes()).isZero();

        assertThat(node.lookup("ada")).isEmpty();
        node.pull(honest.entries);
        assertThat(node.lookup("ada")).extracting(Attestation::issuer).containsExactly(honest.issuer);
        assertThat(node.gossip(log(KEYS + 1_000).entries)).isEqualTo(Verdict.accept("declined"));
        assertThat(node.intake.admits(log(KEYS + 1_000).issuer)).isFalse();
        assertThat(node.intake.admits(honest.issuer)).isTrue();
    }

    /** Beyond the quota nobody looks at a signature, so that none has to be right. */
    @Test
    void aMillionFreeKeysTakeUpNeitherDiskNorMemory() {
        IssuerLogFixture honest = log(-6);
        await(node.trust.set(honest.issuer, TrustLevel.TRUSTED, CLERK));
        await(Flux.range(100, ADMITTED)
                .flatMap(seed -> node.intake.pulled(log(seed).entries, TestRegistry.PEER), AT_ONCE)
                .then(Mono.just(true)));
        long disk = node.count("SELECT pg_database_size(current_database())");
        long memory = usedMemory();

        Mono<Long> declined = Flux.range(0, MILLION)
                .flatMap(i -> node.intake.pulled(List.of(describedBy(freeKey(i))), TestRegistry.PEER), AT_ONCE)
                .filter(Pulled.Declined.class::isInstance)
                .count();
        assertThat(declined.block(Duration.ofMinutes(5))).isEqualTo(MILLION);

        assertThat(node.admission.declined(Reason.ISSUERS)).isEqualTo(MILLION);
        assertThat(node.count("SELECT pg_database_size(current_database())") - disk)
                .isLessThan(MAX_GROWTH_BYTES);
        assertThat(usedMemory() - memory).isLessThan(MAX_GROWTH_BYTES);
        node.pull(honest.entries);
        assertThat(node.lookup("ada")).extracting(Attestation::issuer).containsExactly(honest.issuer);
    }

    private static IssuerId freeKey(int number) {
        return new IssuerId(
                PublicKey.ed25519(ByteBuffer.allocate(32).putInt(4, number).array()));
    }

    private static LogEntry describedBy(IssuerId issuer) {
        Change described = new Change.IssuerDescribed("Free", Optional.empty(), Hash.of(new byte[0]));
        ProfileEvent event = new ProfileEvent(issuer, 0, Optional.empty(), IssuerLogFixture.NOON, described);
        byte[] type = "/grapevine/profile-event/1".getBytes(StandardCharsets.US_ASCII);
        Envelope unsigned = new Envelope(issuer.inception(), type, event.encode(), new byte[64]);
        return new LogEntry(SignedEvent.decode(unsigned.encode()), Optional.empty());
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void whatIsInQuarantineIsShownOnceItIsTrusted() {
        IssuerLogFixture log = log(7);
        assertThat(node.pull(log.entries)).isEqualTo(new Pulled.Applied(1));
        assertThat(node.lookup("ada")).isEmpty();
        assertThat(await(node.registry.issuers(Optional.empty())).items())
                .extracting(Registry.KnownIssuer::id)
                .doesNotContain(log.issuer);
        Changes changes = new Changes(node.transactions, TrustLevel.TRUSTED);
        assertThat(((Changes.Since.Page) await(changes.since(0, 100))).changes())
                .filteredOn(change -> change.issuer().equals(log.issuer))
                .hasSize(2)
                .allMatch(change -> change.kind() == AppliedChange.Kind.HIDDEN);

        await(node.trust.set(log.issuer, TrustLevel.TRUSTED, CLERK));
        assertThat(node.lookup("ada")).extracting(Attestation::issuer).containsExactly(log.issuer);
        assertThat(await(node.trustStore.use()).issuers()).isZero();
    }

    @Test
    void beyondItsQuotaAnIssuerKeepsThePrefixUntilItIsTrusted() {
        IssuerLogFixture log = log(8);
        int taken = 0;
        Pulled last = node.pull(log.entries);
        while (last instanceof Pulled.Applied) {
            taken = log.entries.size();
            log.publish("p" + taken);
            last = node.pull(log.entries(taken, taken + 1));
        }
        assertThat(last).isEqualTo(new Pulled.Declined());
        assertThat(node.range(log.issuer, 0)).hasSize(taken);
        assertThat(node.count("SELECT taken_bytes FROM issuers WHERE did = '" + log.issuer.did() + "'"))
                .isBetween(SMALL.issuerBytes() - 1_500, SMALL.issuerBytes());
        assertThat(node.intake.admits(log.issuer)).isFalse();
        List<LogEntry> rest = log.entries(taken, taken + 1);
        assertThat(node.pull(rest)).isEqualTo(new Pulled.Declined());
        assertThat(node.admission.declined(Reason.ISSUER_BYTES)).isEqualTo(2);

        await(node.trust.set(log.issuer, TrustLevel.TRUSTED, CLERK));
        assertThat(node.pull(rest)).isEqualTo(new Pulled.Applied(taken));
    }

    @Test
    void bodiesThatComeLaterAreBoundedTooAndTheirLackIsNotWaitedFor() {
        IssuerLogFixture log = new IssuerLogFixture(9);
        log.describe("Late");
        while (log.entries.size() < 6) {
            log.publish("p" + log.entries.size());
        }
        node.pull(log.entries.stream()
                .map(entry -> new LogEntry(entry.event(), Optional.empty()))
                .toList());
        assertThat(await(node.log.missingBodies(Optional.empty(), 100).count())).isEqualTo(5);
        await(node.transactions.inTransaction(connection -> Mono.from(connection
                        .createStatement("UPDATE issuers SET taken_bytes = " + SMALL.issuerBytes() + " WHERE trust = 1")
                        .execute())
                .flatMap(result -> result.getRowsUpdated())));
        assertThat(await(node.log.missingBodies(Optional.empty(), 100).count())).isZero();
        LogEntry version = log.entries.get(1);
        Intake.ArrivedBody body = new Intake.ArrivedBody(
                log.issuer,
                ((Change.Version) version.event().event().change()).profileId(),
                version.opening().orElseThrow());
        assertThat(await(node.intake.bodies(List.of(body)))).isZero();
        await(node.trust.set(log.issuer, TrustLevel.TRUSTED, CLERK));
        assertThat(await(node.intake.bodies(List.of(body)))).isEqualTo(1);
    }
}
