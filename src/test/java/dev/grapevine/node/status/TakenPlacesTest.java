package dev.grapevine.node.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.credential.StatusPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class TakenPlacesTest {

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final TakenPlaces places = new TakenPlaces(() -> Mono.fromSupplier(() -> {
                asked.incrementAndGet();
                List<StatusPlace> block = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    block.add(new StatusPlace("https://x.example/", new UUID(0, 0), next.getAndIncrement()));
                }
                return block;
            })
            .subscribeOn(Schedulers.boundedElastic()));

    @Test
    void givesEachPlaceOnceHoweverManyAsk() {
        List<StatusPlace> given = Objects.requireNonNull(Flux.range(0, 1000)
                .flatMap(n -> places.take().subscribeOn(Schedulers.parallel()), 200)
                .map(Optional::orElseThrow)
                .collectList()
                .block());

        assertThat(given).hasSize(1000).doesNotHaveDuplicates();
        assertThat(asked).hasValue(125);
    }

    @Test
    void givesAnUnusedPlaceAgain() {
        StatusPlace first = Objects.requireNonNull(places.take().block()).orElseThrow();
        places.giveBack(first);

        List<StatusPlace> given = Objects.requireNonNull(Flux.range(0, 8)
                .concatMap(n -> places.take())
                .map(Optional::orElseThrow)
                .collectList()
                .block());

        assertThat(given).contains(first).doesNotHaveDuplicates();
        assertThat(asked).hasValue(1);
    }

    @Test
    void asksAgainAfterAFailure() {
        AtomicInteger attempts = new AtomicInteger();
        TakenPlaces failing = new TakenPlaces(() -> attempts.incrementAndGet() == 1
                ? Mono.error(new IllegalStateException("no database"))
                : Mono.just(List.of(new StatusPlace("https://x.example/", new UUID(0, 0), 7))));

        StepVerifier.create(failing.take()).verifyError(IllegalStateException.class);
        StepVerifier.create(failing.take().map(place -> place.orElseThrow().index()))
                .expectNext(7)
                .verifyComplete();
    }
}
