package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.OverloadedException;
import dev.grapevine.node.registry.PublicObjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Peers that have the object, that have not, and that send something else or nothing at all. */
class ObjectFetchTest {

    private static final byte[] OBJECT = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    private static final Hash DIGEST = Hash.of(OBJECT);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<PeerId> peers = new ArrayList<>();
    private final Map<PeerId, Supplier<Flux<byte[]>>> answers = new HashMap<>();
    private final List<PeerId> asked = new ArrayList<>();
    private final ObjectFetch fetch = new ObjectFetch(() -> peers, this::ask, new Random(1), time);

    @AfterEach
    void close() {
        time.dispose();
    }

    @Test
    void theLikelyPeerIsAskedFirstAndThenNobodyElse() {
        PeerId likely = peers(3, Flux::empty).getLast();
        answers.put(likely, () -> page(OBJECT));
        assertThat(fetch(Optional.of(likely)).join()).isEqualTo(OBJECT);
        assertThat(asked).containsExactly(likely);
        assertThat(fetch.counts()).isEqualTo(new ObjectFetch.Counts(1, 0, 0, 0));
    }

    @Test
    void aPeerThatIsNotConnectedIsNotAsked() {
        PeerId gone = peer(99);
        PeerId there = peers(1, () -> page(OBJECT)).getFirst();
        assertThat(fetch(Optional.of(gone)).join()).isEqualTo(OBJECT);
        assertThat(asked).containsExactly(there);
    }

    @Test
    void wrongBytesOversizedOnesAndNoiseAreCountedAndLeftForAnotherPeer() {
        List<Supplier<Flux<byte[]>>> bad = List.of(
                () -> page("{\"a\":2}".getBytes(StandardCharsets.UTF_8)),
                () -> page(new byte[PublicObjects.MAX_BYTES + 1]),
                () -> Flux.just(new byte[] {1}),
                () -> Flux.concat(page(new byte[1]), page(OBJECT)));
        for (Supplier<Flux<byte[]>> answer : bad) {
            peers(1, answer);
        }
        peers(1, Flux::empty);
        peers(1, () -> Flux.error(new IOException("gave up")));
        assertThat(fetch(Optional.empty()).join()).isNull();
        assertThat(asked).containsExactlyInAnyOrderElementsOf(peers);
        assertThat(fetch.counts()).isEqualTo(new ObjectFetch.Counts(0, 1, bad.size(), 1));

        PeerId honest = peers(1, () -> page(OBJECT)).getFirst();
        assertThat(fetch(Optional.of(peers.getFirst())).join()).isEqualTo(OBJECT);
        assertThat(asked).endsWith(honest);
    }

    @Test
    void aPeerThatNeverAnswersIsLeftForAnotherInTime() {
        PeerId silent = peers(1, Flux::never).getFirst();
        peers(1, () -> page(OBJECT));
        CompletableFuture<byte[]> fetched = fetch(Optional.of(silent));
        time.advanceTimeBy(ObjectFetch.ASK_TIMEOUT.minusMillis(1));
        assertThat(fetched).isNotDone();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(fetched.join()).isEqualTo(OBJECT);
        assertThat(fetch.counts().failed()).isOne();
    }

    @Test
    void whereNobodyAnswersItEndsInTime() {
        peers(ObjectFetch.MAX_PEERS_ASKED, Flux::never);
        CompletableFuture<byte[]> fetched = fetch(Optional.empty());
        time.advanceTimeBy(ObjectFetch.FETCH_TIMEOUT.minusMillis(1));
        assertThat(fetched).isNotDone();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(fetched).isCompletedWithValue(null);
    }

    @Test
    void onlySoManyPeersAreAsked() {
        peers(ObjectFetch.MAX_PEERS_ASKED + 1, Flux::empty);
        assertThat(fetch(Optional.empty()).join()).isNull();
        assertThat(asked).hasSize(ObjectFetch.MAX_PEERS_ASKED);
    }

    @Test
    void thoseWhoWantTheSameAskOnce() {
        peers(1, () -> page(OBJECT).delaySubscription(Duration.ofSeconds(1), time));
        CompletableFuture<byte[]> one = fetch(Optional.empty());
        CompletableFuture<byte[]> other = fetch(Optional.empty());
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(one.join()).isEqualTo(OBJECT);
        assertThat(other.join()).isEqualTo(OBJECT);
        assertThat(asked).hasSize(1);
        assertThat(fetch(Optional.empty())).isNotDone();
        assertThat(asked).hasSize(2);
    }

    @Test
    void onlySoManyAreFetchedAtOnce() {
        peers(1, Flux::never);
        List<CompletableFuture<byte[]>> fetches = IntStream.range(0, ObjectFetch.MAX_FETCHES)
                .mapToObj(i -> fetch.fetch(Hash.of(new byte[] {(byte) i}), Optional.empty())
                        .toFuture())
                .toList();
        assertThat(fetch(Optional.empty()))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(OverloadedException.class);
        time.advanceTimeBy(ObjectFetch.FETCH_TIMEOUT);
        assertThat(fetches).allMatch(CompletableFuture::isDone);
        answers.put(peers.getFirst(), () -> page(OBJECT));
        assertThat(fetch(Optional.empty()).join()).isEqualTo(OBJECT);
    }

    private CompletableFuture<byte[]> fetch(Optional<PeerId> likely) {
        return fetch.fetch(DIGEST, likely).toFuture();
    }

    private Flux<byte[]> ask(PeerId peer, Request request) {
        asked.add(peer);
        return answers.get(peer).get();
    }

    /** Connects some who all answer so. */
    private List<PeerId> peers(int count, Supplier<Flux<byte[]>> answer) {
        for (int i = 0; i < count; i++) {
            PeerId peer = peer(peers.size());
            peers.add(peer);
            answers.put(peer, answer);
        }
        return List.copyOf(peers.subList(peers.size() - count, peers.size()));
    }

    private static Flux<byte[]> page(byte[] object) {
        return Flux.just(new ObjectsPage(List.of(object)).encode());
    }

    private static PeerId peer(int seed) {
        return PeerId.of(IssuerLogFixture.privateKey(seed).publicKey());
    }
}
