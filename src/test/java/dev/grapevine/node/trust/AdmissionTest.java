package dev.grapevine.node.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.trust.Admission.Reason;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Keys cost nothing, and all of them together get no more than the quotas. */
class AdmissionTest {

    private static final int KEYS = 1_000_000;
    private static final Quotas SMALL = new Quotas(3, 1_000, 2_000);

    private final FakeStore store = new FakeStore();
    private final Trust trust = new Trust(store);
    private final Admission admission = TrustFixture.known(trust, SMALL);

    /** What operators say, and what the database says is used. */
    private static final class FakeStore implements TrustStore {
        private final Map<IssuerId, IssuerTrust> said = new HashMap<>();
        private long version;
        private QuotaUse use = new QuotaUse(0, 0);

        @Override
        public Mono<Long> version() {
            return Mono.fromSupplier(() -> version);
        }

        @Override
        public Mono<Levels> levels() {
            return Mono.fromSupplier(() -> new Levels(version, Map.copyOf(said)));
        }

        @Override
        public Mono<IssuerTrust> set(IssuerId issuer, TrustLevel level, Actor actor) {
            return Mono.fromSupplier(() -> {
                version++;
                IssuerTrust now = new IssuerTrust(issuer, level, false, Optional.empty());
                said.put(issuer, now);
                return now;
            });
        }

        @Override
        public Mono<Void> configure(Map<IssuerId, TrustLevel> settings) {
            return Mono.empty();
        }

        @Override
        public Mono<QuotaUse> use() {
            return Mono.fromSupplier(() -> use);
        }
    }

    private static IssuerId issuer(int number) {
        return new IssuerId(
                PublicKey.ed25519(ByteBuffer.allocate(32).putInt(number).array()));
    }

    private void say(int number, TrustLevel level) {
        trust.set(issuer(number), level, Actor.NODE).block();
    }

    private Optional<Reason> takes(int number, boolean begins, long taken, long weight) {
        Admission.Batch batch = admission.batch();
        Optional<Reason> reason = batch.takes(issuer(number), TrustLevel.KNOWN, begins, taken, weight);
        batch.committed();
        return reason;
    }

    @Test
    void oneMoreIssuerThanTheQuotaIsDeclined() {
        for (int i = 0; i < SMALL.issuers(); i++) {
            assertThat(admission.declines(issuer(i), false)).isEmpty();
            assertThat(takes(i, true, 0, 10)).isEmpty();
        }
        assertThat(admission.use()).isEqualTo(new QuotaUse(3, 30));
        assertThat(takes(3, true, 0, 10)).contains(Reason.ISSUERS);
        assertThat(admission.declines(issuer(3), false)).contains(Reason.ISSUERS);
        assertThat(admission.declines(issuer(0), true)).isEmpty();
        assertThat(takes(0, false, 10, 10)).isEmpty();
    }

    @Test
    void oneMoreByteThanAnIssuerMayIsDeclinedAndNotJudgedAgain() {
        assertThat(takes(1, true, 0, 1_000)).isEmpty();
        assertThat(admission.declines(issuer(1), true)).isEmpty();
        assertThat(takes(1, false, 1_000, 1)).contains(Reason.ISSUER_BYTES);
        assertThat(admission.declines(issuer(1), true)).contains(Reason.ISSUER_BYTES);
        assertThat(admission.declines(issuer(2), false)).isEmpty();
        assertThat(admission.takesBodies(TrustLevel.KNOWN, 999)).isTrue();
        assertThat(admission.takesBodies(TrustLevel.KNOWN, 1_000)).isFalse();
        assertThat(admission.takesBodies(TrustLevel.TRUSTED, 1_000)).isTrue();
        say(9, TrustLevel.BLOCKED); // any change of what is said has it looked at anew
        assertThat(admission.declines(issuer(1), true)).isEmpty();
    }

    @Test
    void oneMoreByteThanAllMayIsDeclined() {
        assertThat(takes(1, true, 0, 1_000)).isEmpty();
        assertThat(takes(2, true, 0, 1_000)).isEmpty();
        assertThat(takes(1, false, 0, 1)).contains(Reason.BYTES);
        assertThat(admission.declines(issuer(1), true)).contains(Reason.BYTES);
    }

    @Test
    void trustedIssuersHaveNoQuotaAndBlockedOnesNothing() {
        say(1, TrustLevel.TRUSTED);
        say(2, TrustLevel.BLOCKED);
        Admission.Batch batch = admission.batch();
        assertThat(batch.begins(issuer(1), 1_000_000)).isEmpty();
        assertThat(batch.takes(issuer(1), TrustLevel.TRUSTED, true, 0, 1_000_000))
                .isEmpty();
        assertThat(batch.begins(issuer(2), 1)).contains(Reason.BLOCKED);
        batch.committed();
        assertThat(admission.use()).isEqualTo(new QuotaUse(0, 0));
        assertThat(admission.declines(issuer(1), false)).isEmpty();
        assertThat(admission.declines(issuer(2), true)).contains(Reason.BLOCKED);
    }

    @Test
    void beginningsOfOneTransactionShareWhatIsLeft() {
        Admission.Batch batch = admission.batch();
        assertThat(batch.begins(issuer(1), 1_000)).isEmpty();
        assertThat(batch.begins(issuer(2), 900)).isEmpty();
        assertThat(batch.begins(issuer(3), 101)).contains(Reason.BYTES);
        assertThat(batch.begins(issuer(4), 1_001)).contains(Reason.ISSUER_BYTES);
        assertThat(batch.begins(issuer(1), 1_000)).isEmpty();
    }

    @Test
    void whatOtherInstancesTakeInCountsToo() {
        assertThat(takes(1, true, 0, 100)).isEmpty();
        store.use = new QuotaUse(3, 1_950);
        admission.refresh(store).block();
        assertThat(admission.use()).isEqualTo(store.use);
        assertThat(takes(4, true, 0, 10)).contains(Reason.ISSUERS);
        assertThat(takes(1, false, 100, 51)).contains(Reason.BYTES);
        assertThat(takes(1, false, 100, 50)).isEmpty();
    }

    @Test
    void aMillionKeysAreTurnedAwayWithoutAnythingBeingKeptOfThem() {
        Admission crowd = TrustFixture.quarantine(trust, new Quotas(10_000, 1_000_000, 256_000_000));
        say(-1, TrustLevel.TRUSTED);
        int admitted = 0;
        for (int i = 0; i < KEYS; i++) {
            Optional<Reason> early = crowd.declines(issuer(i), false);
            early.ifPresent(crowd::count);
            if (early.isEmpty()) {
                Admission.Batch batch = crowd.batch();
                assertThat(batch.begins(issuer(i), 2_000)).isEmpty();
                assertThat(batch.takes(issuer(i), TrustLevel.KNOWN, true, 0, 2_000))
                        .isEmpty();
                batch.committed();
                admitted++;
            }
        }
        assertThat(admitted).isEqualTo(10_000);
        assertThat(crowd.use()).isEqualTo(new QuotaUse(10_000, 20_000_000));
        assertThat(crowd.declined(Reason.ISSUERS)).isEqualTo(KEYS - 10_000);
        assertThat(crowd.remembered()).isZero();
        assertThat(crowd.declines(issuer(-1), false)).isEmpty();
    }

    @Test
    void noMoreFullIssuersAreRememberedThanTheLimit() {
        Admission roomy = TrustFixture.known(trust, new Quotas(KEYS, 1, Long.MAX_VALUE));
        for (int i = 0; i <= Admission.MAX_REMEMBERED; i++) {
            assertThat(roomy.batch().takes(issuer(i), TrustLevel.KNOWN, false, 1, 1))
                    .contains(Reason.ISSUER_BYTES);
        }
        assertThat(roomy.remembered()).isEqualTo(Admission.MAX_REMEMBERED);
    }
}
