package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DivergencesTest {

    private static final IssuerId ISSUER = new IssuerLogFixture(1).issuer;

    private final Divergences divergences = new Divergences();

    @Test
    void tellsOnceOfAnIssuerAtAPeerAndCountsThemAll() {
        List<Divergence> heard = new ArrayList<>();
        divergences.found().subscribe(heard::add);
        divergences.found(by(1));
        divergences.found(by(1));
        assertThat(divergences.told()).isEqualTo(1);
        divergences.found(by(2));
        assertThat(divergences.told()).isEqualTo(2);
        assertThat(divergences.count()).isEqualTo(3);
        assertThat(heard).containsExactly(by(1), by(1), by(2));
    }

    @Test
    void beyondItsBoundItOnlyCounts() {
        for (int i = 1; i <= Divergences.MAX_TOLD + 1; i++) {
            divergences.found(by(i));
        }
        assertThat(divergences.told()).isEqualTo(Divergences.MAX_TOLD);
        assertThat(divergences.count()).isEqualTo(Divergences.MAX_TOLD + 1);
    }

    private static Divergence by(int seed) {
        PeerId peer = PeerId.of(IssuerLogFixture.privateKey(seed).publicKey());
        return new Divergence(ISSUER, 7, Hash.of(new byte[0]), peer);
    }
}
