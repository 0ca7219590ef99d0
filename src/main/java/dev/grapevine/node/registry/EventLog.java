package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.LogHead;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The logs as they are held, for whoever serves them to other nodes. */
public interface EventLog {

    /**
     * Every issuer's head, for comparison with a peer's: where forks have left something that peers must agree on, the hash
     * covers that too. In the order of the issuers' DIDs, with the demand of the subscriber.
     */
    Flux<LogHead> heads();

    /** The heads of all logs, in memory: committed ones, of which those of other instances come a moment late. */
    FrontierTree frontier();

    /** One issuer's head; empty if nothing of its log is held. */
    Mono<LogHead> head(IssuerId issuer);

    /**
     * A part of a log, ending at an event whose signature was checked here.
     *
     * @param from the first sequence wanted
     * @param maxBytes bound of the entries in all, at least
     *     {@link dev.grapevine.node.profile.ProfileLimits#MAX_RUN_BYTES}; bodies that would go beyond it are left out,
     *     for they can be fetched by themselves
     * @return as many entries as fit, with the bodies of current versions; empty list if there are none from there on
     */
    Mono<List<LogEntry>> range(IssuerId issuer, long from, int maxBytes);

    /** The body of a profile's current version; empty if it is not held or was erased. */
    Mono<Opening> body(IssuerId issuer, UUID profileId);

    /**
     * Current versions whose bodies are not held.
     *
     * @param after the last one of the page before
     * @param limit of the page, in bodies
     */
    Flux<MissingBody> missingBodies(Optional<MissingBody> after, int limit);

    /** A body that is not held; ordered by issuer and profile id. */
    record MissingBody(IssuerId issuer, UUID profileId) {}
}
