package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Between the router and the swarm: frames become inputs, outputs become frames. Lives on the event loop. */
final class GossipsubHandler implements Swarm.PeerListener {

    private final Swarm swarm;
    private final GossipsubConfig config;
    private final GossipsubState state;
    private final Counters counters;
    private final PeerRecords records;
    private final LongSupplier nanoTime;
    private final Consumer<Output> application;
    private final Map<PeerId, PeerLink> links = new HashMap<>();
    private final Map<PeerId, FrameStream> inbound = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    /** What is to be done once one of the peers has room. */
    private record Waiting(List<PeerId> peers, Runnable then) {}

    /**
     * @param counters the state's own
     * @param nanoTime a clock that never goes back
     * @param application is handed the outputs that are not for peers
     */
    GossipsubHandler(
            Swarm swarm,
            GossipsubConfig config,
            GossipsubState state,
            Counters counters,
            LongSupplier nanoTime,
            Consumer<Output> application) {
        this.swarm = swarm;
        this.config = config;
        this.state = state;
        this.counters = counters;
        this.records = new PeerRecords(swarm, counters);
        this.nanoTime = nanoTime;
        this.application = application;
    }

    void start() {
        Version.PROTOCOLS.forEach(protocol -> swarm.handle(protocol, this::onInbound));
        swarm.addListener(this);
    }

    void close() {
        endWaits();
        links.values().forEach(PeerLink::close);
        inbound.values().forEach(FrameStream::reset);
        links.clear();
        inbound.clear();
    }

    /** Has the router handle an input, and does what it asks for. */
    void apply(Input input) {
        for (Output output : state.handle(input, now())) {
            switch (output) {
                case Output.SendControl send -> sendControl(send.to(), send.rpc());
                case Output.SendMessage send -> sendMessage(send.to(), send.message());
                case Output.Connect connect -> connect.peers().forEach(records::connect);
                case Output.Verify verify -> application.accept(verify);
                case Output.Deliver deliver -> application.accept(deliver);
                case Output.Published published -> application.accept(published);
            }
        }
    }

    private long now() {
        return nanoTime.getAsLong() / 1_000_000;
    }

    /** Gives up peers that read nothing. They come back with a new stream, which they open once they read again. */
    void dropStuckPeers() {
        List<PeerId> stuck = links.entrySet().stream()
                .filter(link -> link.getValue().isStuck(now()))
                .map(Map.Entry::getKey)
                .toList();
        for (PeerId peer : stuck) {
            counters.peersStuck++;
            FrameStream frames = inbound.get(peer);
            disconnected(peer);
            if (frames != null) {
                frames.reset();
            }
        }
    }

    /**
     * Does something once one of the peers has room to be sent more, or {@link #endWaits} is called. One peer is enough,
     * so that a slow one holds up nobody.
     */
    void whenRoom(List<PeerId> peers, Runnable then) {
        if (hasRoom(peers)) {
            then.run();
        } else {
            waiting.add(new Waiting(peers, then));
        }
    }

    /** Does at once what waits for room. */
    void endWaits() {
        runWaiting(true);
    }

    @Override
    public void protocols(PeerId peer, Set<String> protocolIds) {
        if (!Collections.disjoint(protocolIds, Version.PROTOCOLS)) {
            link(peer);
        }
    }

    @Override
    public void disconnected(PeerId peer) {
        PeerLink link = links.remove(peer);
        if (link != null) {
            link.close();
        }
        inbound.remove(peer);
        apply(new Input.PeerRemoved(peer));
    }

    private void link(PeerId peer) {
        if (links.containsKey(peer)) {
            return;
        }
        PeerLink link = new PeerLink(
                swarm, peer, config.limits().maxQueuedBytesPerPeer(), counters, new OutboundListener(peer));
        links.put(peer, link);
        link.open();
    }

    /** A peer has one stream to us (pubsub, Stream management): where it opens another one, that counts. */
    private void onInbound(Stream stream) {
        PeerId peer = stream.peer();
        FrameStream frames = new FrameStream(stream, Codec.MAX_FRAME_BYTES);
        FrameStream before = inbound.put(peer, frames);
        if (before != null) {
            before.reset();
        }
        link(peer); // first, for what the router says to a new peer goes that way
        apply(added(stream));
        frames.receive(new InboundReceiver(frames));
    }

    private static Input.PeerAdded added(Stream stream) {
        Connection connection = stream.connection();
        return new Input.PeerAdded(
                stream.peer(), connection.dialled(), Version.of(stream.protocol()), connection.remoteAddress());
    }

    private boolean hasRoom(List<PeerId> peers) {
        return peers.isEmpty() || peers.stream().map(links::get).anyMatch(link -> link == null || link.hasRoom());
    }

    private void runWaiting(boolean all) {
        List<Waiting> ready =
                waiting.stream().filter(each -> all || hasRoom(each.peers)).toList();
        waiting.removeAll(ready);
        ready.forEach(each -> each.then.run());
    }

    private void sendControl(PeerId to, Rpc rpc) {
        PeerLink link = links.get(to);
        if (link != null) {
            link.send(
                    rpc.isGossip() ? SendQueue.Kind.GOSSIP : SendQueue.Kind.CONTROL, Codec.encode(records.addTo(rpc)));
        }
    }

    private void sendMessage(List<PeerId> to, Message message) {
        byte[] frame = Codec.encode(Rpc.of(message));
        for (PeerId peer : to) {
            PeerLink link = links.get(peer);
            if (link != null) {
                link.send(SendQueue.Kind.MESSAGE, frame);
            }
        }
    }

    private final class OutboundListener implements PeerLink.Listener {

        private final PeerId peer;
        private boolean openedBefore;

        OutboundListener(PeerId peer) {
            this.peer = peer;
        }

        @Override
        public void opened(Stream stream) {
            apply(added(stream));
            if (openedBefore) {
                apply(new Input.StreamReopened(peer));
            }
            openedBefore = true;
        }

        /** The peer is treated as gone, until it opens a stream itself or connects again. */
        @Override
        public void gaveUp() {
            disconnected(peer);
        }

        @Override
        public void hasRoom() {
            runWaiting(false);
        }
    }

    private final class InboundReceiver implements FrameStream.Receiver {

        private final FrameStream stream;

        InboundReceiver(FrameStream stream) {
            this.stream = stream;
        }

        @Override
        public void frame(byte[] frame) {
            try {
                apply(new Input.Received(stream.peer(), Codec.decode(frame)));
            } catch (MalformedException malformed) {
                counters.framesMalformed++;
                throw malformed;
            }
        }

        @Override
        public void end() {
            stream.closeWrite();
            inbound.remove(stream.peer(), stream);
        }

        @Override
        public void reset() {
            inbound.remove(stream.peer(), stream);
        }
    }
}
