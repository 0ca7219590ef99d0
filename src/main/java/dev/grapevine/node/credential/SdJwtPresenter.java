package dev.grapevine.node.credential;

import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerKeys;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows SD-JWT credentials that are bound to a key of this node's issuer: chooses what is disclosed, and signs for whom (RFC 9901 section 7.2).
 * Safe for use by several threads.
 */
public final class SdJwtPresenter {

    private final IssuerKeys keys;
    private final InstantSource clock;

    public SdJwtPresenter(IssuerKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Binds a credential to a verifier and a challenge.
     *
     * @param envelope an EnvelopedVerifiableCredential of {@code application/dc+sd-jwt}
     * @param disclosed the hidden claims that the verifier is to see, as JSON Pointers (RFC 6901); what they are inside of is seen too, and
     *     nothing that is hidden inside of them
     * @param domain the verifier
     * @param challenge of that verifier
     * @return an EnvelopedVerifiablePresentation with the SD-JWT+KB
     * @throws RefusedException where it is no such credential, is bound to another key, or has no such claim
     * @throws dev.grapevine.node.identity.IssuerKeyException where the key is missing
     */
    public ObjectNode present(JsonNode envelope, List<String> disclosed, String domain, String challenge) {
        if (!(envelope instanceof ObjectNode object) || !SdJwtVc.isIn(object, JwtEnvelope.Kind.CREDENTIAL)) {
            throw refused("presentation", "is no EnvelopedVerifiableCredential of application/dc+sd-jwt");
        }
        try {
            SdJwt credential = SdJwtVc.sdJwt(object);
            if (credential.keyBinding().isPresent()) {
                throw refused("presentation", "has a key binding JWT already");
            }
            ObjectNode payload = credential.payload();
            String hash = SdJwt.hash(payload);
            ObjectNode claims = DisclosedClaims.of(payload, credential.disclosures(), hash);
            VerificationKey holder = KeyBinding.holderKey(claims);
            Set<Disclosure> chosen = new HashSet<>();
            DisclosurePlaces places = DisclosurePlaces.of(payload, credential.disclosures(), hash);
            for (String pointer : disclosed) {
                chosen.addAll(places.needed(existing(claims, pointer)));
            }
            String shown = SdJwt.compact(
                    credential.issuerSigned(),
                    credential.disclosures().stream().filter(chosen::contains).toList());
            String binding =
                    KeyBinding.sign(shown, hash, Signatory.holding(keys, holder), domain, challenge, clock.instant());
            return JwtEnvelope.Kind.PRESENTATION.around("dc+sd-jwt", shown + binding);
        } catch (MalformedException e) {
            throw refused("presentation", String.valueOf(e.getMessage()));
        }
    }

    private static JsonPointer existing(ObjectNode claims, String text) {
        try {
            JsonPointer pointer = JsonPointer.compile(text);
            if (!pointer.matches() && !claims.at(pointer).isMissingNode()) {
                return pointer;
            }
        } catch (IllegalArgumentException e) {
            throw refused("disclosed", "has what is no JSON Pointer: " + e.getMessage());
        }
        throw refused("disclosed", "names what is not there: " + text);
    }

    private static RefusedException refused(String property, String detail) {
        return DocumentSigner.refused(Problem.malformed(property, detail));
    }
}
