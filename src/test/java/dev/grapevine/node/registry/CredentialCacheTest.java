package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.Answer.ProfileKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CredentialCacheTest {

    private static final IssuerId ISSUER =
            new IssuerId(IssuerLogFixture.privateKey(1).publicKey());

    private final CredentialCache cache = new CredentialCache();

    @Test
    void beyondItsBytesThoseUsedLongestAgoGo() {
        int size = 1024 * 1024 - CredentialCache.ENTRY_OVERHEAD_BYTES;
        int fit = (int) (CredentialCache.MAX_BYTES / (1024 * 1024));
        for (int i = 0; i < fit; i++) {
            cache.keep(profile(i), digest(i), new byte[size]);
        }
        assertThat(cache.bytes()).isEqualTo(CredentialCache.MAX_BYTES);
        assertThat(cache.get(digest(0))).isNotNull();
        cache.keep(profile(fit), digest(fit), new byte[1]);
        assertThat(cache.size()).isEqualTo(fit);
        assertThat(cache.get(digest(0))).isNotNull();
        assertThat(cache.get(digest(1))).isNull();
        assertThat(cache.get(digest(fit))).isNotNull();
    }

    @Test
    void aProfileHasOneAndACredentialOneProfile() {
        cache.keep(profile(1), digest(1), new byte[10]);
        cache.keep(profile(1), digest(2), new byte[20]);
        assertThat(cache.get(digest(1))).isNull();
        cache.keep(profile(2), digest(2), new byte[20]);
        assertThat(cache.size()).isOne();
        assertThat(cache.get(digest(2))).hasSize(20);
        cache.remove(profile(2));
        assertThat(cache.bytes()).isZero();
        assertThat(cache.get(digest(2))).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = AppliedChange.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "TRUST_CHANGED")
    void aNewVersionAndAnErasureTakeItAway(AppliedChange.Kind kind) {
        cache.keep(profile(1), digest(1), new byte[10]);
        cache.keep(profile(2), digest(2), new byte[10]);
        boolean goes = kind == AppliedChange.Kind.ERASED || kind == AppliedChange.Kind.UPDATED;
        cache.forget(List.of(
                new AppliedChange(1, kind, ISSUER, Optional.of(new UUID(0, 1)), Optional.empty(), 3, Instant.EPOCH)));
        assertThat(cache.get(digest(1)) == null).isEqualTo(goes);
        assertThat(cache.get(digest(2))).isNotNull();
        cache.forgetAll();
        assertThat(cache.size()).isZero();
        assertThat(cache.bytes()).isZero();
    }

    /** Of an issuer that is not shown any more no erasure is told. */
    @Test
    void aChangeOfTrustTakesEverythingAway() {
        cache.keep(profile(1), digest(1), new byte[10]);
        cache.forget(List.of(new AppliedChange(
                1, AppliedChange.Kind.TRUST_CHANGED, ISSUER, Optional.empty(), Optional.empty(), 3, Instant.EPOCH)));
        assertThat(cache.size()).isZero();
        assertThat(cache.bytes()).isZero();
    }

    private static ProfileKey profile(int number) {
        return new ProfileKey(ISSUER, new UUID(0, number));
    }

    private static Hash digest(int number) {
        return Hash.of(new byte[] {(byte) number});
    }
}
