package dev.grapevine.libp2p.identify;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.AddressBook;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import dev.grapevine.libp2p.swarm.UnsupportedProtocolException;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks every new connection's peer who it is, answers who this host is, and pushes when that changes. Tells the swarm
 * what peers speak. Lives on the event loop.
 */
public final class Identify implements Swarm.PeerListener {

    static final String ID = "/ipfs/id/1.0.0";
    static final String PUSH = "/ipfs/id/push/1.0.0";

    /** How long a message may take, once its stream is open. */
    static final long MESSAGE_MILLIS = 10_000;

    /** How often a peer is asked that does not answer, and how long this host waits in between. */
    static final int MAX_ATTEMPTS = 3;

    static final long RETRY_MILLIS = 5_000;

    /** Messages on one stream: the specification has one, some peers split theirs. */
    static final int MAX_MESSAGES = 8;

    /** Changes that come so close together make one push. */
    static final long PUSH_DELAY_MILLIS = 50;

    private static final String PROTOCOL_VERSION = "ipfs/0.1.0";
    private static final System.Logger LOG = System.getLogger(Identify.class.getName());

    private final DefaultSwarm swarm;
    private final PublicKey key;
    private final OwnRecord record;
    private final String agentVersion;
    private final Supplier<List<Multiaddr>> addresses;
    private final InstantSource clock;
    private final ObservedAddresses observed = new ObservedAddresses();
    private final Map<PeerId, Identity> identities = new HashMap<>();
    private Set<Multiaddr> reached = Set.of();
    private Set<Multiaddr> notReached = Set.of();
    private @Nullable ScheduledFuture<?> push;
    private long refusedRecords;

    /**
     * @param key this host's
     * @param agentVersion the name and version of this software
     * @param addresses where this host listens, asked anew for each message
     * @param clock numbers this host's peer records, and dates what peers observe
     */
    public Identify(
            DefaultSwarm swarm,
            PrivateKey key,
            String agentVersion,
            Supplier<List<Multiaddr>> addresses,
            InstantSource clock) {
        this.swarm = swarm;
        this.key = key.publicKey();
        this.record = new OwnRecord(key, clock);
        this.agentVersion = agentVersion;
        this.addresses = addresses;
        this.clock = clock;
    }

    /** Starts to speak. */
    public void start() {
        swarm.handle(ID, this::answer);
        swarm.handle(PUSH, stream -> read(stream, () -> {}));
        swarm.addListener(this);
        swarm.addConnectionListener(connection -> ask(connection, 1));
        swarm.addLocalListener(this::pushSoon);
    }

    /** Peer records that were not taken, for they were forged, malformed, of another peer or older than what is known. */
    public long refusedRecords() {
        return refusedRecords;
    }

    /** Where this host may be reached: where it listens, where several peers see it, and where it was found reachable. */
    public List<Multiaddr> addresses() {
        Set<Multiaddr> all = new LinkedHashSet<>(addresses.get());
        all.addAll(observed.confirmed(clock.millis()));
        all.addAll(reached);
        return List.copyOf(all);
    }

    /**
     * Takes what was found out about addresses, in place of what was known of any, and tells peers.
     *
     * @param reachable at these the internet reaches this host
     * @param unreachable at these it does not, so that it need not hear of them
     */
    public void tested(Set<Multiaddr> reachable, Set<Multiaddr> unreachable) {
        reached = Set.copyOf(reachable);
        notReached = Set.copyOf(unreachable);
        pushSoon();
    }

    /** What a connected peer has said of itself. */
    public Optional<Identity> identity(PeerId peer) {
        return Optional.ofNullable(identities.get(peer));
    }

    @Override
    public void disconnected(PeerId peer) {
        identities.remove(peer);
    }

    private void ask(Connection connection, int attempt) {
        swarm.open(connection, List.of(ID)).whenComplete((stream, failure) -> {
            if (failure == null) {
                read(stream, () -> askAgain(connection, attempt));
            } else if (!(failure instanceof UnsupportedProtocolException)) {
                askAgain(connection, attempt);
            }
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody cancels it; an ended connection fails the next attempt
    private void askAgain(Connection connection, int attempt) {
        if (attempt < MAX_ATTEMPTS && !connection.closed().toCompletableFuture().isDone()) {
            swarm.eventLoop().schedule(() -> ask(connection, attempt + 1), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Reads a message, on a stream that this host opened to ask or that the peer opened to push. */
    private void read(Stream stream, Runnable onFailure) {
        FrameStream frames = new FrameStream(stream, IdentifyMessage.MAX_MESSAGE_BYTES);
        Reader reader = new Reader(frames, onFailure);
        frames.closeWrite();
        frames.receive(reader, swarm.eventLoop(), MESSAGE_MILLIS);
    }

    private void answer(Stream stream) {
        send(stream);
    }

    private void send(Stream stream) {
        FrameStream frames = new FrameStream(stream, IdentifyMessage.MAX_MESSAGE_BYTES);
        frames.send(message(stream.connection()).encode());
        frames.closeWrite();
        frames.receive(new NothingMore(frames));
    }

    private IdentifyMessage message(Connection connection) {
        Audience audience = Audience.of(connection.remoteAddress());
        List<Multiaddr> reachable = audience.select(addresses(), notReached);
        return new IdentifyMessage(
                key,
                reachable.stream().limit(IdentifyMessage.MAX_ADDRESSES).toList(),
                swarm.localProtocols().stream().sorted().toList(),
                connection.remoteAddress(),
                PROTOCOL_VERSION,
                agentVersion,
                record.of(audience, reachable).encoded());
    }

    private void pushSoon() {
        if (push == null || push.isDone()) {
            push = swarm.eventLoop().schedule(this::push, PUSH_DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void push() {
        Consumer<PeerId> toPeer = peer -> swarm.open(peer, List.of(PUSH)).whenComplete((stream, failure) -> {
            if (failure == null) {
                send(stream);
            } else {
                LOG.log(Level.DEBUG, () -> "cannot push to " + peer + ": " + failure.getMessage());
            }
        });
        swarm.peers().stream()
                .filter(peer -> swarm.protocols(peer).contains(PUSH))
                .forEach(toPeer);
    }

    private void learn(PeerId peer, IdentifyMessage message) {
        if (message.publicKey() != null && !PeerId.of(message.publicKey()).equals(peer)) {
            throw new MalformedException("the public key is not that of " + peer);
        }
        if (swarm.connection(peer).isPresent()) {
            if (message.signedPeerRecord() != null) {
                certify(peer, message.signedPeerRecord());
            }
            Identity identity = identities.getOrDefault(peer, Identity.UNKNOWN).updated(message);
            identities.put(peer, identity);
            swarm.learn(peer, identity.protocols());
        }
    }

    /** Peers that were told before are told again where that makes one more address known. */
    private void observe(Multiaddr address, Connection connection) {
        List<Multiaddr> before = observed.confirmed(clock.millis());
        observed.observed(address, connection.localAddress(), connection.remoteAddress(), clock.millis());
        if (!observed.confirmed(clock.millis()).equals(before)) {
            pushSoon();
        }
    }

    /** What is wrong is discarded, and the rest of the message counts (RFC 0003, "Certification / Verification"). */
    private void certify(PeerId peer, byte[] envelope) {
        try {
            SignedPeerRecord signed = SignedPeerRecord.decode(envelope);
            if (!signed.record().peer().equals(peer)) {
                throw new MalformedException(
                        "the peer record is of " + signed.record().peer());
            }
            if (swarm.addressBook().certify(signed) == AddressBook.Certified.OUTDATED) {
                throw new MalformedException("there is a newer peer record");
            }
        } catch (MalformedException refused) {
            refusedRecords++;
            LOG.log(Level.DEBUG, () -> "a peer record from " + peer + " is not taken: " + refused.getMessage());
        }
    }

    /** Gathers the messages of a stream until its end. */
    private final class Reader implements FrameStream.Receiver {

        private final FrameStream stream;
        private final Runnable onFailure;
        private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
        private int count;

        Reader(FrameStream stream, Runnable onFailure) {
            this.stream = stream;
            this.onFailure = onFailure;
        }

        @Override
        public void frame(byte[] frame) {
            if (++count > MAX_MESSAGES) {
                throw new MalformedException("more than " + MAX_MESSAGES + " messages");
            }
            messages.writeBytes(frame);
        }

        @Override
        public void end() {
            IdentifyMessage message = IdentifyMessage.decode(messages.toByteArray());
            learn(stream.peer(), message);
            Connection connection = stream.stream().connection();
            if (message.observedAddress() != null) {
                observe(message.observedAddress(), connection);
            }
        }

        @Override
        public void reset() {
            LOG.log(Level.DEBUG, () -> stream.peer() + " has sent no message of identify");
            onFailure.run();
        }
    }

    /** Waits for the end of a stream on which the peer has nothing to say. */
    private record NothingMore(FrameStream stream) implements FrameStream.Receiver {

        @Override
        public void frame(byte[] frame) {
            throw new MalformedException("whoever asks for identify says nothing");
        }

        @Override
        public void end() {}

        @Override
        public void reset() {}
    }
}
