package dev.grapevine.node.status;

import io.r2dbc.spi.Readable;
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

    private static final String URN = "urn:uuid:";

    /** The UUID of an id that this node has made, a {@code urn:uuid:}; empty of any other. */
    public static Optional<UUID> uuid(String id) {
        try {
            return id.startsWith(URN) ? Optional.of(UUID.fromString(id.substring(URN.length()))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Where a status stands. */
    public record Place(UUID list, int index) {

        /** Out of the columns {@code status_list} and {@code status_index}; empty where these are null. */
        public static Optional<Place> of(Readable row) {
            UUID list = row.get("status_list", UUID.class);
            Long index = row.get("status_index", Long.class);
            return list == null || index == null ? Optional.empty() : Optional.of(new Place(list, index.intValue()));
        }
    }
}
