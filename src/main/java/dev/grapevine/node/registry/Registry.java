package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileBody;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.trust.TrustLevel;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks up what the logs amount to. Which profile a username shows: docs/decisions/2026-11-20-usernames-converge.md. */
public final class Registry {

    /** The most attestations or issuers of one page. */
    public static final int PAGE = 100;

    /** Rows for {@link #attestation}. */
    static final String ATTESTATIONS =
            "SELECT i.did, i.name, i.trust, i.frozen_at, e.hash, e.received_at, e.received_from, p."
                    + String.join(", p.", ProfileRow.COLUMNS)
                    + " FROM profiles p JOIN issuers i ON i.id = p.issuer"
                    + " JOIN events e ON e.issuer = p.issuer AND e.sequence = p.version_sequence";

    /** The oldest that is not revoked, or else the newest. */
    private static final String SHOWN_FIRST = " p.revoked_sequence IS NOT NULL,"
            + " CASE WHEN p.revoked_sequence IS NULL THEN p.published_sequence ELSE -p.published_sequence END";

    /** One an issuer, by {@link Place}. */
    private static final String LOOKUP = ATTESTATIONS.replaceFirst("SELECT", "SELECT DISTINCT ON (i.trust, i.did)")
            + " WHERE p.username = %s AND (i.trust, i.did) > ($2, $3) AND i.trust <= $4"
            + " ORDER BY i.trust, i.did," + SHOWN_FIRST + " LIMIT $5";

    private static final String LOOKUP_ONE = ATTESTATIONS
            + " WHERE p.username = $1 AND i.did = $2 AND i.trust <= $3 ORDER BY" + SHOWN_FIRST + " LIMIT 1";

    private static final String NAMING = ATTESTATIONS + " WHERE p.credential_prefix = $1 AND i.trust <= $2";

    private static final String LOOKUP_ALL = "SELECT asked.username AS asked, found.*"
            + " FROM unnest($1::text[]) AS asked(username) CROSS JOIN LATERAL ("
            + LOOKUP.formatted("asked.username") + ") AS found";

    private final Transactions database;
    private final RegistryState state;
    private final TrustLevel leastShown;

    /** @param leastShown the last level whose issuers are shown */
    Registry(Transactions database, RegistryState state, TrustLevel leastShown) {
        this.database = database;
        this.state = state;
        this.leastShown = leastShown;
    }

    /** A page; {@code next} is empty on the last one. */
    public record Page<T>(List<T> items, Optional<IssuerId> next) {}

    /**
     * An issuer of which a log is held.
     *
     * @param head empty where the issuer has forked its log at the very first event
     * @param frozenAt the sequence at which the issuer has forked its log, while it has not recovered it
     */
    public record KnownIssuer(
            IssuerId id,
            String name,
            Optional<String> didWeb,
            TrustLevel trust,
            Optional<LogHead> head,
            Optional<Long> frozenAt) {

        static KnownIssuer of(IssuerRow row) {
            return new KnownIssuer(
                    row.issuer(),
                    row.name(),
                    row.didWeb(),
                    row.trust(),
                    row.head(),
                    row.forks().frozenAt());
        }
    }

    /**
     * A fork of an issuer's log.
     *
     * @param foundAt when this node came to know it
     * @param recovery the event of the log that has settled it; empty while it is open
     */
    public record KnownFork(ForkProof proof, Instant foundAt, Optional<SignedEvent> recovery) {}

    /** A place among the issuers of a lookup: by trust, then by DID. */
    public record Place(TrustLevel trust, IssuerId issuer) {}

    /** How current the registry is. */
    public RegistryState.Snapshot state() {
        return state.now();
    }

    /**
     * Issuers' attestations of a username, trusted ones first, then by the issuers' DIDs.
     *
     * @param after where the page before ended
     * @return one more than a page at the most; none where nobody knows the username
     */
    Mono<List<Attestation>> lookup(String username, Place after) {
        return database.read(connection -> Flux.from(connection
                                .createStatement(LOOKUP.formatted("$1"))
                                .bind("$1", username)
                                .bind("$2", after.trust().rank())
                                .bind("$3", after.issuer().did())
                                .bind("$4", leastShown.rank())
                                .bind("$5", PAGE + 1)
                                .execute())
                        .concatMap(result -> result.map(Registry::attestation)))
                .collectList();
    }

    /** The first page of them. */
    Mono<List<Attestation>> lookup(String username) {
        return lookup(List.of(username)).mapNotNull(found -> found.get(username));
    }

    /** What one issuer says under a username; empty if nothing. */
    Mono<Attestation> attestation(String username, IssuerId issuer) {
        return database.read(connection -> Flux.from(connection
                                .createStatement(LOOKUP_ONE)
                                .bind("$1", username)
                                .bind("$2", issuer.did())
                                .bind("$3", leastShown.rank())
                                .execute())
                        .concatMap(result -> result.map(Registry::attestation)))
                .next();
    }

    /** The profiles whose current versions name a credential. */
    Flux<Attestation> naming(Hash digest) {
        return database.read(connection -> Flux.from(connection
                                .createStatement(NAMING)
                                .bind("$1", ProfileRow.prefix(digest.bytes()))
                                .bind("$2", leastShown.rank())
                                .execute())
                        .concatMap(result -> result.map(Registry::attestation)))
                .filter(attestation -> attestation
                        .body()
                        .flatMap(ProfileBody::credentialDigest)
                        .equals(Optional.of(digest)));
    }

    /** The first attestations of each username that anybody knows: one more than a page at the most. */
    Mono<Map<String, List<Attestation>>> lookup(Collection<String> usernames) {
        return database.read(connection -> Flux.from(connection
                                .createStatement(LOOKUP_ALL)
                                .bind("$1", usernames.toArray(String[]::new))
                                .bind("$2", TrustLevel.TRUSTED.rank())
                                .bind("$3", "")
                                .bind("$4", leastShown.rank())
                                .bind("$5", PAGE + 1)
                                .execute())
                        .concatMap(result -> result.map(
                                row -> Map.entry(Rows.required(row, "asked", String.class), attestation(row)))))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    /** Profiles of one issuer with their credentials, inside a transaction; erased ones are left out. */
    static Mono<Map<UUID, PublishOutcome.Shown>> shown(
            PostgresqlConnection connection, long issuer, Collection<UUID> profiles) {
        if (profiles.isEmpty()) {
            return Mono.just(Map.of());
        }
        return Flux.from(connection
                        .createStatement(ATTESTATIONS.replaceFirst("SELECT", "SELECT c.json,")
                                + " LEFT JOIN credentials c ON c.issuer = p.issuer AND c.profile_id = p.profile_id"
                                + " WHERE p.issuer = $1 AND p.profile_id = ANY($2) AND p.erased_sequence IS NULL")
                        .bind("$1", issuer)
                        .bind("$2", profiles.toArray(UUID[]::new))
                        .execute())
                .concatMap(result -> result.map(row ->
                        new PublishOutcome.Shown(attestation(row), Optional.ofNullable(row.get("json", byte[].class)))))
                .collectMap(shown -> shown.attestation().profileId());
    }

    /** What is held under a profile's id. */
    public sealed interface Held {
        /** The profile as its issuer has it now. */
        record Present(Attestation attestation) implements Held {}

        /** The issuer has erased it. */
        record Erased() implements Held {}
    }

    /** One profile by its id; empty if none is known. */
    public Mono<Held> profile(IssuerId issuer, UUID profileId) {
        return database.read(connection -> Flux.from(connection
                                .createStatement(
                                        ATTESTATIONS + " WHERE i.did = $1 AND p.profile_id = $2 AND i.trust <= $3")
                                .bind("$1", issuer.did())
                                .bind("$2", profileId)
                                .bind("$3", leastShown.rank())
                                .execute())
                        .concatMap(result -> result.map(Registry::held)))
                .next();
    }

    private static Held held(Readable row) {
        boolean erased = row.get("erased_sequence", Long.class) != null;
        return erased ? new Held.Erased() : new Held.Present(attestation(row));
    }

    /** The issuers that are shown, by their DIDs. */
    public Mono<Page<KnownIssuer>> issuers(Optional<IssuerId> after) {
        return database.read(connection ->
                        IssuerRow.page(connection, after.map(IssuerId::did).orElse(""), leastShown, PAGE + 1))
                .filter(row -> row.compared().isPresent())
                .map(KnownIssuer::of)
                .collectList()
                .map(found -> found.size() > PAGE
                        ? new Page<>(
                                found.subList(0, PAGE),
                                Optional.of(found.get(PAGE - 1).id()))
                        : new Page<>(found, Optional.empty()));
    }

    /** One issuer; empty if none of its log is held. */
    public Mono<KnownIssuer> issuer(IssuerId issuer) {
        return database.read(connection -> IssuerRow.find(connection, issuer).flux())
                .next()
                .filter(row -> row.compared().isPresent())
                .map(KnownIssuer::of);
    }

    /** The forks of an issuer's log that are known, the lowest first. */
    public Mono<List<KnownFork>> forks(IssuerId issuer) {
        return database.read(connection -> IssuerRow.find(connection, issuer)
                        .flatMap(row -> ForkRows.forks(connection, row.id())
                                .collectList()
                                .flatMapMany(Flux::fromIterable)
                                .concatMap(fork -> known(connection, row.id(), fork))
                                .collectList())
                        .flux())
                .next()
                .defaultIfEmpty(List.of());
    }

    private static Mono<KnownFork> known(PostgresqlConnection connection, long issuer, ForkRows.Fork fork) {
        return Mono.justOrEmpty(fork.recoveredAt())
                .flatMap(sequence -> LogScan.event(connection, issuer, sequence))
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .map(recovery -> new KnownFork(fork.proof(), fork.foundAt(), recovery));
    }

    /** The signing keys that an issuer has and had, in their order; empty if nothing of its log is held. */
    public Mono<Keys> keys(IssuerId issuer, long from) {
        return database.read(connection -> IssuerRow.find(connection, issuer)
                        .flatMap(row -> KeyRows.page(connection, row, from, PAGE + 1))
                        .flux())
                .next()
                .map(found -> found.size() > PAGE
                        ? new Keys(
                                found.subList(0, PAGE),
                                OptionalLong.of(found.get(PAGE).from()))
                        : new Keys(found, OptionalLong.empty()));
    }

    /** A page of keys; {@code next} is where the next page begins, empty on the last one. */
    public record Keys(List<IssuerKey> keys, OptionalLong next) {}

    static Attestation attestation(Readable row) {
        ProfileRow profile = ProfileRow.read(row);
        return Attestation.of(
                IssuerId.parse(Rows.required(row, "did", String.class)),
                Rows.required(row, "name", String.class),
                TrustLevel.of(Rows.required(row, "trust", Integer.class)),
                profile.state(),
                profile.opening().map(Opening::body).flatMap(ProfileRow::readBody),
                Rows.required(row, "received_at", Instant.class),
                Optional.ofNullable(row.get("received_from", byte[].class)).map(PeerId::decode),
                Hash.wrap(Rows.required(row, "hash", byte[].class)),
                Optional.ofNullable(row.get("frozen_at", Long.class)));
    }
}
