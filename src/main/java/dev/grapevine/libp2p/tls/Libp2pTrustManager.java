package dev.grapevine.libp2p.tls;

import dev.grapevine.libp2p.crypto.PeerId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whoever presents a libp2p certificate, and remembers who it was. TLS implementations hide why a trust manager
 * refused; here the reason can be asked for.
 *
 * <p>A handshake must be announced with {@link #expect} before it starts.
 */
public final class Libp2pTrustManager extends X509ExtendedTrustManager {

    private final InstantSource clock;
    private final Map<SSLEngine, PeerCheck> checks = Collections.synchronizedMap(new WeakHashMap<>());

    public Libp2pTrustManager(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Announces a handshake.
     *
     * @param expected the only peer that is welcome; {@code null} for any
     * @return tells the outcome
     */
    public PeerCheck expect(SSLEngine engine, @Nullable PeerId expected) {
        PeerCheck check = new PeerCheck(expected);
        checks.put(engine, check);
        return check;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine);
    }

    private void check(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
        PeerCheck check = checks.get(engine);
        if (check == null) {
            throw new CertificateException("a handshake that nobody has announced");
        }
        try {
            if (chain.length != 1) {
                throw new CertificateException("expected one certificate, found " + chain.length);
            }
            byte[] certificate = chain[0].getEncoded();
            check.accept(PeerId.of(CertificateChecker.check(certificate, clock.instant())));
        } catch (CertificateException e) {
            throw check.refuse(e);
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw withoutEngine();
    }

    private static CertificateException withoutEngine() {
        return new CertificateException("a libp2p certificate is checked for a handshake of an SSLEngine only");
    }
}
