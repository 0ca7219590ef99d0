package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.trust.Admission;
import dev.grapevine.node.trust.TrustLevel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The logs, read from the database. */
final class PostgresEventLog implements EventLog {

    private static final int FETCH_ROWS = 500;

    private final Transactions database;
    private final Frontier frontier;
    private final Admission admission;

    PostgresEventLog(Transactions database, Frontier frontier, Admission admission) {
        this.admission = admission;
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
                .concatMapIterable(row -> row.compared().stream().toList()));
    }

    @Override
    public Mono<LogHead> head(IssuerId issuer) {
        return database.read(connection -> IssuerRow.find(connection, issuer).flux())
                .next()
                .doOnNext(frontier::advanced)
                .flatMap(row -> Mono.justOrEmpty(row.head()));
    }

    @Override
    public Mono<List<LogEntry>> range(IssuerId issuer, long from, int maxBytes) {
        return database.read(connection ->
                        Events.range(connection, issuer, from, maxBytes).flux())
                .next();
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
                                + " AND (i.trust = 0 OR i.taken_bytes < $4)"
                                + " AND (p.issuer, p.profile_id) >"
                                + " (COALESCE((SELECT id FROM issuers WHERE did = $1), 0), $2)"
                                + " ORDER BY p.issuer, p.profile_id LIMIT $3")
                        .bind("$1", afterDid)
                        .bind("$2", afterProfile)
                        .bind("$3", limit)
                        .bind(
                                "$4",
                                admission.takesBodies(TrustLevel.KNOWN, 0)
                                        ? admission.quotas().issuerBytes()
                                        : 0L)
                        .execute())
                .concatMap(result -> result.map(row -> new MissingBody(
                        IssuerId.parse(Rows.required(row, "did", String.class)),
                        Rows.required(row, "profile_id", UUID.class)))));
    }
}
