package dev.grapevine.libp2p.tls;

import java.security.cert.CertificateException;
import java.time.Instant;

/** The certificate of a peer, whose key and signatures are checked. */
public final class FuzzedCertificate {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private FuzzedCertificate() {}

    public static void take(byte[] certificate) {
        try {
            CertificateChecker.check(certificate, NOW).encoded();
        } catch (CertificateException refused) {
            // as it may
        }
    }
}
