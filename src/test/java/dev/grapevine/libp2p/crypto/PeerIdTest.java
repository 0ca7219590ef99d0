package dev.grapevine.libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {

    /** The examples of specification peer-ids. */
    private static final String SHA256_CID = "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";

    private static final String SHA256_BASE58 = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
    private static final String ED25519_BASE58 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    @Test
    void hasTwoTextForms() {
        PeerId peer = PeerId.parse(SHA256_BASE58);

        assertThat(peer).isEqualTo(PeerId.parse(SHA256_CID)).hasToString(SHA256_BASE58);
        assertThat(peer.toCid()).isEqualTo(SHA256_CID);
        assertThat(peer.publicKey()).isEmpty();
        assertThat(PeerId.decode(peer.bytes())).isEqualTo(peer);
    }

    @Test
    void holdsAnEd25519KeyItself() {
        PeerId peer = PeerId.parse(ED25519_BASE58);
        PublicKey key = peer.publicKey().orElseThrow();

        assertThat(key.type()).isEqualTo(KeyType.ED25519);
        assertThat(PeerId.of(key)).isEqualTo(peer).hasToString(ED25519_BASE58);
        assertThat(PeerId.parse(peer.toCid())).isEqualTo(peer);
    }

    @Test
    void isTheHashOfALongKey() {
        PublicKey ecdsa = PublicKey.decode(
                HexFormat.of()
                        .parseHex(
                                "0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004de3d300fa36ae0e8f5d530899d83abab44ab"
                                        + "f3161f162a4bc901d8e6ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f77c409e62"));

        assertThat(PeerId.of(ecdsa).toString()).startsWith("Qm");
        assertThat(PeerId.of(ecdsa).publicKey()).isEmpty();
    }

    @Test
    void isOrderedByItsBytes() {
        assertThat(PeerId.parse(ED25519_BASE58)).isLessThan(PeerId.parse(SHA256_BASE58));
        assertThat(PeerId.parse(SHA256_BASE58)).isEqualByComparingTo(PeerId.parse(SHA256_CID));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "Qm",
                "12D3",
                "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
                "x",
                "zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
                // a CID of a file, and one whose hash is sha1
                "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
                "f0172" + "1114" + "00000000000000000000000000000000000000ff",
                // an inlined key longer than 42 bytes, and one that is no key
                "f0172002b"
                        + "0801122700000000000000000000000000000000000000000000000000000000000000000000000000000000",
                "f017200020801"
            })
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> PeerId.parse(text)).isInstanceOf(MalformedException.class);
    }
}
