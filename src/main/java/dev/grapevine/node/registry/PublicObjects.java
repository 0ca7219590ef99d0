package dev.grapevine.node.registry;

import dev.grapevine.node.credential.CredentialIssuer;
import dev.grapevine.node.profile.Hash;
import reactor.core.publisher.Mono;

/** What anybody may have, by digest: for whoever serves it to other nodes. */
public interface PublicObjects {

    /** The longest object, in bytes. */
    int MAX_BYTES = CredentialIssuer.MAX_CREDENTIAL_BYTES;

    /**
     * A credential that a current profile names and publishes as {@code public}.
     *
     * @return its canonical bytes; empty for every other digest, and where this node does not have them
     */
    Mono<byte[]> object(Hash digest);
}
