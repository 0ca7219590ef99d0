package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.ProfileState;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Profiles folded anew from the log, with the final statements of other branches where they count: right after the recovery that
 * has settled their fork. Reads the whole log.
 */
final class Refold {

    private final IssuerRow row;
    private final Set<UUID> profiles;
    private final TreeMap<Long, Map<UUID, List<Final>>> finals = new TreeMap<>();
    private final Map<UUID, ProfileState> states = new HashMap<>();
    private final Set<Final.Key> counted = new HashSet<>();
    private LogScan.Place place;

    /**
     * @param profiles those to fold
     * @param finals all of the issuer; those that no recovery has settled yet are passed over
     */
    Refold(IssuerRow row, Collection<UUID> profiles, Collection<Final> finals) {
        this.row = row;
        this.profiles = Set.copyOf(profiles);
        this.place = LogScan.Place.beginning(row);
        Map<Long, List<Final>> settled = finals.stream()
                .filter(stated -> stated.recoveredAt().isPresent())
                .collect(Collectors.groupingBy(stated -> stated.recoveredAt().orElseThrow()));
        settled.forEach((recovery, those) -> this.finals.put(
                recovery,
                those.stream()
                        .collect(Collectors.groupingBy(stated -> stated.key().profileId()))));
    }

    /** Reads the log and writes the rows that come of it. @return this, for what else the log says */
    Mono<Refold> write(PostgresqlConnection connection, long headSequence) {
        return LogScan.events(connection, row.id(), 0, headSequence + 1)
                .doOnNext(this::fold)
                .then(Mono.defer(() -> save(connection)))
                .thenReturn(this);
    }

    private void fold(SignedEvent event) {
        place = place.after(event);
        if (event.event().change() instanceof Change.OfProfile change && profiles.contains(change.profileId())) {
            ProfileState.apply(Optional.ofNullable(states.get(change.profileId())), event.event())
                    .ifPresent(state -> states.put(change.profileId(), state));
        }
        Map<UUID, List<Final>> now = finals.getOrDefault(event.sequence(), Map.of());
        now.forEach((profile, those) ->
                states.computeIfPresent(profile, (id, state) -> Finals.apply(state, those, counted)));
    }

    private Mono<Void> save(PostgresqlConnection connection) {
        Set<ProfileRow.Key> keys =
                profiles.stream().map(id -> new ProfileRow.Key(row.id(), id)).collect(Collectors.toSet());
        return LogWriter.load(connection, keys).flatMap(before -> {
            Map<ProfileRow.Key, ProfileRow> after = new HashMap<>();
            states.forEach((id, state) -> {
                ProfileRow.Key key = new ProfileRow.Key(row.id(), id);
                after.put(key, ProfileRow.refolded(row.id(), state, Optional.ofNullable(before.get(key))));
            });
            Set<ProfileRow.Key> gone = new HashSet<>(before.keySet());
            gone.removeAll(after.keySet());
            return LogWriter.remove(connection, gone).then(Mono.defer(() -> LogWriter.save(connection, before, after)));
        });
    }

    /** What the log says at its end. */
    LogScan.Place place() {
        return place;
    }

    /** Those of the final statements about the profiles that the log does not say itself. */
    Set<Final.Key> counted() {
        return counted;
    }
}
