package dev.grapevine.node.credential;

import dev.grapevine.fuzz.Property;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** Whatever JSON, as a credential: every verification ends with a result that says why. */
public final class FuzzedCredential {

    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
    private static final CredentialVerifier VERIFIER = new CredentialVerifier(() -> NOW, null);

    private FuzzedCredential() {}

    public static void take(byte[] input) {
        JsonNode json = CredentialJson.parse(input);
        CredentialVerifier.takesLong(json);
        check(VERIFIER.verify(json).block());
    }

    private static void check(VerificationResult result) {
        Property.holds(
                result.verified() == result.problems().isEmpty(), "what fails has a problem, and nothing else has one");
    }
}
