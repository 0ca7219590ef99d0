package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.sql.AnyOf;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A profile of this node's issuer.
 *
 * @param contentDigest of what was asked to be published last; empty if this node's database does not know
 */
record OwnProfile(ProfileRow row, Optional<Hash> contentDigest) {

    /** Which of the profiles with one username is shown: the rule of docs/decisions/2026-11-20-usernames-converge.md. */
    private static final Comparator<OwnProfile> SHOWN_FIRST = Comparator.comparingLong(OwnProfile::rank);

    static Optional<OwnProfile> shown(Collection<OwnProfile> ofUsername) {
        return ofUsername.stream().min(SHOWN_FIRST);
    }

    /** Not revoked ones from the oldest on, then revoked ones from the newest on. */
    private long rank() {
        long published = row.state().publishedSequence();
        return isRevoked() ? Long.MAX_VALUE - published : published;
    }

    boolean isRevoked() {
        return row.state().revoked().isPresent();
    }

    /** All profiles of an issuer with one of these usernames. */
    static Mono<List<OwnProfile>> load(PostgresqlConnection connection, long issuer, Collection<String> usernames) {
        if (usernames.isEmpty()) {
            return Mono.just(List.of());
        }
        String columns = "p." + String.join(", p.", ProfileRow.COLUMNS);
        AnyOf names = AnyOf.of(usernames.toArray(String[]::new));
        return Flux.from(connection
                        .createStatement("SELECT " + columns + ", c.content_digest FROM profiles p"
                                + " LEFT JOIN credentials c ON c.issuer = p.issuer AND c.profile_id = p.profile_id"
                                + " WHERE p.issuer = $1 AND p.username " + names.equalTo("$2"))
                        .bind("$1", issuer)
                        .bind("$2", names.value())
                        .execute())
                .concatMap(result -> result.map(row -> new OwnProfile(
                        ProfileRow.read(row),
                        Optional.ofNullable(row.get("content_digest", byte[].class))
                                .map(Hash::wrap))))
                .collectList();
    }
}
