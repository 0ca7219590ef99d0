package dev.grapevine.node.trust;

import dev.grapevine.node.identity.IssuerId;
import java.time.Instant;
import java.util.Optional;

/**
 * What is said of one issuer.
 *
 * @param configured whether it stands in the node's settings, where alone it can be changed
 * @param changedAt when it was said; empty if nothing was, and the issuer is known like any other
 */
public record IssuerTrust(IssuerId issuer, TrustLevel level, boolean configured, Optional<Instant> changedAt) {

    static IssuerTrust nothingSaid(IssuerId issuer) {
        return new IssuerTrust(issuer, TrustLevel.KNOWN, false, Optional.empty());
    }
}
