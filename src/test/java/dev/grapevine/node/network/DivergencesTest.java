package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import org.junit.jupiter.api.Test;

class DivergencesTest {

    private static final IssuerId ISSUER = new IssuerLogFixture(1).issuer;

    private final Divergences divergences = new Divergences();

    @Test
    void tellsOnceOfAnIssuerAtAPeerAndCountsThemAll() {
        assertThat(divergences.found(peer(1), ISSUER)).isTrue();
        assertThat(divergences.found(peer(1), ISSUER)).isFalse();
        assertThat(divergences.found(peer(2), ISSUER)).isTrue();
        assertThat(divergences.count()).isEqualTo(3);
    }

    @Test
    void beyondItsBoundItOnlyCounts() {
        for (int i = 1; i <= Divergences.MAX_TOLD; i++) {
            assertThat(divergences.found(peer(i), ISSUER)).isTrue();
        }
        assertThat(divergences.found(peer(Divergences.MAX_TOLD + 1), ISSUER)).isFalse();
        assertThat(divergences.count()).isEqualTo(Divergences.MAX_TOLD + 1);
    }

    private static PeerId peer(int seed) {
        return PeerId.of(IssuerLogFixture.privateKey(seed).publicKey());
    }
}
