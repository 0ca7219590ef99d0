package dev.grapevine.node.credential;

import java.util.Optional;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Keeps credentials that were issued on request, so that they are found and their status is set by their id. */
public interface IssuedCredentials {

    /** The longest id, in characters. */
    int MAX_ID_CHARS = 1024;

    /**
     * Keeps one; completes when it will not be lost any more. Fails with {@link FullException}.
     *
     * @param id by which its issuer knows it
     * @param credential secured
     * @param status where its status stands, if it has one
     */
    Mono<Void> keep(String id, JsonNode credential, Optional<StatusPlace> status);

    /** More wait to be kept than there is room for. */
    final class FullException extends RuntimeException {}
}
