package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A public key that credentials are signed with: Ed25519, P-256 or P-384. Equal if curve and key are. */
public final class VerificationKey {

    private static final Recent<String, VerificationKey> BY_MULTIKEY = new Recent<>();
    private static final Recent<PublicKey, VerificationKey> BY_KEY = new Recent<>();

    private final Curve curve;
    private final byte[] raw;
    private final @Nullable PublicKey ed25519;
    private final String multikey;

    private VerificationKey(Curve curve, byte[] raw) {
        this.curve = curve;
        this.raw = raw;
        ed25519 = curve == Curve.ED25519 ? PublicKey.ed25519(raw) : null;
        multikey = multikey(curve, raw);
    }

    /** The same key for credentials. */
    public static VerificationKey of(PublicKey ed25519) {
        return BY_KEY.get(ed25519, key -> new VerificationKey(Curve.ED25519, key.raw()));
    }

    /** @throws MalformedException where the point is not on the curve */
    static VerificationKey ofPoint(Curve curve, byte[] point) {
        return new VerificationKey(curve, Ecdsa.compressed(curve, point));
    }

    /**
     * The key of a Multikey (Controlled Identifiers section 2.2.2), such as {@code z6Mk…} or {@code zDna…}.
     *
     * @throws MalformedException where it is none, is on another curve, is a private key, or is not in base58
     */
    public static VerificationKey parseMultikey(String multikey) {
        return BY_MULTIKEY.get(multikey, VerificationKey::parse);
    }

    private static VerificationKey parse(String multikey) {
        if (!multikey.startsWith("z")) {
            throw new MalformedException("not a Multikey in base58: " + multikey);
        }
        byte[] bytes = Multibase.decode(multikey);
        int multicodec = bytes.length < 2 ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        for (Curve curve : Curve.values()) {
            if (curve.multicodec() == multicodec && bytes.length == 2 + curve.keyBytes()) {
                byte[] raw = Arrays.copyOfRange(bytes, 2, bytes.length);
                return curve == Curve.ED25519 ? new VerificationKey(curve, raw) : ofPoint(curve, raw);
            }
        }
        throw new MalformedException("not a public key of Ed25519, P-256 or P-384: " + multikey);
    }

    /** The one text form of the key as a Multikey. */
    public String multikey() {
        return multikey;
    }

    private static String multikey(Curve curve, byte[] raw) {
        byte[] bytes = new byte[2 + raw.length];
        bytes[0] = (byte) (curve.multicodec() >> 8);
        bytes[1] = (byte) curve.multicodec();
        System.arraycopy(raw, 0, bytes, 2, raw.length);
        return Multibase.BASE58BTC.encode(bytes);
    }

    public Curve curve() {
        return curve;
    }

    /** The key as issuers of Grapevine have it; empty on another curve. */
    public Optional<PublicKey> ed25519() {
        return Optional.ofNullable(ed25519);
    }

    /**
     * Checks a signature over data: Ed25519, or ECDSA with the curve's hash.
     *
     * @return false too for a signature that is malformed
     */
    public boolean verify(byte[] data, byte[] signature) {
        return ed25519 == null ? Ecdsa.verify(curve, raw, data, signature) : ed25519.verify(data, signature);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerificationKey that && curve == that.curve && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return multikey();
    }
}
