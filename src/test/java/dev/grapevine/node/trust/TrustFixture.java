package dev.grapevine.node.trust;

import dev.grapevine.node.identity.IssuerId;
import java.util.Map;
import org.springframework.util.unit.DataSize;

/** Trust and admission as tests want them. */
public final class TrustFixture {

    /** More than any test takes in. */
    public static final Quotas ENOUGH = new Quotas(
            1_000_000,
            DataSize.ofGigabytes(2).toBytes(),
            DataSize.ofGigabytes(16).toBytes());

    private TrustFixture() {}

    public static Trust trust(TrustStore store) {
        return new Trust(store);
    }

    public static Admission open(Trust trust) {
        return known(trust, ENOUGH);
    }

    public static Admission known(Trust trust, Quotas quotas) {
        return new Admission(trust, TrustProperties.Mode.KNOWN, quotas);
    }

    public static Admission quarantine(Trust trust, Quotas quotas) {
        return new Admission(trust, TrustProperties.Mode.TRUSTED, quotas);
    }

    /** For what its constructor refuses; it is never started. */
    static TrustLifecycle lifecycle(Map<IssuerId, TrustLevel> settings, IssuerId own) {
        TrustStore none = null;
        Trust trust = new Trust(none);
        return new TrustLifecycle(trust, open(trust), none, settings, own);
    }
}
