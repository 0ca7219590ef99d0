package dev.grapevine.node.network;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The frontier, all heads that a node knows, as one hash. */
final class FrontierDigest {

    private FrontierDigest() {}

    /**
     * sha-256 over every head: encoded key ‖ sequence, 8 bytes big-endian ‖ hash.
     *
     * @param heads in ascending order of the issuers' keys
     */
    static Mono<Hash> of(Flux<LogHead> heads) {
        return heads.collect(FrontierDigest::sha256, FrontierDigest::add).map(digest -> Hash.wrap(digest.digest()));
    }

    private static void add(MessageDigest digest, LogHead head) {
        digest.update(head.issuer().inception().encoded());
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(head.sequence()).array());
        digest.update(head.hash().bytes());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
