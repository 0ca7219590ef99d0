package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.autonat.ClientState.Input;
import dev.grapevine.libp2p.autonat.ClientState.Output;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import dev.grapevine.libp2p.swarm.Timeouts;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Between the side that asks to be dialled and the network. Lives on the event loop. */
final class ClientHandler implements Swarm.PeerListener {

    /** How long a server may take to send its nonce. */
    static final long DIAL_BACK_MILLIS = 10_000;

    private static final System.Logger LOG = System.getLogger(ClientHandler.class.getName());

    private final DefaultSwarm swarm;
    private final ClientState state;
    private final Supplier<List<Multiaddr>> addresses;
    private final Predicate<InetAddress> isPublic;
    private final BiConsumer<Set<Multiaddr>, Set<Multiaddr>> onTested;
    private final Counters counters;
    private final LongSupplier nanoTime;

    ClientHandler(
            DefaultSwarm swarm,
            ClientState state,
            Supplier<List<Multiaddr>> addresses,
            Predicate<InetAddress> isPublic,
            BiConsumer<Set<Multiaddr>, Set<Multiaddr>> onTested,
            Counters counters,
            LongSupplier nanoTime) {
        this.swarm = swarm;
        this.state = state;
        this.addresses = addresses;
        this.isPublic = isPublic;
        this.onTested = onTested;
        this.counters = counters;
        this.nanoTime = nanoTime;
    }

    void start() {
        swarm.handle(Autonat.DIAL_BACK, stream -> {
            FrameStream frames = new FrameStream(stream, Codec.MAX_FRAME_BYTES);
            frames.receive(new Nonce(frames), swarm.eventLoop(), DIAL_BACK_MILLIS);
        });
        swarm.addListener(this);
    }

    void tick() {
        apply(new Input.Tick(addresses.get().stream().filter(this::isPublic).toList()));
    }

    /** A server that is not in the internet itself cannot tell what the internet reaches. */
    @Override
    public void protocols(PeerId peer, Set<String> protocolIds) {
        swarm.connection(peer)
                .filter(connection ->
                        protocolIds.contains(Autonat.DIAL_REQUEST) && isPublic(connection.remoteAddress()))
                .ifPresentOrElse(
                        connection -> apply(new Input.Serves(peer, Autonat.place(connection))),
                        () -> apply(new Input.Gone(peer)));
    }

    @Override
    public void disconnected(PeerId peer) {
        apply(new Input.Gone(peer));
    }

    private boolean isPublic(Multiaddr address) {
        return IpAddresses.of(address).filter(isPublic).isPresent();
    }

    private List<Output> apply(Input input) {
        List<Output> outputs = state.handle(input, TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong()));
        for (Output output : outputs) {
            switch (output) {
                case Output.Ask ask ->
                    swarm.eventLoop().execute(() -> ask(ask)); // its answer must come after its output
                case Output.Changed changed -> {
                    LOG.log(
                            Level.INFO,
                            "reached from the internet at " + changed.reachable() + ", not at "
                                    + changed.unreachable());
                    onTested.accept(changed.reachable(), changed.unreachable());
                }
                case Output.Acknowledge acknowledge -> {} // by whoever has handed in the nonce
            }
        }
        return outputs;
    }

    private void ask(Output.Ask ask) {
        counters.asked++;
        DialMe.ask(swarm, ask.server(), ask.address(), ask.nonce()).whenComplete((response, failure) -> {
            if (failure == null) {
                LOG.log(Level.DEBUG, () -> ask.server() + " has dialled " + ask.address() + ": " + response);
                apply(new Input.Answered(response));
            } else {
                counters.failed++;
                LOG.log(
                        Level.DEBUG,
                        () -> "not tried by " + ask.server() + ": "
                                + Timeouts.cause(failure).getMessage());
                apply(new Input.Failed());
            }
        });
    }

    /** What a server says that has dialled. Who it is means nothing, for it may dial under another id. */
    private final class Nonce implements FrameStream.Receiver {

        private final FrameStream stream;

        Nonce(FrameStream stream) {
            this.stream = stream;
        }

        @Override
        public void frame(byte[] frame) {
            Stream from = stream.stream();
            long nonce = Codec.decodeDialBack(frame);
            if (from.connection().dialled()
                    || apply(new Input.DialledBack(nonce, from.connection().localAddress()))
                            .isEmpty()) {
                throw new MalformedException("nobody waits for this nonce");
            }
            stream.send(Codec.encodeDialBackResponse());
            stream.closeWrite();
        }

        @Override
        public void end() {
            stream.closeWrite();
        }

        @Override
        public void reset() {}
    }
}
