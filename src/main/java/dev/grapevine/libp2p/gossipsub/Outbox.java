package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Graft;
import dev.grapevine.libp2p.gossipsub.Messages.IDontWant;
import dev.grapevine.libp2p.gossipsub.Messages.IHave;
import dev.grapevine.libp2p.gossipsub.Messages.IWant;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.PeerInfo;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.gossipsub.Messages.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers what one input leads to, so that a peer gets all its control in one frame (v1.0, Piggybacking). */
final class Outbox {

    /** Entries of a kind in one frame; js-libp2p refuses frames with more than 128. */
    static final int MAX_ENTRIES_PER_RPC = 100;

    private List<Output> outputs = new ArrayList<>();
    private final Map<PeerId, Control> controls = new LinkedHashMap<>();

    private record Control(
            List<Subscription> subscriptions,
            Map<String, Prune> prunes,
            Map<String, Graft> grafts,
            List<IHave> ihaves,
            List<IWant> iwants,
            List<IDontWant> idontwants) {

        static Control empty() {
            return new Control(
                    new ArrayList<>(),
                    new LinkedHashMap<>(),
                    new LinkedHashMap<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>());
        }
    }

    void subscription(PeerId to, boolean subscribe, String topic) {
        control(to).subscriptions.add(new Subscription(subscribe, topic));
    }

    void graft(PeerId to, String topic) {
        control(to).grafts.put(topic, new Graft(topic));
    }

    /**
     * @param backoffMillis 0 leaves it out
     * @param exchanged peers that are offered
     */
    void prune(PeerId to, String topic, long backoffMillis, List<PeerId> exchanged) {
        List<PeerInfo> infos = exchanged.stream().map(PeerInfo::of).toList();
        control(to).prunes.put(topic, new Prune(topic, Math.ceilDiv(backoffMillis, 1000), infos));
    }

    void ihave(PeerId to, String topic, List<MessageId> ids) {
        control(to).ihaves.add(new IHave(topic, ids));
    }

    void iwant(PeerId to, List<MessageId> ids) {
        control(to).iwants.add(new IWant(ids));
    }

    void idontwant(PeerId to, List<MessageId> ids) {
        control(to).idontwants.add(new IDontWant(ids));
    }

    void message(Collection<PeerId> to, Message message) {
        if (!to.isEmpty()) {
            outputs.add(new Output.SendMessage(List.copyOf(to), message));
        }
    }

    void add(Output output) {
        outputs.add(output);
    }

    /** Hands over what was gathered, and starts afresh. */
    List<Output> drain() {
        controls.forEach(this::addFrames);
        controls.clear();
        List<Output> drained = outputs;
        outputs = new ArrayList<>();
        return drained;
    }

    private Control control(PeerId peer) {
        return controls.computeIfAbsent(peer, peerId -> Control.empty());
    }

    private void addFrames(PeerId to, Control control) {
        List<Prune> prunes = List.copyOf(control.prunes.values());
        List<Graft> grafts = List.copyOf(control.grafts.values());
        int left = Math.max(control.subscriptions.size(), Math.max(prunes.size(), grafts.size()));
        left = Math.max(left, Math.max(control.ihaves.size(), control.iwants.size()));
        left = Math.max(left, control.idontwants.size());
        for (int from = 0; from < left; from += MAX_ENTRIES_PER_RPC) {
            Rpc rpc = new Rpc(
                    part(control.subscriptions, from),
                    List.of(),
                    part(control.ihaves, from),
                    part(control.iwants, from),
                    part(grafts, from),
                    part(prunes, from),
                    part(control.idontwants, from));
            outputs.add(new Output.SendControl(to, rpc));
        }
    }

    private static <T> List<T> part(List<T> all, int from) {
        int start = Math.min(from, all.size());
        return List.copyOf(all.subList(start, Math.min(start + MAX_ENTRIES_PER_RPC, all.size())));
    }
}
