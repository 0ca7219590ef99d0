package dev.grapevine.node.status;

import java.util.Optional;
import java.util.UUID;

/**
 * A credential that this node has issued.
 *
 * @param json as it was handed out
 * @param place of its status; empty if it has none
 * @param ofProfile whether it belongs to a profile, of which the registry alone says whether it is revoked
 */
public record KnownCredential(String json, Optional<Place> place, boolean ofProfile) {

    /** Where a status stands. */
    public record Place(UUID list, int index) {}
}
