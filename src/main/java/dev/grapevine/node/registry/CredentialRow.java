package dev.grapevine.node.registry;

import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.sql.CopyRows;
import dev.grapevine.node.status.KnownCredential;
import dev.grapevine.node.status.StatusRows;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * A row of the table {@code credentials}. When its profile is revoked, or it goes since there is a newer version, or none any more, its status is
 * set in the same statement, so that nobody who has it can show it any longer.
 *
 * @param sequence of the version that it belongs to
 * @param contentDigest of what was asked to be published
 * @param json canonical
 * @param id its own, if that is a {@code urn:uuid:}, as this node makes them
 * @param status where its status stands, if it has one
 */
record CredentialRow(
        UUID profileId,
        long issuer,
        long sequence,
        Hash contentDigest,
        byte[] json,
        Optional<UUID> id,
        Optional<StatusPlace> status) {

    /** The profiles given as $1 and $2. */
    private static final String KEYS = "unnest($1::bigint[], $2::uuid[]) AS k(issuer, profile_id)";

    /** Of a credential that was issued before, with what stands in it. */
    static CredentialRow of(ProfileRow.Key key, long sequence, Hash contentDigest, byte[] json) {
        JsonNode credential = CredentialJson.parse(json);
        return new CredentialRow(
                key.profileId(),
                key.issuer(),
                sequence,
                contentDigest,
                json,
                KnownCredential.uuid(credential.path("id").asString("")),
                StatusPlace.of(credential));
    }

    static CopyRows copy() {
        return new CopyRows(
                "credentials",
                "profile_id",
                "issuer",
                "sequence",
                "content_digest",
                "json",
                "credential_id",
                "status_list",
                "status_index");
    }

    void writeTo(CopyRows rows) {
        rows.row()
                .uuid(profileId)
                .bigint(issuer)
                .bigint(sequence)
                .bytea(contentDigest.bytes())
                .bytea(json)
                .uuid(id.orElse(null))
                .uuid(status.map(StatusPlace::list).orElse(null))
                .bigint(status.map(place -> (long) place.index()).orElse(null));
    }

    /** Deletes the credentials of profiles. */
    static Mono<Void> delete(PostgresqlConnection connection, Collection<ProfileRow.Key> profiles) {
        return setRevoked(
                connection,
                profiles,
                "DELETE FROM credentials c USING " + KEYS
                        + " WHERE c.issuer = k.issuer AND c.profile_id = k.profile_id"
                        + " RETURNING c.status_list, c.status_index");
    }

    /** Sets the status of the credentials of those of the profiles that are revoked. */
    static Mono<Void> revoke(PostgresqlConnection connection, Collection<ProfileRow.Key> profiles) {
        return setRevoked(
                connection,
                profiles,
                "SELECT c.status_list, c.status_index FROM credentials c JOIN " + KEYS
                        + " USING (issuer, profile_id) JOIN profiles p USING (issuer, profile_id)"
                        + " WHERE p.revoked_sequence IS NOT NULL");
    }

    private static Mono<Void> setRevoked(
            PostgresqlConnection connection, Collection<ProfileRow.Key> profiles, String places) {
        return profiles.isEmpty()
                ? Mono.empty()
                : StatusRows.revoke(
                        places,
                        sql -> connection
                                .createStatement(sql)
                                .bind("$1", LogWriter.issuers(profiles))
                                .bind("$2", LogWriter.ids(profiles)));
    }
}
