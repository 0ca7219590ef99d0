package dev.grapevine.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;
import dev.grapevine.libp2p.crypto.PublicKey;
import java.net.URI;

/** DIDs and DID URLs of each method, and the Multikeys in them. */
public final class FuzzedDid {

    private FuzzedDid() {}

    public static void take(byte[] input) {
        Property.each(
                input,
                bytes -> multikey(text(bytes)),
                bytes -> didKey(text(bytes)),
                bytes -> didWeb(text(bytes)),
                bytes -> Property.same(VerificationMethod.resolve(text(bytes)).id(), text(bytes)));
    }

    private static String text(byte[] input) {
        return new String(input, UTF_8);
    }

    private static void multikey(String text) {
        VerificationKey key = VerificationKey.parseMultikey(text);
        Property.same(key, Property.taken(key.multikey(), VerificationKey::parseMultikey));
        Property.holds(!key.verify(new byte[3], new byte[64]), "nobody signs by nothing");
    }

    private static void didKey(String text) {
        PublicKey key = DidKey.parse(text);
        Property.same(key, Property.taken(DidKey.encode(key), DidKey::parse));
        Property.same(
                Property.taken(DidKey.verificationMethod(key), VerificationMethod::resolve)
                        .controller(),
                DidKey.encode(key));
    }

    private static void didWeb(String text) {
        URI url = DidWeb.url(text);
        Property.holds(
                "https".equals(url.getScheme())
                        && url.getHost() != null
                        && url.getPort() <= 65_535
                        && url.getPath().endsWith("/did.json")
                        && url.getRawQuery() == null
                        && url.getRawFragment() == null
                        && url.getRawUserInfo() == null
                        && !url.getPath().replace("/.well-known/", "/").contains("/."),
                "a did:web is a document of its own host");
    }
}
