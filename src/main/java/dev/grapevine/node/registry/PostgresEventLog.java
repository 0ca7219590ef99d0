package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The logs, read from the database. */
final class PostgresEventLog implements EventLog {

    private static final int FETCH_ROWS = 500;

    private final Transactions database;
    private final Frontier frontier;

    PostgresEventLog(Transactions database, Frontier frontier) {
        this.database = database;
        this.frontier = frontier;
    }

    @Override
    public FrontierTree frontier() {
        return frontier.tree();
    }

    @Override
    public Flux<LogHead> heads() {
        return database.read(connection -> IssuerRow.all(connection, FETCH_ROWS)
                .concatMapIterable(row -> row.head().stream().toList()));
    }

    @Override
    public Mono<LogHead> head(IssuerId issuer) {
        return database.read(connection -> IssuerRow.find(connection, issuer).flux())
                .next()
                .flatMap(row -> Mono.justOrEmpty(row.head()))
                .doOnNext(frontier::advanced);
    }

    @Override
    public Mono<List<LogEntry>> range(IssuerId issuer, long from, int maxBytes) {
        return database.read(connection -> IssuerRow.find(connection, issuer)
                        .flatMap(row -> Events.run(connection, row.id(), from)
                                .flatMap(run -> withBodies(connection, row.id(), run, maxBytes)))
                        .flux())
                .next()
                .defaultIfEmpty(List.of());
    }

    /** Bodies of versions that are no longer current are gone; the others go along as far as there is room. */
    private static Mono<List<LogEntry>> withBodies(
            PostgresqlConnection connection, long issuer, List<SignedEvent> run, int maxBytes) {
        Set<ProfileRow.Key> profiles = run.stream()
                .flatMap(event -> event.event().change() instanceof Change.Version version
                        ? Stream.of(new ProfileRow.Key(issuer, version.profileId()))
                        : Stream.empty())
                .collect(Collectors.toSet());
        return LogWriter.load(connection, profiles).map(rows -> {
            List<LogEntry> entries = new ArrayList<>();
            int room = maxBytes;
            for (SignedEvent event : run) {
                room -= new LogEntry(event, Optional.empty()).messageBytes();
            }
            for (SignedEvent event : run) {
                LogEntry entry = new LogEntry(event, opening(rows, issuer, event));
                int bodyBytes = entry.opening()
                        .map(opened -> opened.body().length + opened.salt().length)
                        .orElse(0);
                room -= bodyBytes;
                entries.add(room < 0 ? new LogEntry(event, Optional.empty()) : entry);
            }
            return entries;
        });
    }

    private static Optional<Opening> opening(Map<ProfileRow.Key, ProfileRow> rows, long issuer, SignedEvent event) {
        return event.event().change() instanceof Change.Version version
                ? Optional.ofNullable(rows.get(new ProfileRow.Key(issuer, version.profileId())))
                        .filter(row -> row.state().versionSequence() == event.sequence())
                        .flatMap(ProfileRow::opening)
                : Optional.empty();
    }

    @Override
    public Mono<Opening> body(IssuerId issuer, UUID profileId) {
        return database.read(connection -> IssuerRow.find(connection, issuer)
                        .flatMap(row -> LogWriter.load(connection, Set.of(new ProfileRow.Key(row.id(), profileId))))
                        .flux())
                .concatMapIterable(Map::values)
                .next()
                .flatMap(row -> Mono.justOrEmpty(row.opening()));
    }

    @Override
    public Flux<MissingBody> missingBodies(Optional<MissingBody> after, int limit) {
        String afterDid = after.map(body -> body.issuer().did()).orElse("");
        UUID afterProfile = after.map(MissingBody::profileId).orElse(new UUID(0, 0));
        return database.read(connection -> Flux.from(connection
                        .createStatement("SELECT i.did, p.profile_id FROM profiles p JOIN issuers i ON i.id = p.issuer"
                                + " WHERE p.body IS NULL AND p.erased_sequence IS NULL"
                                + " AND (p.issuer, p.profile_id) >"
                                + " (COALESCE((SELECT id FROM issuers WHERE did = $1), 0), $2)"
                                + " ORDER BY p.issuer, p.profile_id LIMIT $3")
                        .bind("$1", afterDid)
                        .bind("$2", afterProfile)
                        .bind("$3", limit)
                        .execute())
                .concatMap(result -> result.map(row -> new MissingBody(
                        IssuerId.parse(Rows.required(row, "did", String.class)),
                        Rows.required(row, "profile_id", UUID.class)))));
    }
}
