package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.sql.AnyOf;
import dev.grapevine.node.sql.CopyRows;
import dev.grapevine.node.sql.Pipeline;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes events and what they change, inside a transaction that holds the issuers' locks. Own and foreign events go the
 * same way: what they amount to is computed here in memory, and rows that have changed are written anew by COPY.
 */
final class LogWriter {

    /**
     * An event on its way into the table.
     *
     * @param issuer the issuer's row
     * @param opened the body, for {@link #effects}; of no use to {@link #append}
     * @param signatureChecked whether the signature of this very event was checked here, or made here
     * @param receivedFrom null for one that was made here
     */
    record Appended(
            long issuer,
            LogEntry entry,
            Optional<ProfileRow.Opened> opened,
            boolean signatureChecked,
            @Nullable PeerId receivedFrom) {}

    private LogWriter() {}

    /**
     * What events that continue their logs amount to.
     *
     * @param before the profiles that they change and that there were
     * @param after all that they change
     * @param changes those that have an effect, for {@link Changes#append} at the end of the transaction
     */
    record Effects(
            Map<ProfileRow.Key, ProfileRow> before, Map<ProfileRow.Key, ProfileRow> after, List<Changes.Row> changes) {}

    /** Computes what events change, in the order of each log, before they are written. */
    static Mono<Effects> effects(PostgresqlConnection connection, List<Appended> events) {
        Set<ProfileRow.Key> touched = new HashSet<>();
        for (Appended event : events) {
            if (event.entry().event().event().change() instanceof Change.OfProfile change) {
                touched.add(new ProfileRow.Key(event.issuer(), change.profileId()));
            }
        }
        return load(connection, touched).map(before -> apply(before, events));
    }

    /**
     * Writes events and their effects. The issuers' heads are written elsewhere.
     *
     * @param before the profiles that they change and that there were
     * @param after all that they change
     */
    static Mono<Void> append(
            PostgresqlConnection connection,
            List<Appended> events,
            Instant now,
            Map<ProfileRow.Key, ProfileRow> before,
            Map<ProfileRow.Key, ProfileRow> after) {
        return Pipeline.of(
                eventRows(events, now).send(connection),
                KeyRows.write(connection, events),
                save(connection, before, after));
    }

    private static CopyRows eventRows(List<Appended> events, Instant now) {
        CopyRows rows = new CopyRows(
                "events",
                "issuer",
                "sequence",
                "received_at",
                "signature_checked",
                "hash",
                "envelope",
                "received_from");
        for (Appended event : events) {
            PeerId from = event.receivedFrom();
            rows.row()
                    .bigint(event.issuer())
                    .bigint(event.entry().event().sequence())
                    .time(now.toEpochMilli())
                    .bool(event.signatureChecked())
                    .bytea(event.entry().event().hash().bytes())
                    .bytea(event.entry().event().encoded())
                    .bytea(from == null ? null : from.bytes());
        }
        return rows;
    }

    private static Effects apply(Map<ProfileRow.Key, ProfileRow> before, List<Appended> events) {
        Map<ProfileRow.Key, ProfileRow> after = new HashMap<>(before);
        List<Changes.Row> changes = new ArrayList<>();
        for (Appended event : events) {
            Change change = event.entry().event().event().change();
            UUID profileId = change instanceof Change.OfProfile ofProfile ? ofProfile.profileId() : null;
            if (profileId == null || applyToProfile(after, profileId, event)) {
                Changes.kind(change)
                        .ifPresent(kind -> changes.add(new Changes.Row(
                                event.issuer(), profileId, event.entry().event().sequence(), kind)));
            }
        }
        return new Effects(before, after, changes);
    }

    /** @return whether the event has an effect */
    private static boolean applyToProfile(Map<ProfileRow.Key, ProfileRow> rows, UUID profileId, Appended event) {
        ProfileRow.Key key = new ProfileRow.Key(event.issuer(), profileId);
        Optional<ProfileRow> before = Optional.ofNullable(rows.get(key));
        Optional<ProfileRow> after =
                ProfileRow.apply(before, event.issuer(), event.entry().event().event(), event::opened);
        after.ifPresent(row -> rows.put(key, row));
        return !after.equals(before);
    }

    /** The rows of those of the profiles that there are. Whoever changes them holds the issuers' locks. */
    static Mono<Map<ProfileRow.Key, ProfileRow>> load(
            PostgresqlConnection connection, Collection<ProfileRow.Key> profiles) {
        if (profiles.isEmpty()) {
            return Mono.just(Map.of());
        }
        String columns = "p." + String.join(", p.", ProfileRow.COLUMNS);
        AnyOf issuers = AnyOf.of(issuers(profiles));
        AnyOf ids = AnyOf.of(ids(profiles));
        String keys = issuers.single() ? "(VALUES ($1::bigint, $2::uuid))" : "unnest($1::bigint[], $2::uuid[])";
        return Flux.from(connection
                        .createStatement("SELECT " + columns + " FROM profiles p JOIN " + keys
                                + " AS k(issuer, profile_id) USING (issuer, profile_id)")
                        .bind("$1", issuers.value())
                        .bind("$2", ids.value())
                        .execute())
                .flatMap(result -> result.map(ProfileRow::read))
                .collectMap(ProfileRow::key);
    }

    /**
     * Writes the rows that differ. The credential of a profile that had a row before and has another now belongs to the
     * past: it goes, and whoever has a newer one writes it. What an erased person's requests were answered goes as well.
     */
    static Mono<Void> save(
            PostgresqlConnection connection,
            Map<ProfileRow.Key, ProfileRow> before,
            Map<ProfileRow.Key, ProfileRow> after) {
        List<ProfileRow.Key> replaced = new ArrayList<>();
        CopyRows rows = new CopyRows("profiles", ProfileRow.COLUMNS);
        after.forEach((key, row) -> {
            ProfileRow old = before.get(key);
            if (row.equals(old)) {
                return;
            }
            if (old != null) {
                replaced.add(key);
            }
            row.writeTo(rows);
        });
        List<ProfileRow.Key> outdated = replaced.stream()
                .filter(key -> credentialIsOutdated(before.get(key), after.get(key)))
                .toList();
        List<ProfileRow.Key> revoked = after.values().stream()
                .filter(row -> row.state().revoked().isPresent() && !wasRevoked(before.get(row.key())))
                .map(ProfileRow::key)
                .toList();
        List<ProfileRow.Key> erased = after.values().stream()
                .filter(row -> row.state().erased().isPresent())
                .map(ProfileRow::key)
                .toList();
        return Pipeline.of(
                delete(connection, "profiles", replaced),
                CredentialRow.delete(connection, outdated),
                delete(connection, "idempotency", erased),
                rows.send(connection),
                CredentialRow.revoke(connection, revoked));
    }

    private static boolean wasRevoked(@Nullable ProfileRow before) {
        return before != null && before.state().revoked().isPresent();
    }

    /** Takes profiles out that the log does not have any more, with their credentials. */
    static Mono<Void> remove(PostgresqlConnection connection, Collection<ProfileRow.Key> profiles) {
        return Pipeline.of(
                delete(connection, "profiles", profiles),
                CredentialRow.delete(connection, profiles),
                delete(connection, "idempotency", profiles));
    }

    private static boolean credentialIsOutdated(@Nullable ProfileRow before, @Nullable ProfileRow after) {
        return before == null
                || after == null
                || after.state().erased().isPresent()
                || before.state().versionSequence() != after.state().versionSequence()
                || !before.state().commitment().equals(after.state().commitment());
    }

    private static Mono<Void> delete(
            PostgresqlConnection connection, String table, Collection<ProfileRow.Key> profiles) {
        if (profiles.isEmpty()) {
            return Mono.empty();
        }
        return Flux.from(connection
                        .createStatement("DELETE FROM " + table + " p"
                                + " USING unnest($1::bigint[], $2::uuid[]) AS k(issuer, profile_id)"
                                + " WHERE p.issuer = k.issuer AND p.profile_id = k.profile_id")
                        .bind("$1", issuers(profiles))
                        .bind("$2", ids(profiles))
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }

    static Long[] issuers(Collection<ProfileRow.Key> profiles) {
        return profiles.stream().map(ProfileRow.Key::issuer).toArray(Long[]::new);
    }

    static UUID[] ids(Collection<ProfileRow.Key> profiles) {
        return profiles.stream().map(ProfileRow.Key::profileId).toArray(UUID[]::new);
    }
}
