package dev.grapevine.node.credential;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.RegistryCheck.Finding;
import dev.grapevine.node.credential.RegistryCheck.Signer;
import dev.grapevine.node.credential.RegistryCheck.Standing;
import dev.grapevine.node.identity.IssuerId;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks that a credential is its issuer's, and that its issuer stands by it, with what the registry says of both. */
final class IssuerCheck {

    private static final Set<Standing> UNREGISTERED = EnumSet.of(Standing.UNKNOWN_ISSUER, Standing.UNKNOWN_CREDENTIAL);

    private final @Nullable RegistryCheck registry;

    /** @param registry null: the check of the registry is skipped */
    IssuerCheck(@Nullable RegistryCheck registry) {
        this.registry = registry;
    }

    /** What the registry finds; without one, whether the key is the one that the issuer is named after. */
    Mono<Finding> ask(Opened opened) {
        IssuerId issuer = issuer(opened.document());
        Set<PublicKey> keys = opened.methods().stream()
                .flatMap(method -> method.key().ed25519().stream())
                .collect(Collectors.toSet());
        if (registry == null || issuer == null) {
            boolean first = issuer != null && keys.contains(issuer.inception());
            return Mono.just(new Finding(
                    Standing.UNKNOWN_ISSUER,
                    first ? Signer.OF_ISSUER : Signer.STRANGER,
                    "no registry holds such an issuer"));
        }
        byte[] canonical = Jcs.canonical(opened.document()).getBytes(StandardCharsets.UTF_8);
        return registry.find(issuer, DataIntegrity.sha256(canonical), keys);
    }

    /** Whoever is named as the issuer must have made one of the proofs, with the key that was in force then. */
    static Check checkIssuer(Opened opened, Finding finding) {
        IssuerId issuer = issuer(opened.document());
        if (issuer == null) {
            return checkOtherIssuer(opened);
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

    /** Of an issuer that has no log in any registry, for its DID is of another method or key: the DID alone tells. */
    private static Check checkOtherIssuer(Opened opened) {
        JsonNode issuer = CredentialStructure.issuer(opened.document());
        String did = issuer.asString("");
        if (opened.methods().stream().anyMatch(method -> method.controller().equals(did))) {
            return Check.passed(Check.Name.ISSUER, "signed by " + did);
        }
        return Check.failed(
                Check.Name.ISSUER,
                Problem.verificationMethod("no proof's verificationMethod belongs to the issuer " + issuer
                        + "; this node resolves did:key, did:jwk and did:web"));
    }

    /** A profile credential stands in its issuer's log; of any other nothing is said by its not being there. */
    Check checkRegistry(ObjectNode credential, Finding finding) {
        if (registry == null) {
            return Check.skipped(Check.Name.REGISTRY, "this node has no registry");
        }
        if (UNREGISTERED.contains(finding.standing())
                && !ModelRules.isOfType(credential, Vocabulary.PROFILE_CREDENTIAL_TYPE)) {
            return Check.skipped(
                    Check.Name.REGISTRY, "not a profile credential, and in no log (" + finding.detail() + ")");
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

    private static @Nullable IssuerId issuer(ObjectNode credential) {
        JsonNode id = CredentialStructure.issuer(credential);
        try {
            return id.isString() ? IssuerId.parse(id.stringValue()) : null;
        } catch (MalformedException e) {
            return null;
        }
    }
}
