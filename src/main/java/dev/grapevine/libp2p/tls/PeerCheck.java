package dev.grapevine.libp2p.tls;

import dev.grapevine.libp2p.crypto.PeerId;
import java.security.cert.CertificateException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one handshake has found out about the peer. May be read on any thread. */
public final class PeerCheck {

    private final @Nullable PeerId expected;
    private volatile @Nullable PeerId peer;
    private volatile @Nullable CertificateException refusal;

    PeerCheck(@Nullable PeerId expected) {
        this.expected = expected;
    }

    /** The peer, once its certificate was found good and it is the one expected. */
    public Optional<PeerId> peer() {
        return Optional.ofNullable(peer);
    }

    /** Why the peer was refused, where it was. */
    public Optional<CertificateException> refusal() {
        return Optional.ofNullable(refusal);
    }

    void accept(PeerId found) throws CertificateException {
        if (expected != null && !expected.equals(found)) {
            throw refuse(new CertificateException("expected the peer " + expected + ", but " + found + " answered"));
        }
        peer = found;
    }

    CertificateException refuse(CertificateException reason) {
        refusal = reason;
        return reason;
    }
}
