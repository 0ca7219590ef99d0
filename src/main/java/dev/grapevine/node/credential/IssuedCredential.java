package dev.grapevine.node.credential;

import dev.grapevine.libp2p.crypto.PublicKey;
import java.util.Optional;

/**
 * A credential as it was issued.
 *
 * @param id its own id, a {@code urn:uuid:}
 * @param json the secured credential in its canonical form (RFC 8785); shared, never changed
 * @param digest the SHA-256 of {@code json}; shared, never changed
 * @param signer the key that signed it
 * @param status where its status stands; empty: it has none
 */
public record IssuedCredential(String id, byte[] json, byte[] digest, PublicKey signer, Optional<StatusPlace> status) {}
