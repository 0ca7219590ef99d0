package dev.grapevine.node.registry;

import dev.grapevine.node.profile.ProfileState;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What final statements of other branches do to profiles. */
final class Finals {

    private Finals() {}

    /**
     * Which statements about profiles would count: those about profiles that the log has before a sequence, and that are not
     * revoked, or erased, before it anyway.
     */
    static Mono<Set<Final.Key>> eligible(
            PostgresqlConnection connection, long issuer, Collection<UUID> profiles, long before) {
        return Flux.from(connection
                        .createStatement("SELECT profile_id, revoked_sequence, erased_sequence FROM profiles"
                                + " WHERE issuer = $1 AND profile_id = ANY($2) AND published_sequence < $3")
                        .bind("$1", issuer)
                        .bind("$2", profiles.toArray(UUID[]::new))
                        .bind("$3", before)
                        .execute())
                .concatMap(result -> result.map(row -> {
                    UUID id = Rows.required(row, "profile_id", UUID.class);
                    Set<Final.Key> keys = new HashSet<>();
                    boolean erased = isBefore(row.get("erased_sequence", Long.class), before);
                    if (!erased && !isBefore(row.get("revoked_sequence", Long.class), before)) {
                        keys.add(new Final.Key(id, false));
                    }
                    if (!erased) {
                        keys.add(new Final.Key(id, true));
                    }
                    return keys;
                }))
                .reduce(new HashSet<>(), (all, keys) -> {
                    all.addAll(keys);
                    return all;
                });
    }

    private static boolean isBefore(@org.jspecify.annotations.Nullable Long sequence, long before) {
        return sequence != null && sequence < before;
    }

    /** Applies statements to the rows as they are; for a frozen issuer, whose log does not go on. @return the changes */
    static Mono<List<Changes.Row>> apply(PostgresqlConnection connection, long issuer, Collection<Final> finals) {
        Set<ProfileRow.Key> keys = new HashSet<>();
        finals.forEach(
                stated -> keys.add(new ProfileRow.Key(issuer, stated.key().profileId())));
        return LogWriter.load(connection, keys).flatMap(before -> {
            Map<ProfileRow.Key, ProfileRow> after = new HashMap<>(before);
            List<Changes.Row> changes = new ArrayList<>();
            finals.stream().sorted(Final.ORDER).forEach(stated -> {
                SignedEvent event = stated.statement().event();
                after.computeIfPresent(
                        new ProfileRow.Key(issuer, stated.key().profileId()),
                        (key, row) -> ProfileRow.apply(Optional.of(row), issuer, event.event(), Optional::empty)
                                .orElse(row));
                Changes.kind(event.event().change())
                        .ifPresent(kind ->
                                changes.add(new Changes.Row(issuer, stated.key().profileId(), event.sequence(), kind)));
            });
            return LogWriter.save(connection, before, after).thenReturn(changes);
        });
    }

    /**
     * Applies those statements about a profile that count after a recovery, revocations before erasures.
     *
     * @param counted gets those that have an effect
     */
    static ProfileState apply(ProfileState state, Collection<Final> finals, Set<Final.Key> counted) {
        ProfileState result = state;
        for (boolean erased : new boolean[] {false, true}) {
            for (Final stated : finals) {
                if (stated.key().erased() == erased) {
                    ProfileState before = result;
                    result = ProfileState.apply(
                                    Optional.of(before),
                                    stated.statement().event().event())
                            .orElseThrow();
                    if (!result.equals(before)) {
                        counted.add(stated.key());
                    }
                }
            }
        }
        return result;
    }
}
