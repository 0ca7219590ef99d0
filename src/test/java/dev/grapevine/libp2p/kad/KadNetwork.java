package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.sim.Links;
import dev.grapevine.libp2p.sim.VirtualTime;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** States of the DHT on simulated links: whoever is asked and is not there fails the request after a while. */
final class KadNetwork {

    static final long DIAL_TIMEOUT_MILLIS = 5_000;

    private static final long TICK_MILLIS = 1_000;
    private static final Validator NEWEST = new Validator() {
        @Override
        public boolean isValid(byte[] key, byte[] value) {
            return value.length == 1 && value[0] >= 0;
        }

        @Override
        public boolean isBetter(byte[] key, byte[] value, byte[] other) {
            return value[0] > other[0];
        }
    };
    static final KadConfig CONFIG = new KadConfig(
            "/sim/kad/1.0.0",
            KadConfig.Mode.SERVER,
            20,
            10,
            Duration.ofMinutes(10),
            Duration.ofHours(22),
            Map.of("v", NEWEST));

    final VirtualTime time = new VirtualTime();
    final RandomGenerator random;
    final Links<PeerId> links;
    final Map<PeerId, Node> nodes = new LinkedHashMap<>();
    private int lastNumber;

    KadNetwork(long seed) {
        this.random = new SplittableRandom(seed);
        this.links = new Links<>(time, random);
        links.setLatencyMillis(50, 100);
    }

    /** Answers a request in the place of a state. */
    interface Liar {
        Message answer(Message request);
    }

    final class Node {
        final PeerId id = TestPeers.id(++lastNumber);
        final Counters counters = new Counters();
        final KadState state = new KadState(id, CONFIG, new SplittableRandom(lastNumber), counters);
        final Map<Long, Consumer<Result>> waiting = new HashMap<>();
        Liar liar;
        private long lastQuery;

        boolean isUp() {
            return nodes.get(id) == this;
        }

        void knows(PeerId peer) {
            handle(new Input.Identified(peer, true));
        }

        /** Runs a query to its end. */
        Result query(Goal goal) {
            List<Result> results = new ArrayList<>();
            query(goal, results::add);
            while (results.isEmpty()) {
                time.pass(100);
            }
            return results.getFirst();
        }

        void query(Goal goal, Consumer<Result> then) {
            long query = ++lastQuery;
            waiting.put(query, then);
            handle(new Input.Start(query, goal));
        }

        void handle(Input input) {
            for (Output output : state.handle(input, time.now())) {
                switch (output) {
                    case Output.Ask ask -> carry(this, ask);
                    case Output.Done done -> waiting.remove(done.id()).accept(done.result());
                    default -> throw new AssertionError("unexpected: " + output);
                }
            }
        }

        private void tick() {
            if (isUp()) {
                handle(new Input.Tick());
                time.after(TICK_MILLIS, this::tick);
            }
        }
    }

    /** Starts a node that knows one other. */
    Node add(PeerId bootstrap) {
        Node node = new Node();
        nodes.put(node.id, node);
        if (bootstrap != null) {
            node.knows(bootstrap);
        }
        node.tick();
        return node;
    }

    /** Starts so many nodes, a second apart, of which each knows the first alone. */
    List<Node> start(int count) {
        List<Node> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(add(started.isEmpty() ? null : started.getFirst().id));
            time.pass(200);
        }
        return started;
    }

    void kill(Node node) {
        nodes.remove(node.id);
    }

    Node any() {
        return List.copyOf(nodes.values()).get(random.nextInt(nodes.size()));
    }

    /** Who is really closest to a key, of those that tell the truth, without the one who asks. */
    List<PeerId> closest(Bytes key, Node asker) {
        return nodes.values().stream()
                .filter(node -> node != asker && node.liar == null)
                .map(node -> node.id)
                .sorted(Comparator.comparing(Key::of, Key.of(key.array()).closestFirst()))
                .limit(CONFIG.k())
                .toList();
    }

    private void carry(Node from, Output.Ask ask) {
        Node to = nodes.get(ask.to());
        if (to == null) {
            time.after(DIAL_TIMEOUT_MILLIS, () -> from.handle(new Input.Failed(ask.id())));
        } else if (ask.request().type() == MessageType.ADD_PROVIDER) {
            links.carry(from.id, to.id, () -> answer(from, to, ask.request()));
            from.handle(new Input.Answered(ask.id(), ask.request()));
        } else {
            links.carry(from.id, to.id, () -> {
                Message answer = to.isUp() ? answer(from, to, ask.request()) : null;
                links.carry(
                        to.id,
                        from.id,
                        () -> from.handle(
                                answer == null ? new Input.Failed(ask.id()) : new Input.Answered(ask.id(), answer)));
            });
        }
    }

    /** With the dial comes identify, by which who is asked learns of the other. */
    private Message answer(Node from, Node to, Message request) {
        if (to.liar != null) {
            return to.liar.answer(request);
        }
        to.knows(from.id);
        for (Output output : to.state.handle(new Input.Requested(1, from.id, request), time.now())) {
            if (output instanceof Output.Reply reply) {
                return reply.answer();
            }
        }
        return null;
    }
}
