package dev.grapevine.node.credential;

import dev.grapevine.node.credential.StatusPlace.ListName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes status lists as credentials (Bitstring Status List section 2.2), signed like those that they are about. */
public final class StatusListWriter {

    static final String CREDENTIAL_TYPE = "BitstringStatusListCredential";
    static final String SUBJECT_TYPE = "BitstringStatusList";

    private final CredentialSigner signer;
    private final String base;
    private final Duration timeToLive;
    private final Duration validity;

    /**
     * @param base as in {@link StatusPlace}
     * @param timeToLive after which a reader should ask again
     * @param validity after which a list counts as none
     */
    public StatusListWriter(CredentialSigner signer, String base, Duration timeToLive, Duration validity) {
        this.signer = signer;
        this.base = base;
        this.timeToLive = timeToLive;
        this.validity = validity;
    }

    /**
     * One list.
     *
     * @param set the places whose status is set
     * @return a credential with its proof, canonical (RFC 8785)
     * @throws dev.grapevine.node.identity.IssuerKeyException where there is no key to sign with
     */
    public byte[] write(ListName name, int[] set, Instant now) {
        String url = base + name;
        Instant from = now.truncatedTo(ChronoUnit.SECONDS);
        Cryptosuite suite = name.ofWeb() ? Cryptosuite.ECDSA_JCS_2019 : Cryptosuite.EDDSA_JCS_2022;
        ObjectNode credential = JsonNodeFactory.instance.objectNode();
        credential.putArray("@context").add(Vocabulary.VCDM);
        credential.put("id", url);
        credential.putArray("type").add(Vocabulary.CREDENTIAL_TYPE).add(CREDENTIAL_TYPE);
        credential.put("issuer", signer.did(suite.toString()));
        credential.put("validFrom", from.toString());
        credential.put("validUntil", from.plus(validity).toString());
        credential
                .putObject("credentialSubject")
                .put("id", url + "#list")
                .put("type", SUBJECT_TYPE)
                .put("statusPurpose", name.purpose().text())
                .put("encodedList", Bitstring.of(set).encode())
                .put("ttl", timeToLive.toMillis());
        ObjectNode signed = signer.sign(credential, suite.toString());
        return Jcs.canonical(signed).getBytes(StandardCharsets.UTF_8);
    }
}
