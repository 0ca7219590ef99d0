package dev.grapevine.libp2p.tls;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multihash;
import java.security.cert.CertificateException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one handshake has found out about the peer. May be read on any thread. */
public final class PeerCheck {

    private final @Nullable PeerId expected;
    private volatile @Nullable PeerId peer;
    private volatile String fingerprint = "";
    private volatile @Nullable CertificateException refusal;

    PeerCheck(@Nullable PeerId expected) {
        this.expected = expected;
    }

    /** The peer, once its certificate was found good and it is the one expected. */
    public Optional<PeerId> peer() {
        return Optional.ofNullable(peer);
    }

    /** SHA-256 of the peer's certificate in hexadecimal; empty before it was found good. */
    public String fingerprint() {
        return fingerprint;
    }

    /** Why the peer was refused, where it was. */
    public Optional<CertificateException> refusal() {
        return Optional.ofNullable(refusal);
    }

    void accept(PeerId found, byte[] certificate) throws CertificateException {
        if (expected != null && !expected.equals(found)) {
            throw refuse(new CertificateException("expected the peer " + expected + ", but " + found + " answered"));
        }
        fingerprint = HexFormat.of().formatHex(Multihash.sha256(certificate).digest());
        peer = found;
    }

    CertificateException refuse(CertificateException reason) {
        refusal = reason;
        return reason;
    }
}
