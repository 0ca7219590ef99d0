package dev.grapevine.node.registry;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.audit.AuditEntry;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.trust.ConfiguredTrustException;
import dev.grapevine.node.trust.IssuerTrust;
import dev.grapevine.node.trust.QuotaUse;
import dev.grapevine.node.trust.TooManyLevelsException;
import dev.grapevine.node.trust.Trust;
import dev.grapevine.node.trust.TrustLevel;
import dev.grapevine.node.trust.TrustStore;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The table {@code issuer_trust}, and what follows from it for logs that are held. Whoever writes it locks it whole, against others
 * and against logs that begin ({@link IssuerRow#insert}), then the issuer's row.
 */
final class PostgresTrust implements TrustStore {

    private static final String LOCK = "LOCK TABLE issuer_trust IN EXCLUSIVE MODE";

    private final Transactions database;
    private final Frontier frontier;
    private final Clock clock;

    PostgresTrust(Transactions database, Frontier frontier, Clock clock) {
        this.database = database;
        this.frontier = frontier;
        this.clock = clock;
    }

    @Override
    public Mono<Long> version() {
        return database.read(connection -> Flux.from(connection
                                .createStatement("SELECT id FROM trust_version")
                                .execute())
                        .concatMap(result -> result.map(row -> Rows.required(row, "id", Long.class))))
                .next();
    }

    @Override
    public Mono<Levels> levels() {
        return database.read(PostgresTrust::rows).collectList().map(rows -> {
            Map<IssuerId, IssuerTrust> said = new HashMap<>();
            rows.forEach(row -> row.said.ifPresent(trust -> said.put(trust.issuer(), trust)));
            return new Levels(rows.getFirst().version, Map.copyOf(said));
        });
    }

    /** One at least, which has the version. */
    private record Row(long version, Optional<IssuerTrust> said) {

        static Row read(Readable row) {
            return new Row(
                    Rows.required(row, "id", Long.class),
                    Optional.ofNullable(row.get("did", String.class)).map(did -> trust(did, row)));
        }
    }

    private static Flux<Row> rows(PostgresqlConnection connection) {
        return Flux.from(connection
                        .createStatement("SELECT v.id, t.did, t.level, t.configured, t.changed_at"
                                + " FROM trust_version v LEFT JOIN issuer_trust t ON true")
                        .execute())
                .concatMap(result -> result.map(Row::read));
    }

    private static IssuerTrust trust(String did, Readable row) {
        return new IssuerTrust(
                IssuerId.parse(did),
                TrustLevel.of(Rows.required(row, "level", Integer.class)),
                Rows.required(row, "configured", Boolean.class),
                Optional.of(Rows.required(row, "changed_at", Instant.class)));
    }

    @Override
    public Mono<QuotaUse> use() {
        return database.read(connection -> Flux.from(connection
                                .createStatement(
                                        "SELECT count(*) AS issuers, COALESCE(sum(taken_bytes), 0)::bigint AS bytes"
                                                + " FROM issuers WHERE trust = 1")
                                .execute())
                        .concatMap(result -> result.map(row -> new QuotaUse(
                                Rows.required(row, "issuers", Long.class), Rows.required(row, "bytes", Long.class)))))
                .next();
    }

    @Override
    public Mono<IssuerTrust> set(IssuerId issuer, TrustLevel level, Actor actor) {
        return database.inTransaction(connection -> locked(connection).flatMap(said -> {
                    Optional<IssuerTrust> before = Optional.ofNullable(said.get(issuer));
                    TrustLevel levelBefore = before.map(IssuerTrust::level).orElse(TrustLevel.KNOWN);
                    IssuerTrust after = new IssuerTrust(issuer, level, false, Optional.of(clock.instant()));
                    if (level == levelBefore) {
                        return Mono.just(new Written(before.orElse(after), false));
                    }
                    if (before.filter(IssuerTrust::configured).isPresent()) {
                        return Mono.error(new ConfiguredTrustException(levelBefore));
                    }
                    if (before.isEmpty() && said.size() >= Trust.MAX_LEVELS) {
                        return Mono.error(new TooManyLevelsException());
                    }
                    return write(connection, List.of(after), actor).thenReturn(new Written(after, true));
                }))
                .doOnNext(written -> forgetBlocked(written.changed ? List.of(written.after) : List.of()))
                .map(Written::after);
    }

    private record Written(IssuerTrust after, boolean changed) {}

    @Override
    public Mono<Void> configure(Map<IssuerId, TrustLevel> settings) {
        return database.inTransaction(connection -> locked(connection).flatMap(said -> {
                    List<IssuerTrust> changed = changes(said, settings);
                    return write(connection, changed, Actor.NODE)
                            .then(mark(connection, settings.keySet()))
                            .thenReturn(changed);
                }))
                .doOnNext(this::forgetBlocked)
                .then();
    }

    private List<IssuerTrust> changes(Map<IssuerId, IssuerTrust> said, Map<IssuerId, TrustLevel> settings) {
        Optional<Instant> now = Optional.of(clock.instant());
        List<IssuerTrust> changed = new ArrayList<>();
        settings.forEach((issuer, level) -> {
            IssuerTrust before = said.get(issuer);
            if (before == null || before.level() != level) {
                changed.add(new IssuerTrust(issuer, level, true, now));
            }
        });
        said.values().stream()
                .filter(before -> before.configured() && !settings.containsKey(before.issuer()))
                .forEach(before -> changed.add(new IssuerTrust(before.issuer(), TrustLevel.KNOWN, false, now)));
        return changed;
    }

    private static Mono<Map<IssuerId, IssuerTrust>> locked(PostgresqlConnection connection) {
        return run(connection.createStatement(LOCK))
                .thenMany(Flux.defer(() -> rows(connection)))
                .collectList()
                .map(rows -> {
                    Map<IssuerId, IssuerTrust> said = new HashMap<>();
                    rows.forEach(row -> row.said.ifPresent(trust -> said.put(trust.issuer(), trust)));
                    return said;
                });
    }

    /** Rows of issuers are locked in the order of their DIDs; the changes come last. */
    private Mono<Void> write(PostgresqlConnection connection, List<IssuerTrust> changed, Actor actor) {
        if (changed.isEmpty()) {
            return Mono.empty();
        }
        Instant now = clock.instant();
        List<AuditEntry> audit = changed.stream()
                .map(after -> new AuditEntry(
                        now,
                        actor,
                        "trust.changed",
                        null,
                        after.issuer().did() + " " + after.level().text()))
                .toList();
        Set<IssuerId> issuers = new HashSet<>();
        changed.forEach(after -> issuers.add(after.issuer()));
        return Flux.fromIterable(changed)
                .concatMap(after -> say(connection, after))
                .then(run(connection.createStatement("UPDATE trust_version SET id = id + 1")))
                .then(Mono.defer(() -> Audit.append(connection, audit)))
                .then(Mono.defer(() -> IssuerRow.lock(connection, issuers)))
                .flatMap(rows -> apply(connection, changed, rows, now));
    }

    private static Mono<Void> apply(
            PostgresqlConnection connection, List<IssuerTrust> changed, Map<IssuerId, IssuerRow> rows, Instant now) {
        List<Changes.Row> changes = new ArrayList<>();
        List<Mono<Void>> statements = new ArrayList<>();
        for (IssuerTrust after : changed) {
            IssuerRow row = rows.get(after.issuer());
            if (row != null) {
                long head = row.head().map(known -> known.sequence()).orElse(0L);
                changes.add(new Changes.Row(row.id(), null, head, AppliedChange.Kind.TRUST_CHANGED));
                statements.add(
                        after.level() == TrustLevel.BLOCKED
                                ? RemovedIssuers.remove(connection, row, now)
                                : rank(connection, row, after.level()));
            }
        }
        return Flux.concat(statements).then(Mono.defer(() -> Changes.append(connection, changes, now)));
    }

    private static Mono<Void> rank(PostgresqlConnection connection, IssuerRow row, TrustLevel level) {
        return run(connection
                .createStatement("UPDATE issuers SET trust = $2 WHERE id = $1")
                .bind("$1", row.id())
                .bind("$2", level.rank()));
    }

    private static Mono<Void> say(PostgresqlConnection connection, IssuerTrust after) {
        return after.level() == TrustLevel.KNOWN
                ? run(connection
                        .createStatement("DELETE FROM issuer_trust WHERE did = $1")
                        .bind("$1", after.issuer().did()))
                : run(connection
                        .createStatement("INSERT INTO issuer_trust (did, level, configured, changed_at)"
                                + " VALUES ($1, $2, $3, $4) ON CONFLICT (did) DO UPDATE"
                                + " SET level = $2, configured = $3, changed_at = $4")
                        .bind("$1", after.issuer().did())
                        .bind("$2", after.level().rank())
                        .bind("$3", after.configured())
                        .bind("$4", after.changedAt().orElseThrow()));
    }

    /** What somebody said by the API, and settings say as well now. */
    private static Mono<Void> mark(PostgresqlConnection connection, Set<IssuerId> configured) {
        return run(connection
                .createStatement("WITH marked AS (UPDATE issuer_trust SET configured = true"
                        + " WHERE did = ANY($1) AND NOT configured RETURNING 1)"
                        + " UPDATE trust_version SET id = id + 1 WHERE EXISTS (SELECT FROM marked)")
                .bind("$1", configured.stream().map(IssuerId::did).toArray(String[]::new)));
    }

    private void forgetBlocked(List<IssuerTrust> changed) {
        changed.stream()
                .filter(after -> after.level() == TrustLevel.BLOCKED)
                .forEach(after -> frontier.removed(after.issuer()));
    }

    private static Mono<Void> run(PostgresqlStatement statement) {
        return Flux.from(statement.execute())
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }
}
