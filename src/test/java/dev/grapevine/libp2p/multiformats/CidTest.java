package dev.grapevine.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {

    private static final byte[] HELLO = "hello world".getBytes(StandardCharsets.UTF_8);

    @Test
    void namesRawBytes() {
        Cid cid = new Cid(1, Cid.RAW, Multihash.sha256(HELLO));

        assertThat(cid).hasToString("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
        assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
        assertThat(Cid.decode(cid.encode())).isEqualTo(cid);
    }

    @Test
    void readsBothVersions() {
        Cid old = Cid.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");

        assertThat(old.version()).isZero();
        assertThat(old).hasToString("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
        assertThat(Cid.decode(old.encode())).isEqualTo(old);
        assertThat(Cid.parse(new Cid(1, Cid.DAG_PB, old.hash()).toString()).hash())
                .isEqualTo(old.hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "f",
                "f01",
                "f0155",
                "f015512",
                "f01551220",
                "f01551220ff",
                "f02551203ffffff",
                "f03",
                "f0155000101ff",
                "f018080808080808080808055"
            })
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> Cid.parse(text)).isInstanceOf(MalformedException.class);
    }

    @Test
    void multihashesAreTakenUpToTheirLimit() {
        assertThat(Multihash.decode(HexFormat.of().parseHex("008001" + "00".repeat(128)))
                        .digest())
                .hasSize(Multihash.MAX_DIGEST_BYTES);
        assertThatThrownBy(() -> Multihash.decode(HexFormat.of().parseHex("008101" + "00".repeat(129))))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Multihash.decode(HexFormat.of().parseHex("00ffffffffffffffff7f00")))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Multihash.decode(HexFormat.of().parseHex("121f" + "00".repeat(31))))
                .isInstanceOf(MalformedException.class);
    }
}
