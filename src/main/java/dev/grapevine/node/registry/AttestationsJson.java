package dev.grapevine.node.registry;

import java.time.Instant;
import java.util.List;

/** How attestations are written in answers: a port that {@code registry.web} implements. */
public interface AttestationsJson {

    /** A JSON array in UTF-8, in the order given. */
    byte[] write(List<Attestation> attestations, Instant now);
}
