package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.trust.TrustLevel;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lists what lookups show, by username and then by the issuers' DIDs. */
public final class ProfileBrowser {

    /** The most profiles of one page. */
    public static final int MAX_PAGE = 100;

    /** Sorts before and after every character that a username may have. */
    private static final String BEFORE_ALL = "!";

    private static final String AFTER_ALL = "{";

    /**
     * Of several profiles with one username, only that which a lookup shows: none is better than it; and none of an issuer that is not
     * shown, or of a log that was removed. OFFSET 0 keeps the planner from joining all profiles to all others, and to all issuers, for it.
     */
    private static final String SHOWN = "SELECT p.issuer, p.profile_id FROM profiles p"
            + " WHERE EXISTS (SELECT FROM issuers t WHERE t.id = p.issuer AND t.trust <= %3$d OFFSET 0) AND NOT EXISTS (SELECT FROM profiles q WHERE q.username = p.username AND q.issuer = p.issuer AND CASE"
            + " WHEN q.revoked_sequence IS NULL"
            + " THEN p.revoked_sequence IS NOT NULL OR q.published_sequence < p.published_sequence"
            + " ELSE p.revoked_sequence IS NOT NULL AND q.published_sequence > p.published_sequence END OFFSET 0)";

    /** The rest of the username that the page before ended with, and as many of those after it as fill the page. */
    private static final String PAGE = "WITH page AS ((" + SHOWN + " AND p.username = $3%1$s)"
            + " UNION ALL (" + SHOWN + " AND p.username >= $1 AND p.username < $2%1$s"
            + " ORDER BY p.username FETCH FIRST %2$d ROWS WITH TIES)) "
            + Registry.ATTESTATIONS
            + " JOIN page ON page.issuer = p.issuer AND page.profile_id = p.profile_id"
            + " WHERE p.username > $3 OR i.did > $4 ORDER BY p.username, i.did LIMIT %2$d";

    /**
     * A plan for the values at hand: one for all would sort everything of a large issuer for each page. And one that walks an
     * index in the order of the page: before a table is analysed the planner takes what a filter leaves for a handful, and
     * would fetch and sort all of it.
     */
    static final String SETTINGS = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_bitmapscan = off";

    /** Stated where the issuer's log has forked, or after that. The frozen issuers are read once. */
    private static final String FORKED = "(p.issuer = ANY(ARRAY(SELECT id FROM issuers WHERE frozen_at IS NOT NULL))"
            + " AND p.version_sequence >= (SELECT frozen_at FROM issuers WHERE id = p.issuer))";

    private final Transactions database;
    private final TrustLevel leastShown;

    /** @param leastShown the last level whose issuers are shown */
    ProfileBrowser(Transactions database, TrustLevel leastShown) {
        this.database = database;
        this.leastShown = leastShown;
    }

    /**
     * What is asked for.
     *
     * @param prefix of the usernames; empty for all
     */
    public record Query(String prefix, Optional<IssuerId> issuer, Optional<Attestation.Status> status) {}

    /** The last profile of a page. */
    public record Position(String username, IssuerId issuer) {}

    /**
     * One profile.
     *
     * @param username also where the current version's body is not held, then that of the one before
     */
    public record Listed(String username, Attestation attestation) {

        Position position() {
            return new Position(username, attestation.issuer());
        }
    }

    /** A page; {@code next} is empty on the last one. */
    public record Page(List<Listed> items, Optional<Position> next) {}

    /**
     * A page of profiles.
     *
     * @param after where the page before ended
     * @param limit from 1 to {@link #MAX_PAGE}
     * @param now by which profiles have expired or not
     */
    public Mono<Page> page(Query query, Optional<Position> after, int limit, Instant now) {
        Select select = select(query, after, limit, now, leastShown);
        return database.inTransaction(connection -> Flux.from(
                                connection.createStatement(SETTINGS).execute())
                        .flatMap(result -> result.getRowsUpdated())
                        .thenMany(rows(connection, select))
                        .collectList())
                .map(found -> found.size() > limit
                        ? new Page(
                                List.copyOf(found.subList(0, limit)),
                                Optional.of(found.get(limit - 1).position()))
                        : new Page(found, Optional.empty()));
    }

    /**
     * What a page asks the database.
     *
     * @param values of the parameters, in their order
     */
    record Select(String sql, List<Object> values) {

        PostgresqlStatement on(PostgresqlConnection connection) {
            PostgresqlStatement statement = connection.createStatement(sql);
            for (int i = 0; i < values.size(); i++) {
                statement.bind(i, values.get(i));
            }
            return statement;
        }
    }

    static Select select(Query query, Optional<Position> after, int limit, Instant now, TrustLevel leastShown) {
        String last = after.map(Position::username).orElse("");
        String lastDid = after.map(position -> position.issuer().did()).orElse("");
        String from = after.isPresent() ? last + BEFORE_ALL : query.prefix;
        List<Object> values = new ArrayList<>(List.of(from, query.prefix + AFTER_ALL, last, lastDid));
        StringBuilder conditions = new StringBuilder();
        query.issuer.ifPresent(issuer -> conditions
                .append(" AND p.issuer = (SELECT id FROM issuers WHERE did = ")
                .append(bound(values, issuer.did()))
                .append(')'));
        query.status.ifPresent(status -> conditions.append(" AND ").append(condition(status, now, values)));
        return new Select(PAGE.formatted(conditions, limit + 1, leastShown.rank()), values);
    }

    private static Flux<Listed> rows(PostgresqlConnection connection, Select select) {
        return Flux.from(select.on(connection).execute())
                .concatMap(result -> result.map(
                        row -> new Listed(Rows.required(row, "username", String.class), Registry.attestation(row))));
    }

    /** The same as {@link Attestation#status}. */
    private static String condition(Attestation.Status status, Instant now, List<Object> values) {
        return switch (status) {
            case REVOKED -> "p.revoked_sequence IS NOT NULL";
            case FORKED -> "p.revoked_sequence IS NULL AND " + FORKED;
            case EXPIRED ->
                "p.revoked_sequence IS NULL AND p.valid_until <= " + bound(values, now) + " AND NOT " + FORKED;
            case ACTIVE ->
                "p.revoked_sequence IS NULL AND (p.valid_until IS NULL OR p.valid_until > " + bound(values, now) + ")"
                        + " AND NOT " + FORKED;
        };
    }

    private static String bound(List<Object> values, Object value) {
        values.add(value);
        return "$" + values.size();
    }
}
