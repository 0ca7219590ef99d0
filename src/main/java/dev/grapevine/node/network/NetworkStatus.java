package dev.grapevine.node.network;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node stands in its network.
 *
 * @param network the network's name
 * @param peerId the node's own id
 * @param addresses where peers reach it, each with the peer id at its end
 * @param registry how complete the registry is
 * @param peers the connected ones
 * @param topics the gossip topics joined
 * @param issuers how many issuers' logs are held
 * @param heads the first {@link #MAX_HEADS} of them, by issuer
 */
public record NetworkStatus(
        String network,
        String peerId,
        List<String> addresses,
        RegistryProgress registry,
        List<Peer> peers,
        List<Topic> topics,
        int issuers,
        List<HeadStatus> heads) {

    /** Heads beyond these are left out of a status. */
    public static final int MAX_HEADS = 100;

    /** Logs that are behind beyond these are left out of a status. */
    public static final int MAX_LOGS = 20;

    /**
     * How complete the registry is.
     *
     * @param comparedAt when the frontier was last compared with a peer's; null if never
     * @param issuersBehind logs that are known to reach further than ours
     * @param eventsMissing events known to be missing in them
     * @param bodiesMissing events held whose body is not, counted up to 1,000
     * @param eventsPulled events that were pulled from peers and applied since the start
     * @param eventsPerSecond how many of them a second, over the last 10 seconds
     * @param secondsLeft at this pace; null if nothing is missing, or that cannot be said yet
     * @param logs the first {@link #MAX_LOGS} of the logs behind: those that are being pulled, then others
     */
    public record RegistryProgress(
            @Schema(allowableValues = {"current", "catching-up", "isolated"})
            String state,

            @Nullable Instant comparedAt,
            int issuersBehind,
            long eventsMissing,
            long bodiesMissing,
            long eventsPulled,
            double eventsPerSecond,
            @Nullable Long secondsLeft,
            List<LogBehind> logs) {}

    /**
     * A log that is known to reach further than ours.
     *
     * @param held the last sequence held; -1 for none
     * @param known the last sequence known to exist
     * @param from the peers that are being asked for it
     */
    public record LogBehind(String issuer, long held, long known, List<String> from) {}

    /**
     * A connected peer.
     *
     * @param latencyMillis the average round trip; null before the first ping is answered
     */
    public record Peer(
            String peerId,
            String address,

            @Schema(allowableValues = {"inbound", "outbound"})
            String direction,

            @Nullable Double latencyMillis,
            String agentVersion,
            List<String> protocols) {}

    /**
     * A gossip topic.
     *
     * @param mesh the peers that full messages are exchanged with
     * @param subscribers all connected peers that joined the topic
     */
    public record Topic(String topic, List<String> mesh, List<String> subscribers) {}

    /**
     * The end of one issuer's log.
     *
     * @param hash of the last event's payload, sha-256, hexadecimal
     */
    public record HeadStatus(String issuer, long sequence, String hash) {}
}
