package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.sim.VirtualTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What lies between nodes, in virtual time: connections that come and go, requests with answers frame by frame, and gossip that is
 * lost, doubled and overtaken.
 */
final class SimNetwork {

    /** 2026-11-21, in milliseconds since 1970. */
    static final long BEGINNING = 1_795_176_000_000L;

    /** As {@link SyncClient#FRAME_TIMEOUT}. */
    private static final long TIMEOUT_MILLIS = SyncClient.FRAME_TIMEOUT.toMillis();

    private static final int MAX_GOSSIP_MILLIS = 1_500;
    private static final double DOUBLED = 0.05;

    private final VirtualTime time;
    private final RandomGenerator random;
    private final Map<PeerId, SimNode> nodes = new LinkedHashMap<>();
    private final Set<Set<PeerId>> connections = new HashSet<>();
    private BiPredicate<SimNode, SimNode> cut = (one, other) -> false;
    private double loss;

    /** Takes an answer. */
    interface Answer {
        /** @param goOn to be told, at some time, whether more is wanted; if not, the answer ends */
        void frame(byte[] frame, Consumer<Boolean> goOn);

        /** @param whole false where the peer failed */
        void end(boolean whole);
    }

    SimNetwork(VirtualTime time, RandomGenerator random) {
        this.time = time;
        this.random = random;
    }

    long clock() {
        return BEGINNING + time.now();
    }

    VirtualTime time() {
        return time;
    }

    void add(SimNode node) {
        nodes.put(node.id(), node);
    }

    void setLoss(double share) {
        loss = share;
    }

    /** From now on these cannot reach one another, whoever asks. */
    void cut(BiPredicate<SimNode, SimNode> where) {
        cut = where;
    }

    void heal() {
        loss = 0;
        cut((one, other) -> false);
    }

    /** Connects and disconnects, some time after it has become possible or impossible. */
    void second() {
        List<SimNode> all = List.copyOf(nodes.values());
        for (int i = 0; i < all.size(); i++) {
            for (SimNode other : all.subList(i + 1, all.size())) {
                boolean connected = isConnected(all.get(i), other);
                boolean possible = all.get(i).isUp() && other.isUp() && !isCut(all.get(i), other);
                if (connected != possible && random.nextBoolean()) {
                    connect(all.get(i), other, possible);
                }
            }
        }
    }

    private void connect(SimNode one, SimNode other, boolean on) {
        Set<PeerId> connection = Set.of(one.id(), other.id());
        boolean changed = on ? connections.add(connection) : connections.remove(connection);
        if (changed) {
            one.connected(other.id(), on);
            other.connected(one.id(), on);
        }
    }

    /** A process that ends tells nobody; what it was connected to finds out at once or when it starts again. */
    void ended(SimNode node) {
        nodes.values().stream().filter(other -> other != node).forEach(other -> connect(node, other, false));
    }

    private boolean isCut(SimNode one, SimNode other) {
        return cut.test(one, other) || cut.test(other, one);
    }

    boolean isConnected(SimNode one, SimNode other) {
        return connections.contains(Set.of(one.id(), other.id()));
    }

    private List<SimNode> neighbours(SimNode node) {
        return nodes.values().stream()
                .filter(other -> other != node && isConnected(node, other))
                .toList();
    }

    Collection<SimNode> nodes() {
        return nodes.values();
    }

    /** Something that happens in a process if it still runs then. */
    void later(SimNode.Running process, long millis, Runnable action) {
        time.after(millis, () -> {
            if (process.isAlive()) {
                action.run();
            }
        });
    }

    /** Sends a message of the profile topic to some of a node's neighbours, or to all of them. */
    void gossip(SimNode from, byte[] message, @Nullable PeerId except) {
        neighbours(from).stream().filter(to -> !to.id().equals(except)).forEach(to -> send(from.id(), to, message));
    }

    /** Sends a message to one peer, if that is connected. */
    void sendTo(SimNode.Running from, PeerId peer, byte[] message) {
        SimNode to = nodes.get(peer);
        if (isConnected(from.node(), to)) {
            send(from.node().id(), to, message);
        }
    }

    /** Sends one message, which may be lost, come late, or twice. */
    void send(PeerId from, SimNode to, byte[] message) {
        int copies = random.nextDouble() < DOUBLED ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            SimNode.Running receiver = to.process();
            if (receiver != null && random.nextDouble() >= loss) {
                later(receiver, random.nextLong(5, MAX_GOSSIP_MILLIS), () -> receiver.gossip(message, from));
            }
        }
    }

    /** Asks a peer. */
    void ask(SimNode.Running asker, PeerId peer, byte[] request, Answer answer) {
        SimNode.Running server = nodes.get(peer).process();
        new Exchange(asker, server, answer).begin(request);
    }

    /**
     * Asks a peer for one thing.
     *
     * @param answer gets it, or nothing where the peer does not answer
     */
    void call(
            SimNode.Running asker,
            PeerId peer,
            Function<SimNode.Running, Optional<byte[]>> question,
            Consumer<Optional<byte[]>> answer) {
        SimNode.Running server = nodes.get(peer).process();
        Exchange exchange = new Exchange(asker, server, new Answer() {
            private Optional<byte[]> got = Optional.empty();

            @Override
            public void frame(byte[] frame, Consumer<Boolean> goOn) {
                got = Optional.of(frame);
                goOn.accept(false);
            }

            @Override
            public void end(boolean whole) {
                answer.accept(got);
            }
        });
        exchange.begin(() -> question.apply(server));
    }

    /** One request and its answer. */
    private final class Exchange {
        private final SimNode.Running asker;
        private final SimNode.@Nullable Running server;
        private final Answer answer;
        private boolean ended;

        Exchange(SimNode.Running asker, SimNode.@Nullable Running server, Answer answer) {
            this.asker = asker;
            this.server = server;
            this.answer = answer;
        }

        void begin(byte[] request) {
            hop(() -> {
                Supplier<Optional<byte[]>> frames = server.server().answer(request);
                next(frames);
            });
        }

        void begin(Supplier<Optional<byte[]>> answered) {
            hop(() -> next(answered));
        }

        private void next(Supplier<Optional<byte[]>> frames) {
            Optional<byte[]> frame = frames.get();
            hop(() -> frame.ifPresentOrElse(present -> deliver(present, frames), () -> end(true)));
        }

        private void deliver(byte[] frame, Supplier<Optional<byte[]>> frames) {
            try {
                answer.frame(frame, goOn -> {
                    if (goOn) {
                        hop(() -> next(frames));
                    } else {
                        end(true);
                    }
                });
            } catch (MalformedException e) {
                end(false);
            }
        }

        private void hop(Runnable arrival) {
            if (server == null || random.nextDouble() < loss / 4) {
                later(asker, TIMEOUT_MILLIS, () -> end(false));
                return;
            }
            long millis = random.nextLong(5, 120) + server.node().slowMillis();
            if (millis > TIMEOUT_MILLIS) {
                later(asker, TIMEOUT_MILLIS, () -> end(false));
                return;
            }
            later(asker, millis, () -> {
                boolean there = server.isAlive() && isConnected(asker.node(), server.node());
                if (there && !ended) {
                    arrival.run();
                } else {
                    end(false);
                }
            });
        }

        private void end(boolean whole) {
            if (!ended) {
                ended = true;
                answer.end(whole);
            }
        }
    }
}
