package dev.grapevine.node.credential;

import java.util.Optional;
import reactor.core.publisher.Mono;

/** Knows which challenges this node has made, and sees that each of them is used once. Others' are for their makers to watch. */
public interface Challenges {

    /** Of a node that makes none. */
    Challenges NONE = challenge -> Mono.just(Optional.empty());

    /**
     * Uses a challenge for a presentation that is sound otherwise.
     *
     * @return for people, why it must not be used: it has expired, or was used before; empty if it may, or is not this node's
     */
    Mono<Optional<String>> use(String challenge);
}
