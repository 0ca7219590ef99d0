package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.ProfileBody;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.sql.CopyRows;
import dev.grapevine.node.sql.Pipeline;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The registry as a backup takes it. Logs come back through {@link Intake#pulled}, as from a peer, so that a backup can neither
 * forge anything nor bring back what was erased since; credentials, which no peer has, come back here.
 */
public final class RegistryBackup {

    private static final int FETCH_ROWS = 500;

    /** A reader that rests for longer is gone. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** With the bodies of current versions. */
    private static final String EVENTS = "SELECT e.envelope, e.signature_checked, p.salt, p.body FROM events e"
            + " LEFT JOIN profiles p ON p.issuer = e.issuer AND p.version_sequence = e.sequence"
            + " WHERE e.issuer = $1 ORDER BY e.sequence";

    private static final String CREDENTIALS = "SELECT i.did, c.profile_id, c.sequence, c.content_digest, c.json"
            + " FROM credentials c JOIN issuers i ON i.id = c.issuer";

    private final Transactions database;

    RegistryBackup(Transactions database) {
        this.database = database;
    }

    /** A piece of a backup, far below a MiB. */
    public sealed interface Part {

        /** Events of one log, as {@link Intake#pulled} takes them. Each log's runs come in order. */
        record LogRun(List<LogEntry> entries) implements Part {}

        /**
         * A credential that this node has issued.
         *
         * @param sequence of the version that it belongs to
         * @param contentDigest of what was asked to be published
         * @param json canonical, RFC 8785
         */
        record Credential(IssuerId issuer, UUID profileId, long sequence, Hash contentDigest, byte[] json)
                implements Part {}
    }

    /** Everything as it is at one moment, with the demand of the subscriber: first all logs, then the credentials. */
    public Flux<Part> read() {
        return database.snapshot(
                PATIENCE,
                connection -> IssuerRow.all(connection, FETCH_ROWS)
                        .collectList()
                        .flatMapMany(Flux::fromIterable)
                        .concatMap(issuer -> log(connection, issuer.id()), 1)
                        .concatWith(Flux.defer(() -> credentials(connection))));
    }

    private static Flux<Part> log(PostgresqlConnection connection, long issuer) {
        Runs runs = new Runs();
        return Flux.from(connection
                        .createStatement(EVENTS)
                        .bind("$1", issuer)
                        .fetchSize(FETCH_ROWS)
                        .execute())
                .concatMap(result -> result.map(Event::read), 1)
                .concatMapIterable(runs::accept, 1)
                .concatWith(Flux.defer(() -> Flux.fromIterable(runs.end())));
    }

    private static Flux<Part> credentials(PostgresqlConnection connection) {
        return Flux.from(connection
                        .createStatement(CREDENTIALS)
                        .fetchSize(FETCH_ROWS)
                        .execute())
                .concatMap(
                        result -> result.map(row -> new Part.Credential(
                                IssuerId.parse(Rows.required(row, "did", String.class)),
                                Rows.required(row, "profile_id", UUID.class),
                                Rows.required(row, "sequence", Long.class),
                                Hash.wrap(Rows.required(row, "content_digest", byte[].class)),
                                Rows.required(row, "json", byte[].class))),
                        1);
    }

    private record Event(LogEntry entry, boolean signatureChecked) {

        static Event read(Readable row) {
            byte[] body = row.get("body", byte[].class);
            byte[] salt = row.get("salt", byte[].class);
            Optional<Opening> opening =
                    body == null || salt == null ? Optional.empty() : Optional.of(new Opening(body, salt));
            SignedEvent event = SignedEvent.decode(Rows.required(row, "envelope", byte[].class));
            return new Event(new LogEntry(event, opening), Rows.required(row, "signature_checked", Boolean.class));
        }
    }

    /** Cuts one log into runs that end at signatures which were checked. */
    private static final class Runs {
        private final List<LogEntry> waiting = new ArrayList<>();
        private int bytes;
        private int checked;

        List<Part> accept(Event event) {
            int size = event.entry.event().encoded().length;
            List<Part> ready = bytes + size > ProfileLimits.MAX_RUN_BYTES ? end() : List.of();
            waiting.add(event.entry);
            bytes += size;
            if (event.signatureChecked) {
                checked = waiting.size();
            }
            return ready;
        }

        List<Part> end() {
            if (checked == 0) {
                return List.of();
            }
            List<LogEntry> run = List.copyOf(waiting.subList(0, checked));
            waiting.subList(0, checked).clear();
            bytes = waiting.stream()
                    .mapToInt(entry -> entry.event().encoded().length)
                    .sum();
            checked = 0;
            return List.of(new Part.LogRun(run));
        }
    }

    /**
     * Puts credentials back whose profiles still have the very version that they belong to; others are passed over.
     *
     * @return how many were put back, after the commit
     */
    public Mono<Integer> restore(List<Part.Credential> credentials) {
        Set<IssuerId> named = credentials.stream().map(Part.Credential::issuer).collect(Collectors.toSet());
        return database.inTransaction(connection -> IssuerRow.lock(connection, named)
                .flatMap(issuers -> missing(connection, issuers, credentials))
                .flatMap(missing -> write(connection, missing).thenReturn(missing.size())));
    }

    private static Mono<Map<ProfileRow.Key, Part.Credential>> missing(
            PostgresqlConnection connection, Map<IssuerId, IssuerRow> issuers, List<Part.Credential> credentials) {
        Map<ProfileRow.Key, Part.Credential> offered = credentials.stream()
                .filter(credential -> issuers.containsKey(credential.issuer))
                .collect(Collectors.toMap(
                        credential -> new ProfileRow.Key(
                                requireRow(issuers, credential.issuer).id(), credential.profileId),
                        credential -> credential,
                        (first, again) -> first));
        return LogWriter.load(connection, offered.keySet())
                .flatMap(profiles -> present(connection, offered.keySet()).map(present -> {
                    offered.keySet().removeAll(present);
                    offered.entrySet().removeIf(entry -> !belongs(entry.getValue(), profiles.get(entry.getKey())));
                    return offered;
                }));
    }

    private static IssuerRow requireRow(Map<IssuerId, IssuerRow> issuers, IssuerId issuer) {
        return Optional.ofNullable(issuers.get(issuer)).orElseThrow();
    }

    private static boolean belongs(Part.Credential credential, @Nullable ProfileRow profile) {
        return profile != null
                && profile.state().versionSequence() == credential.sequence
                && profile.opening()
                        .flatMap(opening -> ProfileRow.readBody(opening.body()))
                        .flatMap(ProfileBody::credentialDigest)
                        .filter(Hash.of(credential.json)::equals)
                        .isPresent();
    }

    private static Mono<Set<ProfileRow.Key>> present(
            PostgresqlConnection connection, Collection<ProfileRow.Key> profiles) {
        return Flux.from(connection
                        .createStatement("SELECT c.issuer, c.profile_id FROM credentials c"
                                + " JOIN unnest($1::bigint[], $2::uuid[]) AS k(issuer, profile_id)"
                                + " USING (issuer, profile_id)")
                        .bind(
                                "$1",
                                profiles.stream().map(ProfileRow.Key::issuer).toArray(Long[]::new))
                        .bind(
                                "$2",
                                profiles.stream().map(ProfileRow.Key::profileId).toArray(UUID[]::new))
                        .execute())
                .concatMap(result -> result.map(row -> new ProfileRow.Key(
                        Rows.required(row, "issuer", Long.class), Rows.required(row, "profile_id", UUID.class))))
                .collect(HashSet::new, Set::add);
    }

    private static Mono<Void> write(PostgresqlConnection connection, Map<ProfileRow.Key, Part.Credential> credentials) {
        CopyRows rows = CredentialRow.copy();
        credentials.forEach((key, credential) -> CredentialRow.of(
                        key, credential.sequence, credential.contentDigest, credential.json)
                .writeTo(rows));
        return Pipeline.of(rows.send(connection), CredentialRow.revoke(connection, credentials.keySet()));
    }
}
