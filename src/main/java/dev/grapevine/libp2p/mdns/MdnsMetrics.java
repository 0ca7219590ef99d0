package dev.grapevine.libp2p.mdns;

/**
 * What discovery on the local network has counted since it started.
 *
 * @param received packets that were read
 * @param malformed packets that were no DNS messages
 * @param dropped packets passed over, for too many came
 * @param sent packets, those of several interfaces counted once
 * @param found how often a peer was told of
 */
public record MdnsMetrics(long received, long malformed, long dropped, long sent, long found) {

    /** Of a host that does not look for peers so. */
    public static final MdnsMetrics NONE = new MdnsMetrics(0, 0, 0, 0, 0);
}
