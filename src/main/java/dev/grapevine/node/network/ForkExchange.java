package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.ForkMessages.EventHash;
import dev.grapevine.node.network.ForkMessages.ForksPage;
import dev.grapevine.node.network.ForkMessages.ForksRequest;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.ForkSearch;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.BranchPull;
import dev.grapevine.node.registry.Forks;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What to do where a peer's history of an issuer is not ours: ask what the peer knows of forks; if that tells nothing, find the place
 * where the two part, and with the peer's event there make the proof; and once a recovery is known, pull the branch that it names.
 */
final class ForkExchange {

    private static final Logger LOG = LoggerFactory.getLogger(ForkExchange.class);

    /** Divergences that wait; those beyond are found again by the next comparison. */
    static final int MAX_WAITING = 1_024;

    /** Rounds of comparing hashes; honest answers need four for 16 million events. */
    private static final int MAX_ROUNDS = 16;

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final SyncClient client;
    private final Forks forks;

    ForkExchange(SyncClient client, Forks forks) {
        this.client = client;
        this.forks = forks;
    }

    /** Works off divergences, and what may be one, one at a time. @return stops it */
    Disposable follow(Flux<Divergence> found, Flux<Divergence> suspected) {
        Flux<Divergence> certain = buffered(found);
        return Flux.merge(
                        certain,
                        buffered(suspected)
                                .concatMap(suspicion -> certain(suspicion).onErrorComplete(), 1))
                .concatMap(
                        divergence -> settle(divergence)
                                .timeout(TIMEOUT)
                                .doOnError(failure -> LOG.debug("{} is of no help: {}", divergence, failure.toString()))
                                .onErrorComplete(),
                        1)
                .subscribe();
    }

    private static Flux<Divergence> buffered(Flux<Divergence> divergences) {
        return divergences
                .onBackpressureBuffer(MAX_WAITING, lost -> {}, BufferOverflowStrategy.DROP_LATEST)
                .publishOn(Schedulers.parallel(), 1);
    }

    /** The suspicion, if we hold another event at that place; or are frozen, so that any news of the issuer is welcome. */
    private Mono<Divergence> certain(Divergence suspicion) {
        return forks.hashes(suspicion.issuer(), List.of(suspicion.sequence()))
                .filter(ours -> forks.isFrozen(suspicion.issuer())
                        || !Objects.equals(suspicion.theirs(), ours.get(suspicion.sequence())))
                .map(ours -> suspicion);
    }

    /** Completes when all was done that this peer helps with. */
    Mono<Void> settle(Divergence divergence) {
        IssuerId issuer = divergence.issuer();
        PeerId peer = divergence.peer();
        return told(peer, issuer)
                .then(Mono.defer(() -> forks.isFrozen(issuer) ? Mono.empty() : search(divergence)))
                .then(Mono.defer(() -> recover(peer, issuer)));
    }

    private Mono<Void> told(PeerId peer, IssuerId issuer) {
        return client.ask(peer, ForksRequest.evidence(issuer))
                .map(ForksPage::decode)
                .concatMap(page -> forks.told(issuer, page.evidence()), 1)
                .then();
    }

    private Mono<Void> search(Divergence divergence) {
        return differs(divergence).filter(differs -> differs).flatMap(differs -> {
            ForkSearch search = new ForkSearch(divergence.sequence());
            return Mono.defer(() -> round(divergence, search))
                    .repeat(MAX_ROUNDS, () -> search.found().isEmpty())
                    .then(Mono.defer(() -> search.found().isPresent()
                            ? prove(divergence, search.found().getAsLong())
                            : Mono.empty()));
        });
    }

    /** Heads are compared with what forks have left behind; the events themselves may be the same. */
    private Mono<Boolean> differs(Divergence divergence) {
        List<Long> sequence = List.of(divergence.sequence());
        return compare(divergence, sequence).map(equal -> equal.containsValue(false));
    }

    private Mono<Void> round(Divergence divergence, ForkSearch search) {
        List<Long> asked = search.next();
        return asked.isEmpty()
                ? Mono.empty()
                : compare(divergence, asked).doOnNext(search::compared).then();
    }

    private Mono<Map<Long, Boolean>> compare(Divergence divergence, List<Long> sequences) {
        IssuerId issuer = divergence.issuer();
        Mono<Map<Long, Hash>> theirs = client.ask(
                        divergence.peer(), new ForksRequest(issuer, sequences, Optional.empty()))
                .map(ForksPage::decode)
                .concatMapIterable(ForksPage::hashes)
                .collect(Collectors.toMap(EventHash::sequence, EventHash::hash, (one, other) -> one));
        return Mono.zip(forks.hashes(issuer, sequences), theirs, (ours, others) -> {
            Map<Long, Boolean> equal = new HashMap<>();
            Set<Long> both = new HashSet<>(ours.keySet());
            both.retainAll(others.keySet());
            both.forEach(sequence -> equal.put(sequence, Objects.equals(others.get(sequence), ours.get(sequence))));
            return equal;
        });
    }

    private Mono<Void> prove(Divergence divergence, long sequence) {
        IssuerId issuer = divergence.issuer();
        return client.ask(divergence.peer(), new ForksRequest(issuer, List.of(), Optional.of(sequence)))
                .map(ForksPage::decode)
                .concatMap(page -> Mono.justOrEmpty(page.statement()))
                .next()
                .zipWith(forks.statement(issuer, sequence), ForkProof::new)
                .flatMap(forks::proven)
                .then();
    }

    /** From the fork on; what the peer has of another branch does not harm. */
    private Mono<Void> recover(PeerId peer, IssuerId issuer) {
        return forks.follow(issuer)
                .flatMap(pull -> client.ask(peer, new Request.Range(issuer, pull.from()))
                        .map(RangePage::decode)
                        .concatMap(page -> pull.take(page.entries(), peer), 1)
                        .takeUntil(step -> step != BranchPull.Step.MORE)
                        .then());
    }
}
