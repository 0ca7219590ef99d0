package dev.grapevine.node.registry;

import dev.grapevine.node.profile.ProfileMessage;
import reactor.core.publisher.Flux;

/** What this node has committed to its own issuer's log, for the network to spread. */
public interface AppendedRuns {

    /**
     * Runs in the order of the log, each after its commit, and within the limits of one message. Hot; runs beyond a
     * bounded buffer are dropped, the oldest first, for peers pull what they miss.
     */
    Flux<ProfileMessage> appended();
}
