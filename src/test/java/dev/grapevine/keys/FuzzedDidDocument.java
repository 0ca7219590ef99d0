package dev.grapevine.keys;

import dev.grapevine.fuzz.Property;
import dev.grapevine.node.credential.CredentialJson;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A DID document, and each method that it names, for each purpose; and a JWK. */
public final class FuzzedDidDocument {

    private static final String DID = "did:web:a.example";
    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

    private FuzzedDidDocument() {}

    public static void take(byte[] input) {
        Property.each(input, bytes -> document(CredentialJson.parse(bytes)), bytes -> jwk(CredentialJson.parse(bytes)));
    }

    private static void document(JsonNode json) {
        DidDocument document = DidDocument.read(DID, json);
        Set<String> ids = new LinkedHashSet<>();
        json.path("verificationMethod")
                .forEach(method -> ids.add(method.path("id").asString("")));
        json.path("assertionMethod")
                .forEach(method -> ids.add(method.asString(method.path("id").asString(""))));
        for (String id : ids) {
            String url = id.startsWith("#") ? DID + id : id;
            for (String purpose : List.of("assertionMethod", "authentication")) {
                Property.each(new byte[0], none -> {
                    VerificationMethod method = document.method(url, purpose, NOW);
                    Property.holds(
                            method.controller().equals(DID) && method.id().equals(url), "a method is the DID's own");
                });
            }
        }
    }

    private static void jwk(JsonNode json) {
        VerificationKey key = Jwk.parse(json);
        Property.same(key, Property.taken(key.multikey(), VerificationKey::parseMultikey));
    }
}
