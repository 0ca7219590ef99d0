package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.ObjectSource;
import dev.grapevine.node.registry.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks connected peers for an object by its digest, one after the other. Whoever wants what is being fetched waits for the same. */
final class ObjectFetch implements ObjectSource {

    /** Of the connected peers; another time it may be others. */
    static final int MAX_PEERS_ASKED = 8;

    /** Objects that are being fetched; beyond, callers are told to come again. */
    static final int MAX_FETCHES = 32;

    /** A peer that has not answered by then is left for another. */
    static final Duration ASK_TIMEOUT = Duration.ofSeconds(3);

    /** After this, nobody more is asked. */
    static final Duration FETCH_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ObjectFetch.class);

    private final Supplier<? extends Collection<PeerId>> peers;
    private final BiFunction<PeerId, Request, Flux<byte[]>> ask;
    private final RandomGenerator random;
    private final Scheduler time;
    private final Map<Hash, Mono<byte[]>> fetches = new ConcurrentHashMap<>();
    private final AtomicInteger free = new AtomicInteger(MAX_FETCHES);
    private final LongAdder fetched = new LongAdder();
    private final LongAdder absent = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /**
     * What peers have answered so far.
     *
     * @param fetched with the object
     * @param absent with nothing, for they do not have it
     * @param wrong with other bytes
     * @param failed not at all, or not in time
     */
    record Counts(long fetched, long absent, long wrong, long failed) {}

    /**
     * @param peers those that are connected and speak the protocol
     * @param ask sends a request to one of them, and gives the frames of its answer
     * @param time tells when patience ends
     */
    ObjectFetch(
            Supplier<? extends Collection<PeerId>> peers,
            BiFunction<PeerId, Request, Flux<byte[]>> ask,
            RandomGenerator random,
            Scheduler time) {
        this.peers = peers;
        this.ask = ask;
        this.random = random;
        this.time = time;
    }

    Counts counts() {
        return new Counts(fetched.sum(), absent.sum(), wrong.sum(), failed.sum());
    }

    @Override
    public Mono<byte[]> fetch(Hash digest, Optional<PeerId> likely) {
        return Mono.defer(() -> fetches.computeIfAbsent(digest, wanted -> begin(wanted, likely)));
    }

    /** What has begun is not stopped when those who waited for it are gone; it ends in time by itself. */
    private Mono<byte[]> begin(Hash digest, Optional<PeerId> likely) {
        return Mono.defer(() ->
                        free.getAndDecrement() > 0 ? askInTurn(digest, likely) : Mono.error(new OverloadedException()))
                .doFinally(end -> {
                    free.incrementAndGet();
                    fetches.remove(digest);
                })
                .cache();
    }

    private Mono<byte[]> askInTurn(Hash digest, Optional<PeerId> likely) {
        return Flux.fromIterable(inTurn(likely))
                .concatMap(peer -> askOne(peer, digest), 1)
                .next()
                .timeout(FETCH_TIMEOUT, Mono.empty(), time);
    }

    private List<PeerId> inTurn(Optional<PeerId> likely) {
        List<PeerId> all = new ArrayList<>(peers.get());
        Collections.shuffle(all, random);
        likely.filter(all::remove).ifPresent(all::addFirst);
        return all.subList(0, Math.min(MAX_PEERS_ASKED, all.size()));
    }

    /** Whatever the peer does wrong, the answer is none. */
    private Mono<byte[]> askOne(PeerId peer, Hash digest) {
        return ask.apply(peer, new Request.Objects(List.of(digest)))
                .map(ObjectsPage::decode)
                .concatMapIterable(ObjectsPage::objects)
                .next()
                .timeout(ASK_TIMEOUT, time)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(answer -> Mono.justOrEmpty(checked(peer, digest, answer)))
                .onErrorResume(failure -> {
                    (failure instanceof MalformedException ? wrong : failed).increment();
                    LOG.debug("{} has not sent object {}: {}", peer, digest, failure.toString());
                    return Mono.empty();
                });
    }

    private Optional<byte[]> checked(PeerId peer, Hash digest, Optional<byte[]> answer) {
        if (answer.isEmpty()) {
            absent.increment();
            return answer;
        }
        if (!Hash.of(answer.get()).equals(digest)) {
            wrong.increment();
            LOG.debug("{} has sent other bytes than object {}", peer, digest);
            return Optional.empty();
        }
        fetched.increment();
        return answer;
    }
}
