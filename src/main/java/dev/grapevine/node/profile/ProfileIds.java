package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Profile ids: 16 random bytes, all of them random, carried as a UUID in Java, in the database and in JSON. */
public final class ProfileIds {

    public static final int BYTES = 16;

    private ProfileIds() {}

    public static UUID random(RandomGenerator random) {
        return new UUID(random.nextLong(), random.nextLong());
    }

    public static byte[] toBytes(UUID id) {
        return ByteBuffer.allocate(BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /** @throws MalformedException where there are not 16 bytes */
    public static UUID fromBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new MalformedException("profile id of " + bytes.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new UUID(in.getLong(), in.getLong());
    }
}
