package dev.grapevine.node.trust;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.identity.IssuerId;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * The tables of trust, which are the same for all instances on a database. The registry keeps them, for a change of trust and what
 * follows from it for an issuer's log are one transaction.
 */
public interface TrustStore {

    /**
     * All issuers of which something is said.
     *
     * @param version grows with each change
     */
    record Levels(long version, Map<IssuerId, IssuerTrust> said) {}

    /** The number of the newest change. */
    Mono<Long> version();

    /** Everything, as of one moment. */
    Mono<Levels> levels();

    /**
     * Says something of an issuer, of which nothing need be held.
     *
     * @return what is said now, after the commit; fails with {@link ConfiguredTrustException} where settings say something
     *     else, and with {@link TooManyLevelsException}
     */
    Mono<IssuerTrust> set(IssuerId issuer, TrustLevel level, Actor actor);

    /** Has exactly these be said by settings; what settings said before and do not any more is not said any more. */
    Mono<Void> configure(Map<IssuerId, TrustLevel> settings);

    /** What issuers that are not trusted have used of the quotas. */
    Mono<QuotaUse> use();
}
