package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileState;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** The bytes that stand for an issuer or a profile in the digest of the registry (docs/wire.md, "The registry's digest"). */
final class DigestRecord {

    private static final int ABSENT = 0;
    private static final int PRESENT = 1;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private DigestRecord() {}

    /**
     * What an issuer's log says of the issuer, and where it ends.
     *
     * @param head as peers compare it
     */
    static byte[] issuer(IssuerRow row, LogHead head) {
        return new DigestRecord()
                .field(row.issuer().inception().encoded())
                .number(head.sequence())
                .raw(head.hash().bytes())
                .field(head.keys().current().encoded())
                .text(row.name())
                .optionalText(row.didWeb())
                .bytes
                .toByteArray();
    }

    /**
     * What a log amounts to for one profile, and the body that is held.
     *
     * @param held sha-256(salt ‖ body) of what is held, which the commitment should be
     */
    static byte[] profile(IssuerId issuer, ProfileState state, Optional<Hash> held) {
        return new DigestRecord()
                .field(issuer.inception().encoded())
                .uuid(state.profileId())
                .number(state.publishedSequence())
                .number(state.publishedAtMillis())
                .number(state.versionSequence())
                .raw(state.commitment().bytes())
                .optionalNumber(state.validUntilMillis())
                .optionalNumber(boxed(state.revoked()))
                .optionalText(state.revocationReason())
                .optionalNumber(boxed(state.erased()))
                .optionalHash(held)
                .bytes
                .toByteArray();
    }

    private DigestRecord raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    /** Big-endian, 8 bytes. */
    private DigestRecord number(long value) {
        return raw(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    /** Behind its length, big-endian, 4 bytes. */
    private DigestRecord field(byte[] value) {
        return raw(ByteBuffer.allocate(Integer.BYTES).putInt(value.length).array())
                .raw(value);
    }

    private DigestRecord text(String value) {
        return field(value.getBytes(StandardCharsets.UTF_8));
    }

    private DigestRecord uuid(UUID value) {
        return number(value.getMostSignificantBits()).number(value.getLeastSignificantBits());
    }

    private DigestRecord optionalNumber(Optional<Long> value) {
        return value.map(present -> presence(PRESENT).number(present)).orElseGet(() -> presence(ABSENT));
    }

    private DigestRecord optionalText(Optional<String> value) {
        return value.map(present -> presence(PRESENT).text(present)).orElseGet(() -> presence(ABSENT));
    }

    private DigestRecord optionalHash(Optional<Hash> value) {
        return value.map(present -> presence(PRESENT).raw(present.bytes())).orElseGet(() -> presence(ABSENT));
    }

    private DigestRecord presence(int value) {
        bytes.write(value);
        return this;
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }
}
