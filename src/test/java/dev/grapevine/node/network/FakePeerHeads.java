package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.PeerHeads;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Mono;

/** Writes down what comparisons show of one issuer's log. */
final class FakePeerHeads implements PeerHeads {

    /** @param sequence -1 for nothing of the log */
    record Seen(PeerId peer, long sequence) {}

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final IssuerId issuer;

    FakePeerHeads(IssuerId issuer) {
        this.issuer = issuer;
    }

    @Override
    public IssuerId issuer() {
        return issuer;
    }

    @Override
    public Mono<Void> seen(PeerId peer, long sequence, Hash hash) {
        return Mono.fromRunnable(() -> seen.add(new Seen(peer, sequence)));
    }

    @Override
    public Mono<Void> seenWithout(PeerId peer) {
        return Mono.fromRunnable(() -> seen.add(new Seen(peer, -1)));
    }
}
