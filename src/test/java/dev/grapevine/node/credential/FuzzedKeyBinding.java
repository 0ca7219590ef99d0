package dev.grapevine.node.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;
import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.identity.MemoryKeys;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What a holder shows of an SD-JWT: none is verified but the one that he bound to his key, to the byte, for whom he did so. */
public final class FuzzedKeyBinding {

    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
    private static final PrivateKey ISSUER = PrivateKey.ofSeed(new byte[32]);
    private static final PrivateKey HOLDER = PrivateKey.ofSeed(ones());
    private static final String DOMAIN = "shop.example";
    private static final String CHALLENGE = "1234";
    private static final Disclosure NAME = Disclosure.ofProperty("salt", "name", Signed.parse("{'first': 'Ada'}"));
    private static final Disclosure AGE = Disclosure.ofProperty("pepper", "age", Signed.parse("{'years': 36}"));

    /** The corpus has it. */
    static final String SHOWN = shown();

    private FuzzedKeyBinding() {}

    private static byte[] ones() {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) 1);
        return seed;
    }

    private static String shown() {
        ObjectNode claims = Signed.parse("""
                {'vct': 'https://example.org/identity', 'iss': 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
                 '_sd_alg': 'sha-256', '_sd': ['%s', '%s'], 'cnf': {'jwk': {'kty': 'OKP', 'crv': 'Ed25519', 'x': '%s'}}}""".formatted(
                        NAME.digest("SHA-256"),
                        AGE.digest("SHA-256"),
                        Multibase.BASE64URL.encode(HOLDER.publicKey().raw()).substring(1)));
        ObjectNode header = CompactJws.header("dc+sd-jwt", Signatory.of(new MemoryKeys(ISSUER), Curve.ED25519));
        String credential = SdJwt.compact(CompactJws.sign(header, claims, ISSUER::sign), List.of(NAME));
        ObjectNode binding = Signed.parse("{'aud': '" + DOMAIN + "', 'nonce': '" + CHALLENGE + "'}")
                .put("iat", NOW.getEpochSecond())
                .put("sd_hash", Disclosure.digest(credential, "SHA-256"));
        return credential + CompactJws.sign(Signed.parse("{'alg': 'EdDSA', 'typ': 'kb+jwt'}"), binding, HOLDER::sign);
    }

    public static void take(byte[] input) {
        String text = new String(input, UTF_8);
        ObjectNode envelope = JwtEnvelope.Kind.PRESENTATION.around("dc+sd-jwt", text);
        boolean same = text.equals(SHOWN);
        Property.holds(isVerified(envelope, DOMAIN, CHALLENGE) == same, "that alone is verified which was bound");
        Property.holds(!isVerified(envelope, "forum.example", CHALLENGE), "and for nobody else");
        Property.holds(!isVerified(envelope, DOMAIN, "4321"), "and over no other challenge");
    }

    private static boolean isVerified(ObjectNode envelope, String domain, String challenge) {
        ExpectedProof expected =
                new ExpectedProof("authentication", Optional.of(domain), Optional.of(challenge), DidDocuments.NONE);
        return SdJwtVc.open(JwtEnvelope.Kind.PRESENTATION, envelope)
                .verifyPresented(expected, NOW)
                .verified();
    }
}
