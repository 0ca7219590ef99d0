package dev.grapevine.node.status;

import java.util.UUID;
import reactor.core.publisher.Mono;

/** The credentials of profiles, which the registry has. */
public interface ProfileCredentials {

    /** The newest credential of a profile whose id is a {@code urn:uuid:} of this UUID; empty if there is none. */
    Mono<KnownCredential> find(UUID id);
}
