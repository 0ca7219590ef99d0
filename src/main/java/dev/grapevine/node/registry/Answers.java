package dev.grapevine.node.registry;

import dev.grapevine.node.registry.Registry.Place;
import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Where answers come from that are not remembered. */
interface Answers {

    /** What is said of a username that nobody knows. */
    Answer unknown();

    /** An answer for each username. */
    Mono<Map<String, Answer>> read(Collection<String> usernames);

    /** A later page of what is said of a username. */
    Mono<Answer> read(String username, Place after);
}
