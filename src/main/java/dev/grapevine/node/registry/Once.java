package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request that is to be done once, however often it is sent (draft-ietf-httpapi-idempotency-key-header-07).
 *
 * @param record which requests count as one: a digest of caller and key
 * @param request a digest of what is asked for; another one under the same record is refused
 * @param answer makes the answer that a repetition gets too
 */
public record Once(Hash record, Hash request, Function<PublishOutcome.Done, Answer> answer) {

    /**
     * What a request was answered.
     *
     * @param status of HTTP
     * @param location a path
     */
    public record Answer(int status, Optional<String> location, byte[] body) {}
}
