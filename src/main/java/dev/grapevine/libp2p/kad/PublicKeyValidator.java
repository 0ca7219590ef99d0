package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The namespace {@code pk} that every implementation has: the public key of the peer id that the key ends with. */
public final class PublicKeyValidator implements Validator {

    private static final byte[] PREFIX = "/pk/".getBytes(StandardCharsets.US_ASCII);

    @Override
    public boolean isValid(byte[] key, byte[] value) {
        if (key.length <= PREFIX.length) {
            return false;
        }
        try {
            PeerId peer = PeerId.decode(Arrays.copyOfRange(key, PREFIX.length, key.length));
            return PeerId.of(PublicKey.decode(value)).equals(peer);
        } catch (MalformedException e) {
            return false;
        }
    }

    /** All valid values are the same key. */
    @Override
    public boolean isBetter(byte[] key, byte[] value, byte[] other) {
        return false;
    }
}
