package dev.grapevine.libp2p.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CertificateCheckerTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final SecureRandom random = new SecureRandom();
    private final PrivateKey hostKey = PrivateKey.generate(random);

    @Test
    void findsTheHostKeyInACertificateOfOurOwn() throws Exception {
        HostCertificate made = CertificateMaker.make(hostKey, random, NOW);

        assertThat(CertificateChecker.check(made.certificate().getEncoded(), NOW))
                .isEqualTo(hostKey.publicKey());
    }

    @Test
    void makesCertificatesThatPeersWithOtherClocksTake() throws Exception {
        byte[] made = CertificateMaker.make(hostKey, random, NOW).certificate().getEncoded();

        assertThat(CertificateChecker.check(made, NOW.minus(Duration.ofHours(23))))
                .isNotNull();
        assertThat(CertificateChecker.check(made, NOW.plus(Duration.ofDays(20 * 365))))
                .isNotNull();
    }

    @Test
    void makesAnotherKeyEachTime() {
        assertThat(CertificateMaker.make(hostKey, random, NOW).certificate().getPublicKey())
                .isNotEqualTo(CertificateMaker.make(hostKey, random, NOW)
                        .certificate()
                        .getPublicKey());
    }

    @Test
    void takesACertificateWithoutNamesAndWithACriticalExtensionOfLibp2p() throws Exception {
        byte[] likeJs = new TestCertificates().nameless().libp2p(hostKey, true).der();

        PublicKey found = CertificateChecker.check(likeJs, NOW);

        assertThat(found).isEqualTo(hostKey.publicKey());
    }

    @Test
    void passesOverAnUnknownExtensionThatIsNotCritical() throws Exception {
        byte[] certificate =
                new TestCertificates().unknown(false).libp2p(hostKey, false).der();

        assertThat(CertificateChecker.check(certificate, NOW)).isEqualTo(hostKey.publicKey());
    }

    @Test
    void refusesAnUnknownExtensionThatIsCritical() throws Exception {
        byte[] certificate =
                new TestCertificates().unknown(true).libp2p(hostKey, false).der();

        assertThatThrownBy(() -> CertificateChecker.check(certificate, NOW))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("critical");
    }

    @Test
    void refusesACertificateWithoutTheExtension() throws Exception {
        byte[] none = new TestCertificates().der();
        byte[] another = new TestCertificates().unknown(false).der();

        assertThatThrownBy(() -> CertificateChecker.check(none, NOW)).hasMessageContaining("no extensions");
        assertThatThrownBy(() -> CertificateChecker.check(another, NOW)).hasMessageContaining("lacks libp2p's");
    }

    @Test
    void refusesAnExtensionThatWasCopiedFromAnotherCertificate() throws Exception {
        byte[] certificate = new TestCertificates()
                .libp2pOf(CertificateMaker.make(hostKey, random, NOW).certificate())
                .der();

        assertThatThrownBy(() -> CertificateChecker.check(certificate, NOW))
                .hasMessageContaining("not signed by the host key");
    }
}
