package dev.grapevine.node.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;
import java.io.IOException;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.databind.JsonNode;

/** JSON, and its canonical form, which is its own and that of another implementation. */
public final class FuzzedJson {

    private FuzzedJson() {}

    public static void take(byte[] input) {
        JsonNode json = CredentialJson.parse(input);
        Jcs.requireIJson(json);
        String canonical = Property.taken(json, Jcs::canonical);
        Property.same(canonical, Jcs.canonical(Property.taken(canonical.getBytes(UTF_8), CredentialJson::parse)));
        if (json.isContainer()) { // the other takes nothing else
            Property.same(canonical, others(canonical));
        }
    }

    private static String others(String canonical) {
        try {
            return new JsonCanonicalizer(canonical).getEncodedString();
        } catch (IOException e) {
            throw new AssertionError("not canonical JSON: " + canonical, e);
        }
    }
}
