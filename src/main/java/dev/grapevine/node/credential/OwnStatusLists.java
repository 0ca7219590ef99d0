package dev.grapevine.node.credential;

import dev.grapevine.node.credential.StatusPlace.ListName;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The status lists that this node publishes, for its own verifier: asked each time, so that a change counts at once. */
public interface OwnStatusLists {

    /** Of a node that publishes none. */
    OwnStatusLists NONE = new OwnStatusLists() {
        @Override
        public Optional<ListName> name(String url) {
            return Optional.empty();
        }

        @Override
        public String issuer(ListName list) {
            return "";
        }

        @Override
        public Mono<Boolean> isSet(ListName list, int index) {
            return Mono.empty();
        }
    };

    /** The list that this node publishes at a URL; empty if it is another's URL. */
    Optional<ListName> name(String url);

    /** The DID of whoever issues a list. */
    String issuer(ListName list);

    /** Whether a status is set; empty if there is no such list. */
    Mono<Boolean> isSet(ListName list, int index);
}
