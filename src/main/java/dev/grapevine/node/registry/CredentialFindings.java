package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.credential.RegistryCheck;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileBody;
import dev.grapevine.node.sql.BatchWorker;
import dev.grapevine.node.trust.TrustLevel;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * How credentials stand in their issuers' logs. Those that are asked for while the database is busy with others are looked for together,
 * in one query.
 *
 * <p>An older version's body is gone, and with it the digest of its credential: a replaced credential is as unknown as one that
 * never was.
 */
final class CredentialFindings implements RegistryCheck {

    /** Questions under way; more are refused. */
    static final int MAX_WAITING = 20_000;

    /** Credentials that one query looks for. */
    static final int MAX_AT_ONCE = 100;

    /** A row at least for each that is asked for; several where more profiles have the same prefix. */
    private static final String FIND =
            "SELECT asked.place, t.level AS said, i.id AS issuer, i.trust, i.frozen_at, p.version_sequence, p.revoked_sequence, p.body,"
                    + " (" + KeyRows.IN_FORCE.formatted("p.issuer", "p.version_sequence") + ") AS in_force"
                    + " FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS asked(did, prefix, place)"
                    + " LEFT JOIN issuer_trust t ON t.did = asked.did"
                    + " LEFT JOIN issuers i ON i.did = asked.did"
                    + " LEFT JOIN profiles p ON p.credential_prefix = asked.prefix AND p.issuer = i.id";

    private final Transactions database;
    private final RegistryState state;
    private final TrustLevel leastShown;
    private final BatchWorker<Asked> worker = new BatchWorker<>(MAX_WAITING, MAX_AT_ONCE, asked -> 1, this::find);

    private record Asked(IssuerId issuer, byte[] digest, Set<PublicKey> signers, MonoSink<Finding> sink) {}

    /** @param leastShown the last level whose issuers are shown */
    CredentialFindings(Transactions database, RegistryState state, TrustLevel leastShown) {
        this.database = database;
        this.state = state;
        this.leastShown = leastShown;
    }

    @Override
    public Mono<Finding> find(IssuerId issuer, byte[] digest, Set<PublicKey> signers) {
        return Mono.create(sink -> {
            if (!worker.offer(new Asked(issuer, digest, signers, sink))) {
                sink.error(new RejectedExecutionException("too many credentials wait to be looked for"));
            }
        });
    }

    BatchWorker<?> worker() {
        return worker;
    }

    private Mono<Void> find(List<Asked> batch) {
        return database.read(connection -> rows(connection, batch)
                        .flatMapMany(rows -> Flux.range(0, batch.size())
                                .concatMap(i -> finding(connection, batch.get(i), rows.get(i)))))
                .collectList()
                .doOnNext(findings -> {
                    for (int i = 0; i < batch.size(); i++) {
                        batch.get(i).sink.success(findings.get(i));
                    }
                })
                .doOnError(error -> batch.forEach(asked -> asked.sink.error(error)))
                .onErrorComplete()
                .then();
    }

    private static Mono<List<Row>> rows(PostgresqlConnection connection, List<Asked> batch) {
        return Flux.from(connection
                        .createStatement(FIND)
                        .bind(
                                "$1",
                                batch.stream().map(asked -> asked.issuer.did()).toArray(String[]::new))
                        .bind(
                                "$2",
                                batch.stream()
                                        .map(asked -> ProfileRow.prefix(asked.digest))
                                        .toArray(Long[]::new))
                        .execute())
                .concatMap(result -> result.map(Row::read))
                .collectList()
                .map(rows -> best(rows, batch));
    }

    /** One for each that is asked for: that of the profile which names the credential, or else one without a profile. */
    private static List<Row> best(List<Row> rows, List<Asked> batch) {
        Map<Integer, Row> best = new HashMap<>();
        for (Row row : rows) {
            Row checked = row.names(Hash.wrap(batch.get(row.place).digest)) ? row : row.withoutProfile();
            best.merge(row.place, checked, (one, other) -> one.profile == null ? other : one);
        }
        List<Row> inOrder = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            inOrder.add(best.get(i));
        }
        return inOrder;
    }

    /** What is found for one that is asked for. */
    private record Row(
            int place,
            boolean blocked,
            @Nullable Issuer issuer,
            @Nullable Profile profile) {

        static Row read(Readable row) {
            Integer said = row.get("said", Integer.class);
            return new Row(
                    Math.toIntExact(Rows.required(row, "place", Long.class) - 1),
                    said != null && TrustLevel.of(said) == TrustLevel.BLOCKED,
                    row.get("issuer", Long.class) == null ? null : Issuer.read(row),
                    row.get("version_sequence", Long.class) == null ? null : Profile.read(row));
        }

        boolean names(Hash digest) {
            return profile != null && profile.names(digest);
        }

        Row withoutProfile() {
            return new Row(place, blocked, issuer, null);
        }
    }

    private record Issuer(long row, TrustLevel trust, Optional<Long> frozenAt) {

        static Issuer read(Readable row) {
            return new Issuer(
                    Rows.required(row, "issuer", Long.class),
                    TrustLevel.of(Rows.required(row, "trust", Integer.class)),
                    Optional.ofNullable(row.get("frozen_at", Long.class)));
        }
    }

    /** @param signer the key in force where its current version stands; empty for the issuer's first */
    private record Profile(long version, boolean revoked, byte @Nullable [] body, Optional<PublicKey> signer) {

        static Profile read(Readable row) {
            return new Profile(
                    Rows.required(row, "version_sequence", Long.class),
                    row.get("revoked_sequence", Long.class) != null,
                    row.get("body", byte[].class),
                    Optional.ofNullable(row.get("in_force", byte[].class)).map(PublicKey::decode));
        }

        boolean names(Hash digest) {
            return Optional.ofNullable(body)
                    .flatMap(ProfileRow::readBody)
                    .flatMap(ProfileBody::credentialDigest)
                    .filter(digest::equals)
                    .isPresent();
        }

        Standing standing(Issuer issuer) {
            if (revoked) {
                return Standing.REVOKED;
            }
            return ForkMark.excludes(issuer.frozenAt, version) ? Standing.FORKED : Standing.CURRENT;
        }
    }

    private Mono<Finding> finding(PostgresqlConnection connection, Asked asked, Row row) {
        Issuer issuer = row.issuer;
        if (issuer == null) {
            return Mono.just(
                    row.blocked
                            ? notHeld(Standing.BLOCKED_ISSUER, asked, "a blocked issuer")
                            : notHeld(Standing.UNKNOWN_ISSUER, asked, "no log of the issuer"));
        }
        if (issuer.trust.compareTo(leastShown) > 0) {
            return Mono.just(notHeld(Standing.UNKNOWN_ISSUER, asked, "an issuer that is not admitted"));
        }
        String detail = detail("a " + issuer.trust.text() + " issuer");
        Profile profile = row.profile;
        if (profile == null) {
            return KeyRows.hasAny(connection, issuer.row, asked.issuer, asked.signers)
                    .map(known -> new Finding(
                            Standing.UNKNOWN_CREDENTIAL, known ? Signer.OF_ISSUER : Signer.STRANGER, detail));
        }
        boolean inForce = asked.signers.contains(profile.signer.orElseGet(asked.issuer::inception));
        return Mono.just(
                new Finding(profile.standing(issuer), inForce ? Signer.IN_FORCE : Signer.OUT_OF_FORCE, detail));
    }

    private Finding notHeld(Standing standing, Asked asked, String what) {
        boolean first = asked.signers.contains(asked.issuer.inception());
        return new Finding(standing, first ? Signer.OF_ISSUER : Signer.STRANGER, detail(what));
    }

    private String detail(String issuer) {
        return issuer + "; the registry is " + state.now().completeness().text();
    }
}
