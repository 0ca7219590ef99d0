package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.ConnectionType;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.Peer;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.IpPrefix;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Between the DHT and the swarm: streams become inputs, outputs become streams, and peers get their addresses, which the
 * state does not know. Lives on the event loop.
 */
final class KadHandler implements Swarm.PeerListener {

    /** A stream of a peer is reset after so long, whatever is said on it. */
    static final long MAX_STREAM_MILLIS = 60_000;

    /** A connection that was made for a request is closed so long after the last one, where there are many. */
    static final long IDLE_MILLIS = 30_000;

    private static final System.Logger LOG = System.getLogger(KadHandler.class.getName());

    private final DefaultSwarm swarm;
    private final KadConfig config;
    private final KadState state;
    private final Counters counters;
    private final LongSupplier millis;
    private final Supplier<List<Multiaddr>> ownAddresses;
    private final Consumer<Output> application;
    private final Map<Long, FrameStream> requests = new HashMap<>();
    private final Map<PeerId, Long> dialledForRequests = new HashMap<>();
    private long lastRequest;

    /**
     * @param counters the state's own
     * @param millis since 1970, on a clock that never goes back
     * @param ownAddresses where this host is reached, for what it provides
     * @param application is handed the outputs that are not for peers
     */
    KadHandler(
            DefaultSwarm swarm,
            KadConfig config,
            KadState state,
            Counters counters,
            LongSupplier millis,
            Supplier<List<Multiaddr>> ownAddresses,
            Consumer<Output> application) {
        this.swarm = swarm;
        this.config = config;
        this.state = state;
        this.counters = counters;
        this.millis = millis;
        this.ownAddresses = ownAddresses;
        this.application = application;
    }

    void start() {
        if (config.mode() == KadConfig.Mode.SERVER) {
            swarm.handle(config.protocolId(), this::onInbound);
        }
        swarm.addListener(this);
    }

    /** Has the state handle an input, and does what it asks for. */
    void apply(Input input) {
        for (Output output : state.handle(input, millis.getAsLong())) {
            switch (output) {
                case Output.Ask ask ->
                    swarm.eventLoop().execute(() -> ask(ask)); // its answer must come after its output
                case Output.Reply reply -> reply(reply);
                case Output.Refuse refuse -> {
                    FrameStream stream = requests.remove(refuse.id());
                    if (stream != null) {
                        stream.reset();
                    }
                }
                case Output.Done done -> application.accept(done);
                case Output.Busy busy -> application.accept(busy);
            }
        }
    }

    void tick() {
        apply(new Input.Tick());
        if (swarm.isCrowded()) {
            long now = millis.getAsLong();
            List<PeerId> idle = dialledForRequests.entrySet().stream()
                    .filter(each -> now - each.getValue() >= IDLE_MILLIS)
                    .map(Map.Entry::getKey)
                    .toList();
            idle.forEach(peer -> swarm.connection(peer).ifPresent(Connection::close));
        }
    }

    @Override
    public void connected(PeerId peer) {
        apply(new Input.Connected(
                peer,
                swarm.connection(peer)
                        .flatMap(connection -> IpAddresses.of(connection.remoteAddress()))
                        .flatMap(IpPrefix::network)
                        .map(IpPrefix::hex)));
    }

    @Override
    public void protocols(PeerId peer, Set<String> protocolIds) {
        apply(new Input.Identified(peer, protocolIds.contains(config.protocolId())));
    }

    @Override
    public void disconnected(PeerId peer) {
        dialledForRequests.remove(peer);
        apply(new Input.Disconnected(peer));
    }

    private void ask(Output.Ask ask) {
        PeerId peer = ask.to();
        boolean connectedBefore = swarm.connection(peer).isPresent();
        Message request = withAddresses(ask.request(), connectedBefore && isOnThisMachine(peer));
        Exchange.ask(swarm, peer, config.protocolId(), request, counters).whenComplete((answer, failure) -> {
            boolean dialledNow = !connectedBefore && swarm.connection(peer).isPresent();
            if (dialledNow || dialledForRequests.containsKey(peer)) {
                dialledForRequests.put(peer, millis.getAsLong());
            }
            if (failure == null) {
                learnAddresses(peer, answer);
                apply(new Input.Answered(ask.id(), answer));
            } else {
                LOG.log(Level.DEBUG, () -> "no answer from " + peer + ": " + failure.getMessage());
                apply(new Input.Failed(ask.id()));
            }
        });
    }

    private void reply(Output.Reply reply) {
        FrameStream stream = requests.remove(reply.id());
        if (stream != null) {
            byte[] frame = Codec.encode(withAddresses(reply.answer(), isOnThisMachine(stream.peer())));
            stream.setReading(false); // a peer that does not read is asked nothing more
            stream.send(frame).whenComplete((sent, failure) -> stream.setReading(true));
        }
    }

    private void onInbound(Stream stream) {
        FrameStream frames = new FrameStream(stream, Codec.MAX_FRAME_BYTES);
        frames.receive(new Requests(frames), swarm.eventLoop(), MAX_STREAM_MILLIS);
    }

    private void learnAddresses(PeerId from, Message answer) {
        boolean here = isOnThisMachine(from);
        for (List<Peer> peers : List.of(answer.closer(), answer.providers())) {
            for (Peer peer : peers) {
                swarm.addressBook().heard(peer.id(), reachable(peer.addresses(), here));
            }
        }
    }

    private Message withAddresses(Message message, boolean here) {
        return new Message(
                message.type(),
                message.key(),
                message.record(),
                message.closer().stream().map(peer -> withAddresses(peer, here)).toList(),
                message.providers().stream()
                        .map(peer -> withAddresses(peer, here))
                        .toList());
    }

    private Peer withAddresses(Peer peer, boolean here) {
        PeerId id = peer.id();
        List<Multiaddr> addresses = id.equals(swarm.localPeer())
                ? ownAddresses.get()
                : swarm.addressBook().addresses(id);
        return new Peer(
                id,
                reachable(addresses, here),
                swarm.connection(id).isPresent() ? ConnectionType.CONNECTED : ConnectionType.NOT_CONNECTED);
    }

    /** What leads to this very machine means something on it alone. */
    private static List<Multiaddr> reachable(List<Multiaddr> addresses, boolean here) {
        return addresses.stream()
                .filter(address -> here || !address.isLoopback())
                .toList();
    }

    private boolean isOnThisMachine(PeerId peer) {
        return swarm.connection(peer)
                .filter(connection -> connection.remoteAddress().isLoopback())
                .isPresent();
    }

    /** The requests on one stream of a peer; there may be several, one after the other. */
    private final class Requests implements FrameStream.Receiver {

        private final FrameStream stream;

        Requests(FrameStream stream) {
            this.stream = stream;
        }

        @Override
        public void frame(byte[] frame) {
            try {
                Message request = Codec.decode(frame);
                long id = ++lastRequest;
                requests.put(id, stream);
                apply(new Input.Requested(id, stream.peer(), request));
                requests.remove(id);
            } catch (MalformedException malformed) {
                counters.malformed++;
                throw malformed;
            }
        }

        @Override
        public void end() {
            stream.closeWrite();
        }

        @Override
        public void reset() {}
    }
}
