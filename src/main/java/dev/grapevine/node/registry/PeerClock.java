package dev.grapevine.node.registry;

import java.time.Duration;
import java.util.Optional;

/** This node's clock beside its peers' (design §4, "When is an event valid?"): a port that the network module implements. */
public interface PeerClock {

    /** How far this node's clock is ahead of the median of its peers', negative where it is behind; empty without peers. */
    Optional<Duration> ahead();
}
