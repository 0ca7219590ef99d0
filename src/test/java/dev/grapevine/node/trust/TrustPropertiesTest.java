package dev.grapevine.node.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.start.StartProblem;
import dev.grapevine.node.trust.TrustProperties.Mode;
import dev.grapevine.node.trust.TrustProperties.Quota;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** What settings say of issuers, and what they cannot say. */
class TrustPropertiesTest {

    private static final String ADA = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    private static final Quota NONE = new Quota(null, null, null);

    @Test
    void quotasAreTighterInQuarantineUnlessTheyAreSet() {
        TrustProperties known = new TrustProperties(List.of(), List.of(), Mode.KNOWN, NONE);
        TrustProperties closed = new TrustProperties(List.of(), List.of(), Mode.TRUSTED, NONE);
        assertThat(known.quotas()).isEqualTo(new Quotas(100_000, 2L << 30, 16L << 30));
        assertThat(closed.quotas()).isEqualTo(new Quotas(10_000, 1L << 20, 256L << 20));
        Quota set = new Quota(5, DataSize.ofKilobytes(2), DataSize.ofKilobytes(3));
        assertThat(new TrustProperties(List.of(), List.of(), Mode.TRUSTED, set).quotas())
                .isEqualTo(new Quotas(5, 2_048, 3_072));
    }

    @Test
    void whatIsNoIssuerIsRefused() {
        assertThatThrownBy(() -> new TrustProperties(List.of("did:web:example.org"), List.of(), Mode.KNOWN, NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grapevine.trust.trusted cannot be 'did:web:example.org'");
        assertThatThrownBy(() -> new TrustProperties(List.of(ADA), List.of(ADA), Mode.KNOWN, NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TrustProperties(List.of(), List.of(), Mode.KNOWN, new Quota(-1, null, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theNodesOwnIssuerCannotBeBlocked() {
        Map<IssuerId, TrustLevel> settings = new TrustProperties(List.of(), List.of(ADA), Mode.KNOWN, NONE).levels();
        IssuerId own = IssuerId.parse(ADA);
        assertThatThrownBy(() -> TrustFixture.lifecycle(settings, own)).isInstanceOf(StartProblem.class);
    }
}
