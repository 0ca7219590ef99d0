package dev.grapevine.libp2p;

/**
 * How far a host looks for peers by itself, among those whose addresses it has learnt.
 *
 * @param wantedConnections connections to peers of one's own kind that it tries to have; 0 for none
 * @param protocolId what peers of one's own kind speak; others that were found are left again
 */
public record Discovery(int wantedConnections, String protocolId) {

    /** Looks for nobody. */
    public static final Discovery NONE = new Discovery(0, "");

    public Discovery {
        if (wantedConnections < 0) {
            throw new IllegalArgumentException("no fewer connections than none can be wanted");
        }
    }
}
