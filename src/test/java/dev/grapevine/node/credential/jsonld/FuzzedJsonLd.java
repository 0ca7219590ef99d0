package dev.grapevine.node.credential.jsonld;

import dev.grapevine.fuzz.Property;
import dev.grapevine.node.credential.CredentialJson;
import tools.jackson.databind.node.ObjectNode;

/** A document as JSON-LD: its canonical RDF, which is the same whether it is written straight or by the library. */
public final class FuzzedJsonLd {

    private static final String HASH = "SHA-256";

    private FuzzedJsonLd() {}

    public static void take(byte[] input) {
        if (CredentialJson.parse(input) instanceof ObjectNode document) {
            try {
                JsonLd.terms(document);
                String canonical = JsonLd.canonicalRdf(document, HASH);
                Property.holds(canonical.endsWith(" .\n"), "what is signed is not empty");
                Property.same(canonical, library(document));
            } catch (JsonLdException refused) {
                Property.holds(!refused.getMessage().isEmpty(), "what is refused is told");
            }
        }
    }

    private static String library(ObjectNode document) {
        try {
            return JsonLd.byLibrary(document).byLibrary(HASH);
        } catch (JsonLdException e) {
            throw new AssertionError("what was written straight is refused by the library", e);
        }
    }
}
