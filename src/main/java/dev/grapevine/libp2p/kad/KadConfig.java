package dev.grapevine.libp2p.kad;

import java.time.Duration;
import java.util.Map;

/**
 * How a peer takes part in a DHT.
 *
 * @param protocolId the DHT's name on the wire, such as {@code /ipfs/kad/1.0.0}
 * @param mode whether it serves others too
 * @param k peers in a bucket, peers that a record is put on, and peers named in an answer
 * @param alpha peers that one lookup asks at once
 * @param refresh how often the routing table is refreshed by lookups
 * @param republish how often own values and provider records are put again
 * @param validators of values, by namespace; values of other namespaces are refused
 */
public record KadConfig(
        String protocolId,
        Mode mode,
        int k,
        int alpha,
        Duration refresh,
        Duration republish,
        Map<String, Validator> validators) {

    /** Whether a peer answers others (specification kad-dht, "Client and server mode"). */
    public enum Mode {
        CLIENT,
        SERVER
    }

    public KadConfig {
        if (k < 1 || k > Codec.MAX_PEERS || alpha < 1) {
            throw new IllegalArgumentException("k must be 1 to " + Codec.MAX_PEERS + ", and alpha positive");
        }
        if (refresh.toMillis() < 1 || republish.toMillis() < 1) {
            throw new IllegalArgumentException("intervals must be positive");
        }
        validators = Map.copyOf(validators);
    }

    /** With the values of the specification, and public keys for values. */
    public static KadConfig of(String protocolId, Mode mode) {
        return new KadConfig(
                protocolId,
                mode,
                20,
                10,
                Duration.ofMinutes(10),
                Duration.ofHours(22),
                Map.of("pk", new PublicKeyValidator()));
    }
}
