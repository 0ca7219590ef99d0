package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;

/**
 * Heads that peers hold in place of ours: of the same sequence, with another hash. The issuer has forked its log, for both
 * are said to be its. Safe for use by several threads.
 */
final class Divergences {

    /** Pairs of peer and issuer that an operator is told of; further ones are counted alone. */
    static final int MAX_TOLD = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(Divergences.class);

    private static final EmitFailureHandler PATIENTLY = EmitFailureHandler.busyLooping(Duration.ofSeconds(1));

    private record Place(PeerId peer, IssuerId issuer) {}

    private final Set<Place> told = new HashSet<>();
    private final Sinks.Many<Divergence> found = Sinks.many().multicast().directBestEffort();
    private final Sinks.Many<Divergence> suspected = Sinks.many().multicast().directBestEffort();
    private long count;

    /** Tells whoever follows, and the operator once of an issuer at a peer. */
    void found(Divergence divergence) {
        if (count(divergence)) {
            LOG.info(
                    "{} holds another event {} of {} than this node, or knows of other forks: it is asked for the proof.",
                    divergence.peer(),
                    divergence.sequence(),
                    divergence.issuer().did());
        }
        found.emitNext(divergence, PATIENTLY);
    }

    private synchronized boolean count(Divergence divergence) {
        count++;
        return told.size() < MAX_TOLD && told.add(new Place(divergence.peer(), divergence.issuer()));
    }

    /** Something that may be a divergence; whoever follows is to look. Counts for nothing by itself. */
    void suspect(Divergence divergence) {
        suspected.emitNext(divergence, PATIENTLY);
    }

    /** What may be a divergence. Hot; those that nobody takes in time are lost. */
    Flux<Divergence> suspected() {
        return suspected.asFlux();
    }

    /** Each as it is found, again and again as long as it lasts. Hot; those that nobody takes in time are lost. */
    Flux<Divergence> found() {
        return found.asFlux();
    }

    /** Of how many places an operator has been told. */
    synchronized int told() {
        return told.size();
    }

    /** How often such a head was seen. */
    synchronized long count() {
        return count;
    }
}
