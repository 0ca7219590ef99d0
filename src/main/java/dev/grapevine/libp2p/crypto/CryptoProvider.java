package dev.grapevine.libp2p.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Who computes signatures and keys. */
public final class CryptoProvider {

    private static final Provider FASTEST = AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null
            ? AmazonCorrettoCryptoProvider.INSTANCE
            : new BouncyCastleProvider();

    private CryptoProvider() {}

    /**
     * Amazon Corretto Crypto Provider where its native library loads, else Bouncy Castle, which takes four times as long for Ed25519.
     * Both know Ed25519 and the curves P-256, P-384 and P-521.
     */
    public static Provider fastest() {
        return FASTEST;
    }
}
