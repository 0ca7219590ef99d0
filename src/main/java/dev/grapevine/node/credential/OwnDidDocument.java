package dev.grapevine.node.credential;

import java.net.URI;
import reactor.core.publisher.Mono;

/** The {@code did:web} document that this node publishes, for its own verifier: nobody fetches from himself. */
public interface OwnDidDocument {

    /** Of a node that publishes none. */
    OwnDidDocument NONE = url -> Mono.empty();

    /** The document; empty if it is not the one at that URL, or is not there yet. */
    Mono<byte[]> at(URI url);

    /** What this node publishes from itself, and the rest from elsewhere. */
    default RemoteDocuments before(RemoteDocuments others) {
        return url -> at(url).switchIfEmpty(Mono.defer(() -> others.get(url)));
    }
}
