package dev.grapevine.node.profile;

import dev.grapevine.libp2p.crypto.KeyType;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one event changes: the messages of the same names in {@code proto/profile_event.proto}. Its field number in
 * ProfileEvent says which kind it is. The {@code decode} methods throw {@link MalformedException}.
 */
public sealed interface Change {

    /** The lowest field of ProfileEvent that is a change; kinds that later versions add are above. */
    int FIRST_FIELD = 16;

    /** The field of ProfileEvent that holds this kind. */
    int field();

    /** The change's own message. */
    byte[] encode();

    /** A change to one profile. */
    sealed interface OfProfile extends Change {
        UUID profileId();
    }

    /** A change that states a version of a profile: commitment = sha-256(salt ‖ body), expiry in ms since 1970. */
    sealed interface Version extends OfProfile {
        Hash commitment();

        Optional<Long> validUntilMillis();

        @Override
        default byte[] encode() {
            ProtobufWriter out = new ProtobufWriter()
                    .bytes(1, ProfileIds.toBytes(profileId()))
                    .bytes(2, commitment().bytes());
            validUntilMillis().ifPresent(millis -> out.uint64(3, millis));
            return out.toByteArray();
        }
    }

    /**
     * Who the issuer is: always sequence 0, and again when the name changes.
     *
     * @param recoveryKeyDigest sha-256 of the recovery key's protobuf form; that of sequence 0 counts for ever
     */
    record IssuerDescribed(String name, Optional<String> didWeb, Hash recoveryKeyDigest) implements Change {
        static final int FIELD = 16;

        public IssuerDescribed {
            checkText("issuer name", name, ProfileLimits.MAX_NAME_BYTES);
            didWeb.ifPresent(did -> checkText("did:web", did, ProfileLimits.MAX_NAME_BYTES));
        }

        static IssuerDescribed decode(byte[] message) {
            String name = null;
            String didWeb = null;
            Hash digest = null;
            ProtobufReader in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> name = in.string();
                    case 2 -> didWeb = in.string();
                    case 3 -> digest = Hash.wrap(in.bytes());
                    default -> in.skip();
                }
            }
            return new IssuerDescribed(
                    present("name", name), Optional.ofNullable(didWeb), present("recovery key digest", digest));
        }

        @Override
        public int field() {
            return FIELD;
        }

        @Override
        public byte[] encode() {
            ProtobufWriter out = new ProtobufWriter().string(1, name);
            didWeb.ifPresent(did -> out.string(2, did));
            return out.bytes(3, recoveryKeyDigest.bytes()).toByteArray();
        }
    }

    /** A new profile. */
    record Published(UUID profileId, Hash commitment, Optional<Long> validUntilMillis) implements Version {
        static final int FIELD = 17;

        @Override
        public int field() {
            return FIELD;
        }
    }

    /** A new version of a profile. */
    record Updated(UUID profileId, Hash commitment, Optional<Long> validUntilMillis) implements Version {
        static final int FIELD = 18;

        @Override
        public int field() {
            return FIELD;
        }
    }

    /** The profile is no longer vouched for; final. */
    record Revoked(UUID profileId, Optional<String> reason) implements OfProfile {
        static final int FIELD = 19;

        public Revoked {
            reason.ifPresent(text -> checkText("reason", text, ProfileLimits.MAX_REASON_BYTES));
        }

        static Revoked decode(byte[] message) {
            UUID profileId = null;
            String reason = null;
            ProtobufReader in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> profileId = ProfileIds.fromBytes(in.bytes());
                    case 2 -> reason = in.string();
                    default -> in.skip();
                }
            }
            return new Revoked(present("profile id", profileId), Optional.ofNullable(reason));
        }

        @Override
        public int field() {
            return FIELD;
        }

        @Override
        public byte[] encode() {
            ProtobufWriter out = new ProtobufWriter().bytes(1, ProfileIds.toBytes(profileId));
            reason.ifPresent(text -> out.string(2, text));
            return out.toByteArray();
        }
    }

    /** Body, salt, username and credential are to be deleted everywhere; final. */
    record Erased(UUID profileId) implements OfProfile {
        static final int FIELD = 20;

        static Erased decode(byte[] message) {
            UUID profileId = null;
            ProtobufReader in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> profileId = ProfileIds.fromBytes(in.bytes());
                    default -> in.skip();
                }
            }
            return new Erased(present("profile id", profileId));
        }

        @Override
        public int field() {
            return FIELD;
        }

        @Override
        public byte[] encode() {
            return new ProtobufWriter().bytes(1, ProfileIds.toBytes(profileId)).toByteArray();
        }
    }

    /**
     * From the next event on, another key signs. The event's envelope is signed by the key in force or by the recovery
     * key; the new key signs {@link KeyRotation} besides.
     */
    record KeyRotated(PublicKey newKey, byte[] newKeySignature) implements Change {
        static final int FIELD = 21;

        public KeyRotated {
            checkIssuerKey(newKey);
        }

        static KeyRotated decode(byte[] message) {
            PublicKey newKey = null;
            byte[] signature = null;
            ProtobufReader in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> newKey = PublicKey.decode(in.bytes());
                    case 2 -> signature = in.bytes();
                    default -> in.skip();
                }
            }
            return new KeyRotated(present("new key", newKey), present("signature of the new key", signature));
        }

        @Override
        public int field() {
            return FIELD;
        }

        @Override
        public byte[] encode() {
            return new ProtobufWriter()
                    .bytes(1, newKey.encoded())
                    .bytes(2, newKeySignature)
                    .toByteArray();
        }
    }

    /** A kind that a later version of the protocol has: valid, kept, and without effect here. */
    record Unknown(int field) implements Change {
        @Override
        public byte[] encode() {
            return new byte[0];
        }
    }

    /** Reads the change in the reader's current field of a ProfileEvent. */
    static Change decode(ProtobufReader event) {
        return switch (event.field()) {
            case IssuerDescribed.FIELD -> IssuerDescribed.decode(event.bytes());
            case Published.FIELD -> {
                VersionFields fields = VersionFields.decode(event.bytes());
                yield new Published(fields.profileId, fields.commitment, fields.validUntil);
            }
            case Updated.FIELD -> {
                VersionFields fields = VersionFields.decode(event.bytes());
                yield new Updated(fields.profileId, fields.commitment, fields.validUntil);
            }
            case Revoked.FIELD -> Revoked.decode(event.bytes());
            case Erased.FIELD -> Erased.decode(event.bytes());
            case KeyRotated.FIELD -> KeyRotated.decode(event.bytes());
            default -> {
                event.skip();
                yield new Unknown(event.field());
            }
        };
    }

    /** What Published and Updated have in common on the wire. */
    record VersionFields(UUID profileId, Hash commitment, Optional<Long> validUntil) {
        static VersionFields decode(byte[] message) {
            UUID profileId = null;
            Hash commitment = null;
            Optional<Long> validUntil = Optional.empty();
            ProtobufReader in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> profileId = ProfileIds.fromBytes(in.bytes());
                    case 2 -> commitment = Hash.wrap(in.bytes());
                    case 3 -> validUntil = Optional.of(ProfileEvent.millis(in.uint64()));
                    default -> in.skip();
                }
            }
            return new VersionFields(present("profile id", profileId), present("commitment", commitment), validUntil);
        }
    }

    /** Issuers sign with Ed25519 and nothing else. */
    static void checkIssuerKey(PublicKey key) {
        if (key.type() != KeyType.ED25519) {
            throw new MalformedException("an issuer's key is Ed25519, not " + key.type());
        }
    }

    private static <T> T present(String what, @Nullable T value) {
        if (value == null) {
            throw new MalformedException(what + " is missing");
        }
        return value;
    }

    /** PostgreSQL keeps no U+0000 in text, so no text of the protocol has it. */
    private static void checkText(String what, String text, int maxBytes) {
        if (text.isEmpty() || text.indexOf('\0') >= 0 || text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw new MalformedException(what + " is empty, has U+0000 or is longer than " + maxBytes + " bytes");
        }
    }
}
