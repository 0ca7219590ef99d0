package dev.grapevine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DidKeyTest {

    private static final String KEY = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

    /** From the test vectors of the did:key method. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000, did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
        "0000000000000000000000000000000000000000000000000000000000000001, did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG"
    })
    void isTheKeyItself(String seed, String did) {
        PublicKey key = PrivateKey.ofSeed(HexFormat.of().parseHex(seed)).publicKey();

        assertThat(DidKey.encode(key)).isEqualTo(did);
        assertThat(DidKey.parse(did)).isEqualTo(key);
        assertThat(IssuerId.parse(did)).isEqualTo(new IssuerId(key)).hasToString(did);
    }

    @Test
    void hasOneVerificationMethod() {
        PublicKey key = DidKey.parse("did:key:" + KEY);

        assertThat(DidKey.verificationMethod(key)).isEqualTo("did:key:" + KEY + "#" + KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "did:key:",
                "did:key:z",
                "did:web:example.org",
                "did:key:z6Mk",
                "did:key:" + KEY + "x",
                "did:key:" + KEY + "#" + KEY,
                "DID:KEY:" + KEY,
                // a P-256, an X25519 and a secp256k1 key of the method's own vectors
                "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
                "did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F",
                "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"
            })
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> DidKey.parse(text)).isInstanceOf(MalformedException.class);
    }
}
