package dev.grapevine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationMethodTest {

    private static final String ED25519 = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";
    private static final String P256 = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP";

    /** The P-256 example of the did:jwk specification (quartzjer/did-jwk). */
    private static final String DID_JWK =
            "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAi"
                    + "LCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9";

    private static final String X = "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0";
    private static final String Y = "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE";

    @ParameterizedTest
    @ValueSource(strings = {ED25519, P256, "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ"})
    void aDidKeyIsItsKey(String multikey) {
        VerificationMethod method = VerificationMethod.resolve("did:key:" + multikey + "#" + multikey);

        assertThat(method.controller()).isEqualTo("did:key:" + multikey);
        assertThat(method.key()).isEqualTo(VerificationKey.parseMultikey(multikey));
    }

    @Test
    void aDidJwkIsItsKey() {
        VerificationMethod method = VerificationMethod.resolve(DID_JWK + "#0");

        assertThat(method.controller()).isEqualTo(DID_JWK);
        assertThat(method.id()).isEqualTo(DID_JWK + "#0");
        assertThat(method.key().curve()).isEqualTo(Curve.P256);
    }

    /** RFC 8037 appendix A.2. */
    @Test
    void aDidJwkMayBeOfEd25519() {
        String jwk = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";

        assertThat(VerificationMethod.resolve(didJwk(jwk)).key().multikey())
                .isEqualTo("z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#",
                "did:key:" + ED25519,
                "did:key:" + ED25519 + "#",
                "did:key:" + ED25519 + "#key-1",
                "did:key:" + ED25519 + "#" + P256,
                "did:key:" + ED25519 + "#" + ED25519 + "#" + ED25519,
                "#" + ED25519,
                "did:web:example.org#key-1",
                "https://example.org/key#1",
                DID_JWK,
                DID_JWK + "#1",
                DID_JWK + "=#0",
                "did:jwk:#0",
                "did:jwk:e30#0",
                // the X25519 example of the did:jwk specification
                "did:jwk:eyJrdHkiOiJPS1AiLCJjcnYiOiJYMjU1MTkiLCJ1c2UiOiJlbmMiLCJ4IjoiM3A3YmZYdDl3YlRUVzJIQzdPUTFOei1EUThoYmVHZE5yZngtRkctSUswOCJ9#0"
            })
    void refusesWhatItCannotResolve(String didUrl) {
        assertThatThrownBy(() -> VerificationMethod.resolve(didUrl)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'kty':'EC','crv':'P-256','x':'" + X + "','y':'" + Y + "','d':'AA'} | private key",
                "{'kty':'oct','k':'AAAA'} | private key",
                "{'kty':'EC','crv':'P-256','x':'" + X + "','y':'" + Y + "','use':'enc'} | makes no proofs",
                "{'kty':'EC','crv':'P-384','x':'" + X + "','y':'" + Y + "'} | not 48 bytes",
                "{'kty':'EC','crv':'P-256','x':'" + X + "','y':'" + X + "'} | not a point of P-256",
                "{'kty':'EC','crv':'P-256','x':'" + X + "'} | y has not 32 bytes",
                "{'kty':'EC','crv':'P-256','x':'" + X + "','y':1} | y has not 32 bytes",
                "{'kty':'EC','crv':'secp256k1','x':'" + X + "','y':'" + Y + "'} | no key of",
                "{'kty':'OKP','crv':'P-256','x':'" + X + "','y':'" + Y + "'} | no key of",
                "{'kty':'EC','crv':'P-256','crv':'P-256','x':'" + X + "','y':'" + Y + "'} | Duplicate",
                "[] | an object",
                "{} {} | holds no JSON"
            })
    void refusesADidJwkOfAnotherKey(String jwk, String why) {
        assertThatThrownBy(() -> VerificationMethod.resolve(didJwk(jwk.replace('\'', '"'))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void readsUpToItsLimit() {
        String jwk = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + X + "\",\"y\":\"" + Y + "\",\"note\":\"%s\"}";
        String most = didJwk(jwk.formatted("a".repeat(1386)));

        assertThat(most.length()).isBetween(VerificationMethod.MAX_ID_CHARS - 16, VerificationMethod.MAX_ID_CHARS);
        assertThat(VerificationMethod.resolve(most).key().curve()).isEqualTo(Curve.P256);
        assertThatThrownBy(() -> VerificationMethod.resolve(didJwk(jwk.formatted("a".repeat(1400)))))
                .isInstanceOf(MalformedException.class);
    }

    private static String didJwk(String jwk) {
        return "did:jwk:"
                + Multibase.BASE64URL
                        .encode(jwk.getBytes(StandardCharsets.UTF_8))
                        .substring(1) + "#0";
    }
}
