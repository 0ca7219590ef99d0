package dev.grapevine.libp2p.crypto;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A libp2p public key (specification peer-ids, section Keys). Equal if type and bytes are. Whether the bytes are a key
 * that can verify anything shows in {@link #verify}: it answers {@code false} for a key that is none.
 */
public final class PublicKey {

    /** The longest key taken, in bytes; RSA with 8,192 bits has 1,062. */
    public static final int MAX_BYTES = 2048;

    private static final int SECP256K1_BYTES = 33;

    /** What stands before the 32 bytes of an Ed25519 key in its one deterministic form: type 1, then the length. */
    private static final byte[] ED25519_HEADER = {0x08, 0x01, 0x12, Ed25519.KEY_BYTES};

    private final KeyType type;
    private final byte[] raw;
    private volatile @Nullable Verifier verifier;

    private PublicKey(KeyType type, byte[] raw) {
        boolean sized = switch (type) {
            case ED25519 -> raw.length == Ed25519.KEY_BYTES;
            case SECP256K1 -> raw.length == SECP256K1_BYTES;
            case RSA, ECDSA -> raw.length > 0 && raw.length <= MAX_BYTES;
        };
        if (!sized) {
            throw new MalformedException(type + " public key of " + raw.length + " bytes");
        }
        this.type = type;
        this.raw = raw;
    }

    /** @throws MalformedException where there are not 32 bytes */
    public static PublicKey ed25519(byte[] raw) {
        return new PublicKey(KeyType.ED25519, raw.clone());
    }

    /**
     * Decodes the protobuf form.
     *
     * @throws MalformedException also where it is not the one deterministic form that the specification asks for
     */
    public static PublicKey decode(byte[] encoded) {
        if (isEd25519(encoded)) {
            return new PublicKey(KeyType.ED25519, Arrays.copyOfRange(encoded, ED25519_HEADER.length, encoded.length));
        }
        KeyMessage message = KeyMessage.decode(encoded);
        PublicKey key = new PublicKey(message.type(), message.data());
        if (!Arrays.equals(key.encoded(), encoded)) {
            throw new MalformedException("public key is not encoded deterministically");
        }
        return key;
    }

    private static boolean isEd25519(byte[] encoded) {
        return encoded.length == ED25519_HEADER.length + Ed25519.KEY_BYTES
                && Arrays.equals(encoded, 0, ED25519_HEADER.length, ED25519_HEADER, 0, ED25519_HEADER.length);
    }

    public KeyType type() {
        return type;
    }

    /** The key's own bytes in the form that the specification gives for its type; 32 bytes for Ed25519. */
    public byte[] raw() {
        return raw.clone();
    }

    /** The deterministic protobuf form, which peer ids are made of. */
    public byte[] encoded() {
        return new KeyMessage(type, raw).encode();
    }

    /**
     * Checks a signature of this key over data, as the specification gives it for the key's type.
     *
     * @return false too for a signature that is malformed, and for a key that is not valid
     */
    public boolean verify(byte[] data, byte[] signature) {
        try {
            Verifier known = verifier;
            if (known == null) {
                known = verifier = makeVerifier();
            }
            return known.verify(data, signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private Verifier makeVerifier() {
        try {
            return switch (type) {
                case ED25519 -> Ed25519.verifier(raw);
                case RSA -> OtherKeys.rsa(raw);
                case ECDSA -> OtherKeys.ecdsa(raw);
                case SECP256K1 -> OtherKeys.secp256k1(raw);
            };
        } catch (GeneralSecurityException e) {
            return Verifier.NONE;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey that && type == that.type && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return type + ":" + HexFormat.of().formatHex(raw);
    }

    /** The protobuf messages PublicKey and PrivateKey, which have the same two fields. */
    record KeyMessage(KeyType type, byte[] data) {

        static KeyMessage decode(byte[] encoded) {
            KeyType type = null;
            byte[] data = null;
            ProtobufReader in = new ProtobufReader(encoded);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> type = type(in.int32());
                    case 2 -> data = in.bytes();
                    default -> throw new MalformedException("a key has no field " + in.field());
                }
            }
            if (type == null || data == null) {
                throw new MalformedException("key lacks its type or its data");
            }
            return new KeyMessage(type, data);
        }

        private static KeyType type(int number) {
            return Arrays.stream(KeyType.values())
                    .filter(type -> type.number() == number)
                    .findFirst()
                    .orElseThrow(() -> new MalformedException("no such type of key: " + number));
        }

        byte[] encode() {
            return new ProtobufWriter().int32(1, type.number()).bytes(2, data).toByteArray();
        }
    }
}
