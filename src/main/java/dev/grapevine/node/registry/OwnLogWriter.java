package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.identity.IssuerKeys;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.sql.CopyRows;
import dev.grapevine.node.status.KnownCredential;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Mono;

/** The log of this node's issuer, for those who append to it: its lock, the key that signs, and its statements. */
final class OwnLogWriter {

    private final IssuerIdentity identity;
    private final IssuerKeys keys;
    private final String network;
    private final RandomGenerator random;
    private final boolean recovering;

    /** @param recovering whether the node may start without the key in force */
    OwnLogWriter(IssuerIdentity identity, IssuerKeys keys, String network, RandomGenerator random, boolean recovering) {
        this.identity = identity;
        this.keys = keys;
        this.network = network;
        this.random = random;
        this.recovering = recovering;
    }

    IssuerIdentity identity() {
        return identity;
    }

    /** Takes the lock that is the right to append; empty if the log has not begun. */
    Mono<IssuerRow> lock(PostgresqlConnection connection) {
        return IssuerRow.lock(connection, Set.of(identity.id()))
                .flatMap(rows -> Mono.justOrEmpty(rows.get(identity.id())));
    }

    /** As {@link #lock}; at the very first start there is no row to lock, and one is made. */
    Mono<IssuerRow> lockOrBegin(PostgresqlConnection connection, Instant now) {
        return lock(connection)
                .switchIfEmpty(Mono.defer(() -> IssuerRow.insert(
                                connection, identity.id(), identity.name(), PublishBatch.recovery(identity), now)
                        .then(Mono.defer(() -> lock(connection)))));
    }

    /**
     * A batch to be appended after the head.
     *
     * @param known all profiles of the usernames in the batch
     * @throws IssuerKeyException where the key in force is not here; the log says which it is
     * @throws LogForkedException where the log is forked; nobody could tell what is added belongs to
     */
    PublishBatch batch(IssuerRow row, Collection<OwnProfile> known, Instant now) {
        row.forks().frozenAt().ifPresent(sequence -> {
            throw new LogForkedException(row.issuer(), sequence);
        });
        return new PublishBatch(identity, network, row, key(row), known, now, random);
    }

    /**
     * For a start: what another key signs than the one in force, nobody would believe.
     *
     * @param head of the log as far as it is here
     * @throws dev.grapevine.node.start.StartProblem where the log goes on with a key that is not here
     */
    void checkKey(Optional<LogHead> head) {
        try {
            head.map(held -> held.keys().current()).ifPresent(this::key);
        } catch (IssuerKeyException missing) {
            if (!recovering) {
                throw missing.asStartProblem();
            }
        }
    }

    private PrivateKey key(PublicKey inForce) {
        return keys.inForce(inForce).orElseThrow(() -> IssuerKeyException.notInForce(inForce));
    }

    /** The key in force after a head; before the first event that is the one which the issuer is named after. */
    private PrivateKey key(IssuerRow row) {
        return row.head()
                .map(head -> key(head.keys().current()))
                .orElseGet(() -> keys.inForce(identity.id().inception())
                        .orElseThrow(() -> IssuerKeyException.logIsMissing(identity.id())));
    }

    /** The row after a batch's entries. */
    static IssuerRow after(IssuerRow row, List<LogEntry> entries) {
        if (entries.isEmpty()) {
            return row;
        }
        LogKeys keys = row.head().map(LogHead::keys).orElseGet(() -> LogKeys.ofUnknown(row.issuer()));
        for (LogEntry entry : entries) {
            keys = keys.after(entry.event().event());
        }
        return row.after(entries.stream().map(LogEntry::event).toList(), keys);
    }

    /**
     * Writes what a batch appends, but for {@link Changes}, which come last.
     *
     * @param after the row after it
     */
    static List<Mono<Void>> statements(
            PostgresqlConnection connection, PublishBatch batch, IssuerRow after, Instant now) {
        List<LogWriter.Appended> appended = batch.entries().stream()
                .map(entry -> new LogWriter.Appended(after.id(), entry, Optional.empty(), true, null))
                .toList();
        return List.of(
                LogWriter.append(connection, appended, now, batch.before(), batch.after()),
                credentialRows(batch, after).send(connection),
                Audit.append(connection, batch.audit()),
                after.update(connection));
    }

    private static CopyRows credentialRows(PublishBatch batch, IssuerRow after) {
        CopyRows rows = CredentialRow.copy();
        batch.credentials()
                .forEach((profileId, draft) -> new CredentialRow(
                                profileId,
                                after.id(),
                                batch.row(profileId).state().versionSequence(),
                                draft.contentDigest(),
                                draft.credential().json(),
                                KnownCredential.uuid(draft.credential().id()),
                                draft.credential().status())
                        .writeTo(rows));
        return rows;
    }
}
