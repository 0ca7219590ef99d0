package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Graft;
import dev.grapevine.libp2p.gossipsub.Messages.IHave;
import dev.grapevine.libp2p.gossipsub.Messages.IWant;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A node that runs a router like everybody, and attacks. */
final class HostileNode extends GossipNode {

    private static final int SPAM_PER_HEARTBEAT = 5;
    private static final int FALSE_IDS_PER_HEARTBEAT = 20;
    private static final int REPEATED_IWANTS = 4;
    private static final int IDS_REMEMBERED = 50;
    private static final long SLOW_MILLIS = 2_000;

    private final Attack attack;
    private final Set<PeerId> prunedBy = new LinkedHashSet<>();
    private final Deque<MessageId> heardOf = new ArrayDeque<>();

    HostileNode(GossipNetwork network, PeerId id, Attack attack) {
        super(network, id);
        this.attack = attack;
        if (attack == Attack.SLOW) {
            network.links.slow(id, SLOW_MILLIS);
        }
    }

    @Override
    boolean isHonest() {
        return false;
    }

    @Override
    protected void onHeartbeat() {
        super.onHeartbeat();
        switch (attack) {
            case SPAM -> peers.forEach(peer -> spam(peer.id));
            case EARLY_GRAFT -> prunedBy.forEach(this::graft);
            case ECLIPSE -> peers.forEach(peer -> graft(peer.id));
            case IWANT_FLOOD -> peers.forEach(peer -> flood(peer.id));
            case FALSE_IHAVE -> peers.forEach(peer -> tellLies(peer.id));
            case WITHHOLD, SLOW -> {}
        }
    }

    @Override
    protected void sendMessage(List<PeerId> to, Message message) {
        if (attack != Attack.WITHHOLD && attack != Attack.ECLIPSE) {
            super.sendMessage(to, message);
        }
    }

    @Override
    protected void heard(GossipNode from, Rpc rpc) {
        if (!rpc.prunes().isEmpty()) {
            prunedBy.add(from.id);
        }
        rpc.ihaves().forEach(ihave -> ihave.ids().forEach(heardOf::addLast));
        rpc.publish().forEach(message -> heardOf.addLast(message.id()));
        while (heardOf.size() > IDS_REMEMBERED) {
            heardOf.removeFirst();
        }
    }

    private void spam(PeerId to) {
        for (int i = 0; i < SPAM_PER_HEARTBEAT; i++) {
            Message fair = network.newMessage(id, 100);
            byte[] signature = fair.signature().clone();
            signature[0] = GossipNetwork.BAD;
            Message forged =
                    Codec.message(fair.from(), fair.data(), fair.seqno(), fair.topic(), signature, new byte[0]);
            send(to, Codec.encode(Rpc.of(forged)));
        }
    }

    private void graft(PeerId to) {
        attack(to, List.of(), List.of(), List.of(new Graft(GossipNetwork.TOPIC)));
    }

    private void flood(PeerId to) {
        IWant iwant = new IWant(List.copyOf(heardOf));
        for (int i = 0; i < REPEATED_IWANTS; i++) {
            attack(to, List.of(), List.of(iwant), List.of());
        }
    }

    private void tellLies(PeerId to) {
        Set<MessageId> ids = new LinkedHashSet<>();
        while (ids.size() < FALSE_IDS_PER_HEARTBEAT) {
            ids.add(network.newMessage(id, 0).id());
        }
        attack(to, List.of(new IHave(GossipNetwork.TOPIC, List.copyOf(ids))), List.of(), List.of());
    }

    private void attack(PeerId to, List<IHave> ihaves, List<IWant> iwants, List<Graft> grafts) {
        send(to, Codec.encode(new Rpc(List.of(), List.of(), ihaves, iwants, grafts, List.of(), List.of())));
    }
}
