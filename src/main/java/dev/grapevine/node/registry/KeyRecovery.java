package dev.grapevine.node.registry;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.audit.AuditEntry;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.identity.IssuerKeys;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.KeyRotation;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileEvent;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Has a new key take over when the one in force is lost or stolen. The node makes the new key and the event; whoever has the
 * recovery key signs it elsewhere, and the node puts it into the log ({@link Forks#recover}).
 */
public final class KeyRecovery {

    private final Transactions transactions;
    private final OwnLogWriter log;
    private final IssuerKeys keys;
    private final Forks forks;
    private final String network;
    private final Clock clock;
    private final Scheduler deciding;

    KeyRecovery(
            Transactions transactions,
            OwnLogWriter log,
            IssuerKeys keys,
            Forks forks,
            String network,
            Clock clock,
            Scheduler deciding) {
        this.transactions = transactions;
        this.log = log;
        this.keys = keys;
        this.forks = forks;
        this.network = network;
        this.clock = clock;
        this.deciding = deciding;
    }

    /**
     * An event that waits for the recovery key's signature.
     *
     * @param newKey that takes over by it
     * @param lastHeld the last sequence that is held here, on a branch that is to fall too; what comes after the event's
     *     predecessor is of no effect
     * @param payload what is to be signed
     */
    public record Prepared(
            IssuerId issuer, String network, long sequence, PublicKey newKey, long lastHeld, byte[] payload) {}

    /** Why a recovery is not put into the log. */
    public static final class RefusedException extends RuntimeException {
        RefusedException(String reason) {
            super(reason);
        }
    }

    /**
     * Makes a new key, on disk for good, and the event by which it takes over.
     *
     * @param at the last event that stands; empty: the last one that is held
     * @return fails with {@link RefusedException} where there is no such event, and with {@link IssuerKeyException} where the log
     *     is not here yet
     */
    public Mono<Prepared> prepare(OptionalLong at) {
        return transactions.inTransaction(connection -> log.lock(connection)
                .switchIfEmpty(Mono.error(
                        () -> IssuerKeyException.logIsMissing(log.identity().id())))
                .flatMap(row -> last(connection, row.id())
                        .flatMap(last -> LogScan.event(connection, row.id(), at.orElse(last))
                                .switchIfEmpty(Mono.error(
                                        () -> new RefusedException("the log has no event " + at.orElse(last))))
                                .publishOn(deciding)
                                .map(standing -> prepare(row, standing, last)))));
    }

    private static Mono<Long> last(PostgresqlConnection connection, long issuer) {
        return Flux.from(connection
                        .createStatement("SELECT max(sequence) AS last FROM events WHERE issuer = $1")
                        .bind("$1", issuer)
                        .execute())
                .concatMap(result -> result.map(row -> Rows.required(row, "last", Long.class)))
                .single();
    }

    private Prepared prepare(IssuerRow row, SignedEvent standing, long last) {
        row.head().map(LogHead::keys).ifPresent(inForce -> keys.inForce(inForce.current()));
        PrivateKey next = keys.createNext();
        IssuerId issuer = row.issuer();
        long sequence = standing.sequence() + 1;
        byte[] taken = KeyRotation.sign(next, network, issuer, sequence, standing.hash());
        ProfileEvent event = new ProfileEvent(
                issuer,
                sequence,
                Optional.of(standing.hash()),
                Math.max(clock.millis(), standing.event().occurredAtMillis()),
                new Change.KeyRotated(next.publicKey(), taken));
        return new Prepared(issuer, network, sequence, next.publicKey(), last, event.encode());
    }

    /**
     * Puts a prepared event into the log; a second time it changes nothing.
     *
     * @param recovery as the recovery key has signed it
     * @return the key in force then; fails with {@link RefusedException} where it is not to be
     */
    public Mono<KeyTakeover> recover(SignedEvent recovery, Actor by) {
        if (!recovery.issuer().equals(log.identity().id())
                || !(recovery.event().change() instanceof Change.KeyRotated rotated)) {
            return Mono.error(new RefusedException("the event does not rotate the key of this node's issuer"));
        }
        PublicKey newKey = rotated.newKey();
        return forks.hashes(recovery.issuer(), List.of(recovery.sequence()))
                .flatMap(held -> transactions
                        .read(connection ->
                                IssuerRow.find(connection, recovery.issuer()).flux())
                        .next()
                        .flatMap(row -> take(row, held, recovery, newKey, by)))
                .switchIfEmpty(Mono.error(
                        () -> IssuerKeyException.logIsMissing(log.identity().id())));
    }

    private Mono<KeyTakeover> take(
            IssuerRow row, Map<Long, Hash> held, SignedEvent recovery, PublicKey newKey, Actor by) {
        boolean done = Optional.of(recovery.hash()).equals(Optional.ofNullable(held.get(recovery.sequence())))
                && !row.forks().excludes(recovery.sequence());
        if (done) {
            return Mono.just(new KeyTakeover(newKey, recovery.sequence(), false));
        }
        boolean signed = row.head().map(LogHead::keys).stream()
                .anyMatch(inForce -> new RunVerifier(network).isRecovery(recovery, inForce));
        if (!signed) {
            return Mono.error(new RefusedException("the event is not signed by the issuer's recovery key"));
        }
        if (!keys.isWaiting(newKey)) {
            return Mono.error(new RefusedException(
                    "the new key is not here any more: another recovery or rotation was begun meanwhile"));
        }
        return forks.recover(recovery)
                .filter(stands -> stands)
                .switchIfEmpty(Mono.error(() -> new RefusedException(
                        "the log does not have the event before it, or another recovery counts more")))
                .publishOn(deciding)
                .doOnNext(stands -> keys.inForce(newKey))
                .then(audit(recovery, newKey, by))
                .thenReturn(new KeyTakeover(newKey, recovery.sequence(), true));
    }

    private Mono<Void> audit(SignedEvent recovery, PublicKey newKey, Actor by) {
        return transactions
                .inTransaction(connection -> Audit.append(
                        connection,
                        List.of(new AuditEntry(
                                clock.instant(),
                                by,
                                "issuer.key-recovered",
                                new AuditEntry.Event(recovery.issuer().did(), recovery.sequence(), null),
                                DidKey.encode(newKey)))))
                .then();
    }
}
