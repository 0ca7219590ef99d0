package dev.grapevine.node.credential;

import dev.grapevine.keys.DidWeb;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A credential or presentation as it came, read, but not verified: with proofs inside of it, or in an envelope. */
interface Secured {

    /**
     * Reads what came.
     *
     * @throws MalformedException where an envelope holds no document of that kind
     */
    static Secured of(JwtEnvelope.Kind kind, ObjectNode input) {
        return JwtEnvelope.isEnvelope(input, kind) ? JwtEnvelope.parse(kind, input) : new ProvenDocument(input);
    }

    /** The ids of the verification methods by which it says that it is secured. */
    Stream<String> methodIds();

    /**
     * Verifies what secures it.
     *
     * @param expected with the documents of {@link #dids}
     */
    Opened open(ExpectedProof expected, Instant now);

    /** The DIDs whose documents opening needs. */
    default Set<String> dids() {
        return methodIds().filter(DidWeb::is).map(DidDocuments::did).collect(Collectors.toSet());
    }
}
