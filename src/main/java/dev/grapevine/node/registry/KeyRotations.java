package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.identity.IssuerKeys;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.sql.Pipeline;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Has new keys take over this node's issuer's log. A new key is on disk before anything is committed, and takes the place of
 * the old one after: whenever the node dies between, the next one who signs finds the key that the log says is in force.
 */
final class KeyRotations {

    private final Transactions transactions;
    private final OwnLogWriter log;
    private final IssuerKeys keys;
    private final Frontier frontier;
    private final Clock clock;
    private final Scheduler deciding;

    KeyRotations(
            Transactions transactions,
            OwnLogWriter log,
            IssuerKeys keys,
            Frontier frontier,
            Clock clock,
            Scheduler deciding) {
        this.transactions = transactions;
        this.log = log;
        this.keys = keys;
        this.frontier = frontier;
        this.clock = clock;
        this.deciding = deciding;
    }

    /** What was committed, or would have been. */
    private record Done(KeyTakeover rotation, Optional<IssuerRow> after, List<LogEntry> entries) {}

    /**
     * Rotates a key, unless that was done before.
     *
     * @param replaces the key to be rotated; where another has taken over from it already, that one is the answer
     * @param committed is given what was appended, after the commit
     * @return empty where neither the key nor its immediate successor is in force
     */
    Mono<KeyTakeover> rotate(PublicKey replaces, Actor by, Consumer<List<LogEntry>> committed) {
        return transactions
                .inTransaction(connection -> log.lock(connection)
                        .switchIfEmpty(Mono.error(() ->
                                IssuerKeyException.logIsMissing(log.identity().id())))
                        .flatMap(row -> KeyRows.last(connection, row)
                                .publishOn(deciding)
                                .flatMap(last -> rotate(connection, row, last, replaces, by))))
                .publishOn(deciding)
                .doOnNext(done -> done.after.ifPresent(after -> {
                    keys.inForce(done.rotation.key());
                    frontier.advanced(after);
                    committed.accept(done.entries);
                }))
                .map(Done::rotation);
    }

    private Mono<Done> rotate(
            PostgresqlConnection connection, IssuerRow row, IssuerKey last, PublicKey replaces, Actor by) {
        if (!last.key().equals(replaces)) {
            boolean done = last.predecessor().filter(replaces::equals).isPresent();
            return done
                    ? Mono.just(
                            new Done(new KeyTakeover(last.key(), last.rotatedAt(), false), Optional.empty(), List.of()))
                    : Mono.empty();
        }
        Instant now = clock.instant();
        PublishBatch batch = log.batch(row, List.of(), now);
        PrivateKey next = keys.createNext();
        batch.rotate(next, by);
        IssuerRow after = OwnLogWriter.after(row, batch.entries());
        KeyTakeover rotation =
                new KeyTakeover(next.publicKey(), after.head().orElseThrow().sequence(), true);
        List<Mono<Void>> statements = new ArrayList<>(OwnLogWriter.statements(connection, batch, after, now));
        statements.add(Changes.append(connection, batch.changes(), now));
        return Pipeline.of(statements).thenReturn(new Done(rotation, Optional.of(after), batch.entries()));
    }
}
