package dev.grapevine.libp2p;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A connected peer.
 *
 * @param peerId who it is, proven by the handshake
 * @param address where this host sees it
 * @param dialled whether this host dialled; else the peer did
 * @param rtt the average round trip; empty before the first ping is answered
 * @param protocols what it says it speaks; empty before it has said so
 * @param agentVersion its software, as it says; may be empty
 */
public record PeerInfo(
        PeerId peerId,
        Multiaddr address,
        boolean dialled,
        Optional<Duration> rtt,
        Set<String> protocols,
        String agentVersion) {}
