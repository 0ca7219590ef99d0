package dev.grapevine.keys;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A DID document (DID Core section 5, Controlled Identifiers section 2): which keys may make proofs for which purpose. */
public final class DidDocument {

    /** More verification methods are not read. */
    static final int MAX_METHODS = 100;

    private final String did;
    private final JsonNode json;

    private DidDocument(String did, JsonNode json) {
        this.did = did;
        this.json = json;
    }

    /**
     * Reads the document of a DID.
     *
     * @throws MalformedException where it is another's, or none
     */
    public static DidDocument read(String did, JsonNode json) {
        if (!json.path("id").asString("").equals(did)) {
            throw new MalformedException("the document is not that of " + did + " but of " + json.path("id"));
        }
        if (json.path("verificationMethod").size() > MAX_METHODS) {
            throw new MalformedException("the document has more than " + MAX_METHODS + " verification methods");
        }
        return new DidDocument(did, json);
    }

    /**
     * A verification method (Controlled Identifiers section 3.3).
     *
     * @param didUrl its id
     * @param purpose a verification relationship, such as {@code assertionMethod}, for which it must be there
     * @param now at which it must not have expired or been revoked
     * @throws MalformedException where there is none, or its key makes no proofs here
     */
    public VerificationMethod method(String didUrl, String purpose, Instant now) {
        List<JsonNode> found = new ArrayList<>();
        boolean related = false;
        for (JsonNode entry : json.path(purpose)) {
            if (isId(entry.isString() ? entry : entry.path("id"), didUrl)) {
                related = true;
                if (entry.isObject()) {
                    found.add(entry);
                }
            }
        }
        for (JsonNode entry : json.path("verificationMethod")) {
            if (isId(entry.path("id"), didUrl)) {
                found.add(entry);
            }
        }
        if (found.size() != 1) {
            throw new MalformedException("the DID document has no such verification method, or several: " + didUrl);
        }
        if (!related) {
            throw new MalformedException("the DID document does not have " + didUrl + " as a method for " + purpose);
        }
        return method(didUrl, found.getFirst(), now);
    }

    private boolean isId(JsonNode id, String didUrl) {
        String text = id.asString("");
        return (text.startsWith("#") ? did + text : text).equals(didUrl);
    }

    private VerificationMethod method(String didUrl, JsonNode method, Instant now) {
        if (!method.path("controller").asString("").equals(did)) {
            throw new MalformedException("the verification method is controlled by another: " + didUrl);
        }
        for (String end : List.of("expires", "revoked")) {
            if (method.has(end) && time(method.path(end)).filter(now::isBefore).isEmpty()) {
                throw new MalformedException("the verification method is no longer in force: " + didUrl);
            }
        }
        return new VerificationMethod(didUrl, did, key(method));
    }

    private static Optional<Instant> time(JsonNode value) {
        try {
            return Optional.of(OffsetDateTime.parse(value.asString("")).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Controlled Identifiers sections 2.2.2 and 2.2.3, and the types that were before them. */
    private static VerificationKey key(JsonNode method) {
        String type = method.path("type").asString("");
        return switch (type) {
            case "Multikey", "Ed25519VerificationKey2020" ->
                VerificationKey.parseMultikey(method.path("publicKeyMultibase").asString(""));
            case "JsonWebKey", "JsonWebKey2020" -> Jwk.parse(method.path("publicKeyJwk"));
            default -> throw new MalformedException("a verification method of an unknown type: " + type);
        };
    }
}
