package dev.grapevine.node.credential;

import java.net.URI;
import reactor.core.publisher.Mono;

/** Documents of other hosts that verifying needs: status lists, schemas and DID documents. Whoever implements it bounds what they may cost. */
public interface RemoteDocuments {

    /** Of a node that loads nothing. */
    RemoteDocuments NONE = url -> Mono.error(new UnavailableException("this node loads no documents"));

    /** A document that is not to be had now; the message is for people. */
    final class UnavailableException extends RuntimeException {
        public UnavailableException(String message) {
            super(message);
        }
    }

    /** The document at a URL; fails with {@link UnavailableException}. */
    Mono<byte[]> get(URI url);
}
