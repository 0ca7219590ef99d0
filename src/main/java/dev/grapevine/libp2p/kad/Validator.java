package dev.grapevine.libp2p.kad;

/**
 * What values of one kind must be like (specification kad-dht, "Entry validation"). Asked on the event loop, for values of
 * peers too, so that it must be quick, and give the same answer for the same bytes.
 */
public interface Validator {

    /** Whether the value may stand under the key. */
    boolean isValid(byte[] key, byte[] value);

    /** Whether the first of two valid values is better, as the newer of two is; must be the same order everywhere. */
    boolean isBetter(byte[] key, byte[] value, byte[] other);
}
