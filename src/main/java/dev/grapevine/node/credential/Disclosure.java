package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What an SD-JWT keeps back until its holder shows it (RFC 9901 section 4.2): one property of an object, or one element of an
 * array.
 *
 * @param encoded as it stands in the SD-JWT; its digest is over these characters
 * @param name of the property; empty: an element of an array
 */
record Disclosure(String encoded, Optional<String> name, JsonNode value) {

    /** @throws MalformedException where it is no array of salt, name and value, or of salt and value */
    static Disclosure parse(String encoded) {
        JsonNode array = CredentialJson.parse(Multibase.decode("u" + encoded));
        boolean named = array.size() == 3;
        if (!array.isArray()
                || (array.size() != 2 && !named)
                || !array.path(0).isString()
                || (named && !array.path(1).isString())) {
            throw new MalformedException("a disclosure is an array of salt, name and value, or of salt and value");
        }
        return new Disclosure(
                encoded,
                named ? Optional.of(array.path(1).stringValue()) : Optional.empty(),
                array.path(named ? 2 : 1));
    }

    /** Of a property. */
    static Disclosure ofProperty(String salt, String name, JsonNode value) {
        ArrayNode array =
                JsonNodeFactory.instance.arrayNode().add(salt).add(name).add(value);
        return new Disclosure(encode(array), Optional.of(name), value);
    }

    /** Of an element of an array. */
    static Disclosure ofElement(String salt, JsonNode value) {
        return new Disclosure(
                encode(JsonNodeFactory.instance.arrayNode().add(salt).add(value)), Optional.empty(), value);
    }

    private static String encode(ArrayNode array) {
        return base64Url(array.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Section 4.2.3: what stands for it in the credential. */
    String digest(String hash) {
        return digest(encoded, hash);
    }

    /** The digest of ASCII text, as SD-JWTs write it. */
    static String digest(String text, String hash) {
        return base64Url(DataIntegrity.digest(text.getBytes(StandardCharsets.US_ASCII), hash));
    }

    static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
