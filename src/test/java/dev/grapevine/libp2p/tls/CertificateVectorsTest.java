package dev.grapevine.libp2p.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.grapevine.libp2p.crypto.PeerId;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The four certificates of the specification's section Test vectors, and what hostile bytes do to the checker. */
class CertificateVectorsTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private static final String ED25519 =
            "308201ae30820156a0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a13096c696270"
                    + "32702e696f310a300806035504051301313020170d3735303130313133303030305a180f343039363031303131333030"
                    + "30305a302031123010060355040a13096c69627032702e696f310a300806035504051301313059301306072a8648ce3d"
                    + "020106082a8648ce3d030107034200040c901d423c831ca85e27c73c263ba132721bb9d7a84c4f0380b2a6756fd60133"
                    + "1c8870234dec878504c174144fa4b14b66a651691606d8173e55bd37e381569ea37c307a3078060a2b0601040183a25a"
                    + "0101046a3068042408011220a77f1d92fedb59dddaea5a1c4abd1ac2fbde7d7b879ed364501809923d7c11b90440d90d"
                    + "2769db992d5e6195dbb08e706b6651e024fda6cfb8846694a435519941cac215a8207792e42849cccc6cd8136c6e4bde"
                    + "92a58c5e08cfd4206eb5fe0bf909300a06082a8648ce3d0403020346003043021f50f6b6c52711a881778718238f650c"
                    + "9fb48943ae6ee6d28427dc6071ae55e702203625f116a7a454db9c56986c82a25682f7248ea1cb764d322ea983ed36a3"
                    + "1b77";

    private static final String ECDSA =
            "308201f63082019da0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a13096c696270"
                    + "32702e696f310a300806035504051301313020170d3735303130313133303030305a180f343039363031303131333030"
                    + "30305a302031123010060355040a13096c69627032702e696f310a300806035504051301313059301306072a8648ce3d"
                    + "020106082a8648ce3d030107034200040c901d423c831ca85e27c73c263ba132721bb9d7a84c4f0380b2a6756fd60133"
                    + "1c8870234dec878504c174144fa4b14b66a651691606d8173e55bd37e381569ea381c23081bf3081bc060a2b06010401"
                    + "83a25a01010481ad3081aa045f0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004bf30511f"
                    + "909414ebdd3242178fd290f093a551cf75c973155de0bb5a96fedf6cb5d52da7563e794b512f66e60c7f55ba8a3acf3d"
                    + "d72a801980d205e8a1ad29f2044730450220064ea8124774caf8f50e57f436aa62350ce652418c019df5d98a3ac666c9"
                    + "386a022100aa59d704a931b5f72fb9222cb6cc51f954d04a4e2e5450f8805fe8918f71eaae300a06082a8648ce3d0403"
                    + "0203470030440220799395b0b6c1e940a7e4484705f610ab51ed376f19ff9d7c16757cfbf61b8d4302206205c03fbb0f"
                    + "95205c779be86581d3e31c01871ad5d1f3435bcf375cb0e5088a";

    private static final String SECP256K1 =
            "308201ba3082015fa0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a13096c696270"
                    + "32702e696f310a300806035504051301313020170d3735303130313133303030305a180f343039363031303131333030"
                    + "30305a302031123010060355040a13096c69627032702e696f310a300806035504051301313059301306072a8648ce3d"
                    + "020106082a8648ce3d030107034200040c901d423c831ca85e27c73c263ba132721bb9d7a84c4f0380b2a6756fd60133"
                    + "1c8870234dec878504c174144fa4b14b66a651691606d8173e55bd37e381569ea38184308181307f060a2b0601040183"
                    + "a25a01010471306f0425080212210206dc6968726765b820f050263ececf7f71e4955892776c0970542efd689d238204"
                    + "4630440220145e15a991961f0d08cd15425bb95ec93f6ffa03c5a385eedc34ecf464c7a8ab022026b3109b8a3f40ef83"
                    + "3169777eb2aa337cfb6282f188de0666d1bcec2a4690dd300a06082a8648ce3d0403020349003046022100e1a217eeef"
                    + "9ec9204b3f774a08b70849646b6a1e6b8b27f93dc00ed58545d9fe022100b00dafa549d0f03547878338c7b15e750288"
                    + "8f6d45db387e5ae6b5d46899cef0";

    private static final String WRONG_HOST_KEY =
            "308201f73082019da0030201020204499602d2300a06082a8648ce3d040302302031123010060355040a13096c696270"
                    + "32702e696f310a300806035504051301313020170d3735303130313133303030305a180f343039363031303131333030"
                    + "30305a302031123010060355040a13096c69627032702e696f310a300806035504051301313059301306072a8648ce3d"
                    + "020106082a8648ce3d030107034200040c901d423c831ca85e27c73c263ba132721bb9d7a84c4f0380b2a6756fd60133"
                    + "1c8870234dec878504c174144fa4b14b66a651691606d8173e55bd37e381569ea381c23081bf3081bc060a2b06010401"
                    + "83a25a01010481ad3081aa045f0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004bf30511f"
                    + "909414ebdd3242178fd290f093a551cf75c973155de0bb5a96fedf6cb5d52da7563e794b512f66e60c7f55ba8a3acf3d"
                    + "d72a801980d205e8a1ad29f204473045022100bb6e03577b7cc7a3cd1558df0da2b117dfdcc0399bc2504ebe7de6f65c"
                    + "ade72802206de96e2a5be9b6202adba24ee0362e490641ac45c240db71fe955f2c5cf8df6e300a06082a8648ce3d0403"
                    + "020348003045022100e847f267f43717358f850355bdcabbefb2cfbf8a3c043b203a14788a092fe8db022027c1d04a2d"
                    + "41fd6b57a7e8b3989e470325de4406e52e084e34a3fd56eef0d0df";

    @Test
    void readsThePeerOfAnEd25519Certificate() throws Exception {
        assertThat(peer(ED25519)).hasToString("12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv");
    }

    @Test
    void readsThePeerOfAnEcdsaCertificate() throws Exception {
        assertThat(peer(ECDSA)).hasToString("QmfXbAwNjJLXfesgztEHe8HwgVDCMMpZ9Eax1HYq6hn9uE");
    }

    @Test
    void readsThePeerOfASecp256k1Certificate() throws Exception {
        assertThat(peer(SECP256K1)).hasToString("16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs");
    }

    @Test
    void refusesACertificateThatItsHostKeyDidNotSign() {
        assertThatThrownBy(() -> peer(WRONG_HOST_KEY))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not signed by the host key");
    }

    @Test
    void refusesACertificateOutsideItsTime() {
        byte[] certificate = bytes(ED25519); // from 1975 to 4096
        assertThatThrownBy(() -> CertificateChecker.check(certificate, Instant.parse("1975-01-01T12:59:59Z")))
                .isInstanceOf(CertificateNotYetValidException.class);
        assertThatThrownBy(() -> CertificateChecker.check(certificate, Instant.parse("4096-01-01T13:00:01Z")))
                .isInstanceOf(CertificateExpiredException.class);
    }

    @Test
    void refusesEveryCertificateThatIsCutOff() {
        byte[] whole = bytes(ECDSA);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> CertificateChecker.check(cut, NOW))
                    .as("%d bytes", length)
                    .isInstanceOf(CertificateException.class);
        }
    }

    @Test
    void refusesACertificateWithAnythingBehindIt() {
        byte[] longer = Arrays.copyOf(bytes(ED25519), bytes(ED25519).length + 1);
        assertThatThrownBy(() -> CertificateChecker.check(longer, NOW)).isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesACertificateWithAnyByteChanged() {
        byte[] good = bytes(SECP256K1);
        for (int i = 0; i < good.length; i++) {
            byte[] changed = good.clone();
            changed[i] ^= 0x01;
            assertThatThrownBy(() -> CertificateChecker.check(changed, NOW))
                    .as("byte %d", i)
                    .isInstanceOf(CertificateException.class);
        }
    }

    @Test
    void throwsNothingButTheDeclaredExceptionAtGarbage() {
        Random random = new Random(4711);
        byte[] good = bytes(ECDSA);
        for (int round = 0; round < 3_000; round++) {
            byte[] bad = good.clone();
            for (int change = random.nextInt(1, 6); change > 0; change--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            Throwable thrown = catchThrowable(() -> CertificateChecker.check(bad, NOW));
            assertThat(thrown)
                    .as("round %d", round)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isNull(),
                            some -> assertThat(some).isInstanceOf(CertificateException.class));
        }
        byte[] noise = new byte[500];
        random.nextBytes(noise);
        assertThatThrownBy(() -> CertificateChecker.check(noise, NOW)).isInstanceOf(CertificateException.class);
    }

    @Test
    void refusesACertificateBeyondTheLimitUnread() {
        assertThatThrownBy(() -> CertificateChecker.check(new byte[CertificateChecker.MAX_CERTIFICATE_BYTES + 1], NOW))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("8193 bytes");
    }

    private static PeerId peer(String hex) throws CertificateException {
        return PeerId.of(CertificateChecker.check(bytes(hex), NOW));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
