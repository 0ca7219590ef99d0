package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Dials peers for whom somebody asks, once for all who ask at the same time. Lives on the event loop. */
final class Dials {

    /** Peers that are being dialled; for a further one the dial fails at once. */
    static final int MAX_PENDING = 32;

    private final Dialler dialler;
    private final AddressBook addresses;
    private final BooleanSupplier hasRoom;
    private final Predicate<Connection> admit;
    private final Map<PeerId, CompletableFuture<Connection>> pending = new HashMap<>();

    /**
     * @param hasRoom whether one more connection is welcome
     * @param admit takes a connection that was dialled, and says whether it stays
     */
    Dials(Dialler dialler, AddressBook addresses, BooleanSupplier hasRoom, Predicate<Connection> admit) {
        this.dialler = dialler;
        this.addresses = addresses;
        this.hasRoom = hasRoom;
        this.admit = admit;
    }

    /** As {@link DefaultSwarm#connect}, of a peer that is not connected. */
    CompletionStage<Connection> dial(PeerId peer) {
        CompletableFuture<Connection> running = pending.get(peer);
        if (running != null) {
            return running;
        }
        List<Multiaddr> where = addresses.addresses(peer);
        if (where.isEmpty() || pending.size() >= MAX_PENDING || !hasRoom.getAsBoolean()) {
            return CompletableFuture.failedFuture(new IOException(
                    where.isEmpty() ? "no address is known of " + peer : "there are connections or dials enough"));
        }
        CompletableFuture<Connection> result = new CompletableFuture<>();
        pending.put(peer, result);
        admitted(where, peer).whenComplete((connection, failure) -> {
            pending.remove(peer);
            if (failure != null) {
                result.completeExceptionally(Timeouts.cause(failure));
            } else {
                result.complete(connection);
            }
        });
        return result;
    }

    /** As {@link DefaultSwarm#dial}. */
    CompletionStage<Connection> dial(PeerId peer, Multiaddr address) {
        return admitted(List.of(address), peer);
    }

    private CompletionStage<Connection> admitted(List<Multiaddr> where, PeerId peer) {
        return dialler.dial(where, peer)
                .thenCompose(connection -> admit.test(connection)
                        ? CompletableFuture.completedFuture(connection)
                        : CompletableFuture.failedFuture(new IOException("there are connections enough")));
    }
}
