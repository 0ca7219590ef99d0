package dev.grapevine.node.trust;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.identity.IssuerId;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * The levels of issuers, in memory as the database had them a moment ago: good for turning away early what is not wanted.
 * Whatever must be right is read in the transaction that needs it. Safe for use by several threads.
 */
public final class Trust {

    /** Issuers that may be trusted or blocked; about 30 MiB of memory. One more is refused. */
    public static final int MAX_LEVELS = 100_000;

    private final TrustStore store;
    private volatile TrustStore.Levels levels = new TrustStore.Levels(-1, Map.of()); // nothing has been read yet

    Trust(TrustStore store) {
        this.store = store;
    }

    /** How much an issuer counts. */
    public TrustLevel level(IssuerId issuer) {
        IssuerTrust said = levels.said().get(issuer);
        return said == null ? TrustLevel.KNOWN : said.level();
    }

    /** Changes whenever anything does that {@link #level} says. */
    long version() {
        return levels.version();
    }

    /** What is said of an issuer, as the database has it now. */
    public Mono<IssuerTrust> read(IssuerId issuer) {
        return refresh()
                .then(Mono.fromSupplier(() -> Optional.ofNullable(levels.said().get(issuer))
                        .orElseGet(() -> IssuerTrust.nothingSaid(issuer))));
    }

    /** Says something of an issuer; see {@link TrustStore#set}. */
    public Mono<IssuerTrust> set(IssuerId issuer, TrustLevel level, Actor actor) {
        return store.set(issuer, level, actor).delayUntil(said -> refresh());
    }

    /** Reads what has changed in the database. */
    public Mono<Void> refresh() {
        return store.version()
                .filter(version -> version != levels.version())
                .flatMap(version -> store.levels())
                .doOnNext(this::keep)
                .then();
    }

    private synchronized void keep(TrustStore.Levels read) {
        if (read.version() > levels.version()) {
            levels = read;
        }
    }
}
