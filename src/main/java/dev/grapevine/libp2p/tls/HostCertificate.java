package dev.grapevine.libp2p.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;

/**
 * What a host presents in a TLS handshake.
 *
 * @param key the certificate's own key, not the host key
 * @param certificate carries the host key and its signature over the certificate's key
 */
public record HostCertificate(PrivateKey key, X509Certificate certificate) {

    /** Presents this certificate, whatever the peer asks for. */
    public KeyManager keyManager() {
        return new HostKeyManager(this);
    }

    /** Shows nothing of the key. */
    @Override
    public String toString() {
        return "HostCertificate[" + certificate.getSerialNumber().toString(16) + "]";
    }
}
