package dev.grapevine.node.credential;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.RegistryCheck.Finding;
import dev.grapevine.node.credential.RegistryCheck.Signer;
import dev.grapevine.node.credential.RegistryCheck.Standing;
import dev.grapevine.node.identity.IssuerId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Verifies credentials (VCDM 2.0 section 7.1) and says of every check how it came out. Nothing is loaded from the
 * network. Safe for use by several threads.
 */
public final class CredentialVerifier {

    /** How far a peer's clock may be ahead of ours: what was just issued there is valid here. */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(2);

    /** A credential with more proofs than this is refused unread. */
    static final int MAX_PROOFS = 8;

    private final InstantSource clock;
    private final @Nullable RegistryCheck registry;

    /** @param registry null: the check of the registry is skipped */
    public CredentialVerifier(InstantSource clock, @Nullable RegistryCheck registry) {
        this.clock = clock;
        this.registry = registry;
    }

    /** Verifies a credential as it came. */
    public Mono<VerificationResult> verify(byte[] json) {
        try {
            return verify(CredentialJson.parse(json));
        } catch (MalformedException e) {
            return Mono.just(VerificationResult.unreadable(Problem.parsing(String.valueOf(e.getMessage()))));
        }
    }

    /**
     * Verifies a credential that was read already: with keys twice refused, and with all digits of its numbers, or the
     * proof may be checked over another document than the one that came.
     */
    public Mono<VerificationResult> verify(JsonNode json) {
        if (!(json instanceof ObjectNode credential)) {
            return Mono.just(
                    VerificationResult.unreadable(Problem.malformed("verifiableCredential", "is not an object")));
        }
        byte[] canonical;
        try {
            canonical = Jcs.canonical(credential).getBytes(StandardCharsets.UTF_8);
        } catch (MalformedException e) {
            return Mono.just(VerificationResult.unreadable(Problem.parsing(String.valueOf(e.getMessage()))));
        }
        Instant now = clock.instant();
        Check structure = Check.of(
                Check.Name.STRUCTURE, Structure.problems(credential), "a verifiable credential of data model 2.0");
        Check proofs = checkProofs(credential, now);
        return ask(credential, DataIntegrity.sha256(canonical)).map(finding -> {
            Check issuer = checkIssuer(credential, finding);
            Check validity = checkValidity(credential, now);
            Check status = checkStatus(credential);
            return new VerificationResult(List.of(structure, proofs, issuer, validity, status, checkRegistry(finding)));
        });
    }

    /** What the registry finds; without one, whether the key is the one that the issuer is named after. */
    private Mono<Finding> ask(ObjectNode credential, byte[] digest) {
        IssuerId issuer = issuer(credential);
        Set<PublicKey> keys = proofs(credential).stream()
                .limit(MAX_PROOFS)
                .flatMap(proof -> Stream.ofNullable(key(proof)))
                .collect(Collectors.toSet());
        if (registry == null || issuer == null) {
            boolean first = issuer != null && keys.contains(issuer.inception());
            return Mono.just(new Finding(
                    Standing.UNKNOWN_ISSUER,
                    first ? Signer.OF_ISSUER : Signer.STRANGER,
                    "no registry holds such an issuer"));
        }
        return registry.find(issuer, digest, keys);
    }

    /** Every proof must be right (Data Integrity section 4.5). */
    private static Check checkProofs(ObjectNode credential, Instant now) {
        List<JsonNode> proofs = proofs(credential);
        if (proofs.isEmpty()) {
            return Check.failed(Check.Name.PROOF, Problem.proof("there is no proof"));
        }
        if (proofs.size() > MAX_PROOFS) {
            return Check.failed(Check.Name.PROOF, Problem.proof("there are more than " + MAX_PROOFS + " proofs"));
        }
        ObjectNode document = DataIntegrity.copyWithout(credential, "proof");
        List<Problem> problems = new ArrayList<>();
        for (JsonNode proof : proofs) {
            problems.addAll(DataIntegrity.verify(document, proof, now, now.plus(CLOCK_TOLERANCE)));
        }
        return Check.of(Check.Name.PROOF, problems, "signed by " + DataIntegrity.CRYPTOSUITE);
    }

    /** Whoever is named as the issuer must have made one of the proofs, with the key that was in force then. */
    private static Check checkIssuer(ObjectNode credential, Finding finding) {
        IssuerId issuer = issuer(credential);
        if (issuer == null) {
            return Check.failed(
                    Check.Name.ISSUER,
                    Problem.verificationMethod("the issuer is not the did:key of an Ed25519 key, which alone this node"
                            + " resolves: " + Structure.issuer(credential)));
        }
        return switch (finding.signer()) {
            case IN_FORCE, OF_ISSUER -> Check.passed(Check.Name.ISSUER, "signed by " + issuer);
            case OUT_OF_FORCE ->
                Check.failed(
                        Check.Name.ISSUER,
                        Problem.verificationMethod("another key was in force where the log of " + issuer
                                + " has the credential than the one that signed it"));
            case STRANGER ->
                Check.failed(
                        Check.Name.ISSUER,
                        Problem.verificationMethod("no proof's verificationMethod belongs to the issuer " + issuer));
        };
    }

    private static @Nullable PublicKey key(JsonNode proof) {
        return DataIntegrity.verificationMethod(proof, new ArrayList<>());
    }

    private static Check checkValidity(ObjectNode credential, Instant now) {
        List<Problem> problems = new ArrayList<>();
        Instant from = DateTimes.parse(credential.path("validFrom"));
        if (from != null && from.isAfter(now.plus(CLOCK_TOLERANCE))) {
            problems.add(Problem.range("not valid before " + from));
        }
        Instant until = DateTimes.parse(credential.path("validUntil"));
        if (until != null && !now.isBefore(until)) {
            problems.add(Problem.range("expired at " + until));
        }
        return Check.of(Check.Name.VALIDITY, problems, until == null ? "never expires" : "valid until " + until);
    }

    /** A status that nobody looked at must not pass for a good one. */
    private static Check checkStatus(ObjectNode credential) {
        return credential.has("credentialStatus")
                ? Check.failed(Check.Name.STATUS, Problem.status("this node cannot read a credentialStatus"))
                : Check.skipped(Check.Name.STATUS, "the credential has no credentialStatus");
    }

    private Check checkRegistry(Finding finding) {
        if (registry == null) {
            return Check.skipped(Check.Name.REGISTRY, "this node has no registry");
        }
        String what = switch (finding.standing()) {
            case CURRENT -> "in the issuer's log and current";
            case REPLACED -> "the issuer has published a newer version";
            case REVOKED -> "the issuer has revoked it";
            case FORKED -> "the issuer has forked its log, and which branch stands is not known";
            case UNKNOWN_CREDENTIAL -> "not in the issuer's log: never published, erased or not received yet";
            case UNKNOWN_ISSUER -> "this node knows no such issuer";
            case BLOCKED_ISSUER -> "this node's operator has blocked the issuer";
        };
        String detail = what + " (" + finding.detail() + ")";
        return finding.standing() == RegistryCheck.Standing.CURRENT
                ? Check.passed(Check.Name.REGISTRY, detail)
                : Check.failed(Check.Name.REGISTRY, Problem.registry(finding.standing(), detail));
    }

    private static List<JsonNode> proofs(ObjectNode credential) {
        return credential.has("proof") ? DataIntegrity.values(credential.path("proof")) : List.of();
    }

    private static @Nullable IssuerId issuer(ObjectNode credential) {
        JsonNode id = Structure.issuer(credential);
        try {
            return id.isString() ? IssuerId.parse(id.stringValue()) : null;
        } catch (MalformedException e) {
            return null;
        }
    }
}
