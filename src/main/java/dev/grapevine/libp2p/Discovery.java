package dev.grapevine.libp2p;

import dev.grapevine.libp2p.kad.KadConfig;
import java.util.Optional;

/**
 * How far a host looks for peers by itself.
 *
 * @param wantedConnections connections to peers of one's own kind that it tries to have; 0 for none
 * @param protocolId what peers of one's own kind speak; others that were found are left again
 * @param dht the DHT that it takes part in, if any
 * @param mdns whether it finds peers on the local network, and is found by them
 */
public record Discovery(int wantedConnections, String protocolId, Optional<KadConfig> dht, boolean mdns) {

    /** Looks for nobody. */
    public static final Discovery NONE = new Discovery(0, "");

    public Discovery {
        if (wantedConnections < 0) {
            throw new IllegalArgumentException("no fewer connections than none can be wanted");
        }
    }

    /** Among the peers of whom others tell by identify alone. */
    public Discovery(int wantedConnections, String protocolId) {
        this(wantedConnections, protocolId, Optional.empty(), false);
    }

    /** The same, and by a DHT. */
    public Discovery withDht(KadConfig config) {
        return new Discovery(wantedConnections, protocolId, Optional.of(config), mdns);
    }

    /** The same, and on the local network. */
    public Discovery withMdns() {
        return new Discovery(wantedConnections, protocolId, dht, true);
    }
}
