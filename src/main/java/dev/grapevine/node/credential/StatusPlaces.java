package dev.grapevine.node.credential;

import java.util.Optional;
import reactor.core.publisher.Mono;

/** Gives each credential a place in a status list: a random one, and never one twice. */
public interface StatusPlaces {

    /** Of a node without a public URL, whose lists nobody could read: its credentials have no status. */
    StatusPlaces NONE = new StatusPlaces() {
        @Override
        public Mono<Optional<StatusPlace>> take() {
            return Mono.just(Optional.empty());
        }

        @Override
        public void giveBack(StatusPlace place) {
            throw new IllegalStateException("there are no places");
        }
    };

    /** A place that no other credential has, whatever this node, or another instance on its database, has given before; or none. */
    Mono<Optional<StatusPlace>> take();

    /** Takes a place back that stands in no credential which anybody has seen. */
    void giveBack(StatusPlace place);
}
