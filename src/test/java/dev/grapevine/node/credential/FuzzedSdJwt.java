package dev.grapevine.node.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;
import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.MemoryKeys;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** An SD-JWT with its disclosures: none is verified that discloses anything but what was signed. */
public final class FuzzedSdJwt {

    private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);
    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
    private static final Disclosure NAME =
            Disclosure.ofProperty("salt", "name", Signed.parse("{'first': 'Ada', '_sd': []}"));
    private static final Disclosure CITIZENSHIP = Disclosure.ofElement("pepper", Signed.parse("{'code': 'GB'}"));
    private static final String JWT = CompactJws.sign(
            CompactJws.header("dc+sd-jwt", Signatory.of(new MemoryKeys(KEY), Curve.ED25519)),
            Signed.parse("""
                    {'vct': 'https://example.org/identity', 'iss': 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
                     'iat': 1700000000, '_sd_alg': 'sha-256', '_sd': ['%s'], 'nationalities': [{'...': '%s'}, 'FR']}""".formatted(NAME.digest("SHA-256"), CITIZENSHIP.digest("SHA-256"))),
            KEY::sign);

    /** The corpus has it. */
    static final String SIGNED = SdJwt.compact(JWT, List.of(NAME, CITIZENSHIP));

    private FuzzedSdJwt() {}

    public static void take(byte[] input) {
        SdJwt sdJwt = SdJwt.parse(new String(input, UTF_8));
        Property.same(
                new String(input, UTF_8),
                sdJwt.withoutKeyBinding() + sdJwt.keyBinding().orElse(""));
        ObjectNode payload = sdJwt.payload();
        DisclosedClaims.of(payload, sdJwt.disclosures(), SdJwt.hash(payload));
        ObjectNode envelope = JwtEnvelope.Kind.CREDENTIAL.around("dc+sd-jwt", new String(input, UTF_8));
        boolean verified = SdJwtVc.open(JwtEnvelope.Kind.CREDENTIAL, envelope)
                .verify(DidDocuments.NONE, NOW)
                .verified();
        boolean ofSigned = sdJwt.issuerSigned().equals(JWT)
                && List.of(NAME, CITIZENSHIP).containsAll(sdJwt.disclosures())
                && sdJwt.keyBinding().isEmpty();
        Property.holds(verified == ofSigned, "that alone is verified which was signed");
    }
}
