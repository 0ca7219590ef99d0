package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which connections stay, at most so many in all and with one peer, and which of a peer's is used. Pure: inputs in, outputs
 * out.
 *
 * <p>Two connections with one peer arise where both dial at once, where the peer has a reason of its own to dial, or where
 * it lost the old connection without this host's knowing. The newest is used, for it is known to be alive. The others stay
 * as long as they live (which {@link dev.grapevine.libp2p.ping.Ping} finds out), for the peer may use one of them:
 * js-libp2p's gossipsub keeps the stream that it has opened first, and opens none in its place while any connection stands.
 */
final class ConnectionTable {

    private final PeerId self;
    private final ResourceLimits limits;
    private final Map<Long, PeerId> open = new HashMap<>();

    /** The ids of each peer's connections, the newest last. */
    private final Map<PeerId, List<Long>> byPeer = new LinkedHashMap<>();

    ConnectionTable(PeerId self, ResourceLimits limits) {
        this.self = self;
        this.limits = limits;
    }

    sealed interface Input {

        /** A connection is up, under an id of the caller's. */
        record Opened(long id, PeerId peer) implements Input {}

        /** A connection has ended, for whatever reason. */
        record Ended(long id) implements Input {}
    }

    sealed interface Output {

        /** The first connection to the peer is up. */
        record Connected(PeerId peer) implements Output {}

        /** The last connection to the peer has ended. */
        record Disconnected(PeerId peer) implements Output {}

        /** Close this connection. One that is refused was never counted. */
        record Close(long id, Reason reason) implements Output {}
    }

    enum Reason {
        LIMIT,
        SELF,
        SURPLUS;

        /** Whether the connection never entered the table. */
        boolean refused() {
            return this == LIMIT || this == SELF;
        }
    }

    List<Output> handle(Input input) {
        return switch (input) {
            case Input.Opened opened -> opened(opened.id(), opened.peer());
            case Input.Ended ended -> ended(ended.id());
        };
    }

    /** The connection to use with a peer. */
    Optional<Long> preferred(PeerId peer) {
        return Optional.ofNullable(byPeer.get(peer)).map(List::getLast);
    }

    Set<PeerId> peers() {
        return Set.copyOf(byPeer.keySet());
    }

    int size() {
        return open.size();
    }

    private List<Output> opened(long id, PeerId peer) {
        if (peer.equals(self)) {
            return List.of(new Output.Close(id, Reason.SELF));
        }
        if (open.size() >= limits.maxConnections()) {
            return List.of(new Output.Close(id, Reason.LIMIT));
        }
        open.put(id, peer);
        List<Long> ofPeer = byPeer.computeIfAbsent(peer, first -> new ArrayList<>());
        ofPeer.add(id);
        if (ofPeer.size() == 1) {
            return List.of(new Output.Connected(peer));
        }
        return ofPeer.size() <= limits.maxConnectionsPerPeer()
                ? List.of()
                : List.of(new Output.Close(ofPeer.removeFirst(), Reason.SURPLUS));
    }

    private List<Output> ended(Long id) {
        @Nullable PeerId peer = open.remove(id);
        @Nullable List<Long> ofPeer = peer == null ? null : byPeer.get(peer);
        if (peer == null || ofPeer == null || !ofPeer.remove(id) || !ofPeer.isEmpty()) {
            return List.of();
        }
        byPeer.remove(peer);
        return List.of(new Output.Disconnected(peer));
    }
}
