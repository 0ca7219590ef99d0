package dev.grapevine.node.status;

import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.credential.StatusPlaces;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Places that this instance has taken and not used yet. Those who find none wait for one and the same statement. */
final class TakenPlaces implements StatusPlaces {

    private final Supplier<Mono<List<StatusPlace>>> source;
    private final Queue<StatusPlace> free = new ConcurrentLinkedQueue<>();
    private @Nullable Mono<Void> taking;

    /** @param source gives places that nobody else gets */
    TakenPlaces(Supplier<Mono<List<StatusPlace>>> source) {
        this.source = source;
    }

    @Override
    public Mono<Optional<StatusPlace>> take() {
        return Mono.defer(() -> {
            StatusPlace place = free.poll();
            return place == null ? more().then(Mono.defer(this::take)) : Mono.just(Optional.of(place));
        });
    }

    @Override
    public void giveBack(StatusPlace place) {
        free.add(place);
    }

    private synchronized Mono<Void> more() {
        Mono<Void> running = taking;
        if (running == null) {
            running = source.get()
                    .doOnNext(free::addAll)
                    .then()
                    .doOnTerminate(this::taken)
                    .cache();
            taking = running;
        }
        return running;
    }

    /** Before those who wait are told, so that whoever still finds none asks anew. */
    private synchronized void taken() {
        taking = null;
    }
}
