package dev.grapevine.libp2p.gossipsub;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The id of a message: author ‖ sequence number (pubsub, Message Identification: origin-stamping).
 *
 * @param latin1 the id's bytes as the characters 0 to 255: comparable, hashed once, one byte each in memory
 */
record MessageId(String latin1) implements Comparable<MessageId> {

    /** 2³² divided by the golden ratio: multiples of it lie far apart (Knuth, The Art of Computer Programming 3, §6.4). */
    private static final int GOLDEN_RATIO = 0x9E3779B9;

    static MessageId of(byte[] bytes) {
        return new MessageId(new String(bytes, ISO_8859_1));
    }

    byte[] bytes() {
        return latin1.getBytes(ISO_8859_1);
    }

    /**
     * The ids of one author differ in their last bytes alone, and a string's own hash gives thousands of such the same value: 65,536
     * in a row have 8,000.
     */
    @Override
    public int hashCode() {
        int last = 0;
        for (int i = Math.max(0, latin1.length() - Integer.BYTES); i < latin1.length(); i++) {
            last = last << Byte.SIZE | latin1.charAt(i);
        }
        return latin1.hashCode() ^ last * GOLDEN_RATIO;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MessageId that && latin1.equals(that.latin1);
    }

    /** Makes a hash table that an attacker fills with colliding ids a tree, not a list. */
    @Override
    public int compareTo(MessageId other) {
        return latin1.compareTo(other.latin1);
    }
}
