package dev.grapevine.libp2p.gossipsub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The id of a message: author ‖ sequence number (pubsub, Message Identification: origin-stamping).
 *
 * @param latin1 the id's bytes as the characters 0 to 255: comparable, hashed once, one byte each in memory
 */
record MessageId(String latin1) implements Comparable<MessageId> {

    static MessageId of(byte[] bytes) {
        return new MessageId(new String(bytes, ISO_8859_1));
    }

    byte[] bytes() {
        return latin1.getBytes(ISO_8859_1);
    }

    /** Makes a hash table that an attacker fills with colliding ids a tree, not a list. */
    @Override
    public int compareTo(MessageId other) {
        return latin1.compareTo(other.latin1);
    }
}
