package dev.grapevine.libp2p.kad;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.KadNetwork.Node;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.kad.Messages.Peer;
import dev.grapevine.libp2p.kad.Messages.ValueRecord;
import dev.grapevine.libp2p.multiformats.Multihash;
import dev.grapevine.libp2p.sim.Seeds;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A few hundred peers of the DHT that all begin with one address. */
class KadSimulationTest {

    private static final int NODES = 200;
    private static final int MINUTE_MILLIS = 60_000;

    @Test
    void everybodyFindsThePeersReallyClosestToAnything() {
        Seeds.each(2, seed -> {
            KadNetwork network = new KadNetwork(seed);
            List<Node> nodes = network.start(NODES);
            network.time.pass(MINUTE_MILLIS);

            for (int i = 0; i < 40; i++) {
                Node asker = network.any();
                Bytes key = key("key " + i);
                assertThat(asker.query(new Goal.Closest(key)).closest()).isEqualTo(network.closest(key, asker));
            }
            for (int i = 0; i < 20; i++) {
                PeerId sought = network.any().id;
                Node asker = nodes.get(i);
                assertThat(sought.equals(asker.id)
                                || asker.query(new Goal.FindPeer(sought))
                                        .closest()
                                        .contains(sought))
                        .isTrue();
            }
            assertThat(nodes)
                    .allSatisfy(node ->
                            assertThat(node.state.metrics().refusedRate()).isZero());
        });
    }

    @Test
    void valuesAndProvidersOutliveTheChurnOfAThirdOfThePeers() {
        Seeds.each(1, seed -> {
            KadNetwork network = new KadNetwork(seed);
            network.start(NODES / 2);
            network.time.pass(MINUTE_MILLIS);
            Bytes content = new Bytes(Multihash.sha256(new byte[] {1}).encode());
            Node provider = network.any();
            assertThat(network.any()
                            .query(new Goal.PutValue(key("/v/a"), value(1)))
                            .stored())
                    .isEqualTo(20);
            assertThat(provider.query(new Goal.Provide(content)).stored()).isEqualTo(20);

            churn(network, provider, NODES / 6);

            for (int i = 0; i < 20; i++) {
                Node asker = network.any();
                assertThat(asker.query(new Goal.GetValue(key("/v/a"), 1)).value())
                        .isEqualTo(value(1));
                assertThat(asker.query(new Goal.FindProviders(content, 1)).providers())
                        .contains(provider.id);
                Bytes key = key("key " + i);
                List<PeerId> found =
                        new ArrayList<>(asker.query(new Goal.Closest(key)).closest());
                found.retainAll(network.closest(key, asker));
                assertThat(found).as("of the 20 closest").hasSizeGreaterThanOrEqualTo(19);
            }
        });
    }

    private static void churn(KadNetwork network, Node spared, int count) {
        for (int i = 0; i < count; i++) {
            Node leaving = network.any();
            if (leaving != spared) {
                network.kill(leaving);
            }
            network.add(network.any().id);
            network.time.pass(MINUTE_MILLIS / 10);
        }
    }

    @Test
    void theNewestValueWinsAndMendsTheOlder() {
        KadNetwork network = new KadNetwork(1);
        network.start(NODES / 4);
        network.time.pass(MINUTE_MILLIS);
        network.any().query(new Goal.PutValue(key("/v/a"), value(1)));
        List<PeerId> holders = network.closest(key("/v/a"), null);
        Node old = network.nodes.get(holders.getFirst());
        network.kill(old); // hears nothing of the newer value
        network.any().query(new Goal.PutValue(key("/v/a"), value(2)));
        network.nodes.put(old.id, old);
        assertThat(held(old, "/v/a")).isEqualTo(value(1));

        Node asker = network.any();
        asker.knows(old.id);
        assertThat(asker.query(new Goal.GetValue(key("/v/a"), 0)).value()).isEqualTo(value(2));
        network.time.pass(1_000);

        assertThat(held(old, "/v/a")).isEqualTo(value(2));
    }

    /** Each names others that do not exist, the closest to what is asked for that it can make up, and gives false values. */
    @Test
    void aFifthOfThePeersAnsweringRubbishKeepsNobodyFromFindingTheOthers() {
        Seeds.each(1, seed -> {
            KadNetwork network = new KadNetwork(seed);
            List<Node> nodes = network.start(NODES);
            network.time.pass(MINUTE_MILLIS);
            Map<Key, PeerId> nobodies = new HashMap<>();
            IntStream.range(10_000, 11_000).mapToObj(TestPeers::id).forEach(peer -> nobodies.put(Key.of(peer), peer));
            nodes.stream()
                    .filter(node -> node.id.hashCode() % 5 == 0)
                    .forEach(node -> node.liar = request -> rubbish(request, nobodies, network));
            List<Node> honest = nodes.stream().filter(node -> node.liar == null).toList();
            assertThat(nodes.size() - honest.size()).isBetween(NODES / 8, NODES / 3);

            honest.get(1).query(new Goal.PutValue(key("/v/a"), value(7)));
            for (int i = 0; i < 20; i++) {
                Node asker = honest.get(network.random.nextInt(honest.size()));
                Bytes key = key("key " + i);
                long before = network.time.now();
                Set<PeerId> found =
                        new HashSet<>(asker.query(new Goal.Closest(key)).closest());
                assertThat(network.time.now() - before).isLessThan(KadState.MAX_QUERY_MILLIS);
                List<PeerId> right = network.closest(key, asker).subList(0, 12);
                assertThat(found).containsAll(right).doesNotContainAnyElementsOf(nobodies.values());
                assertThat(asker.query(new Goal.GetValue(key("/v/a"), 0)).value())
                        .isEqualTo(value(7));
            }
        });
    }

    private static Message rubbish(Message request, Map<Key, PeerId> nobodies, KadNetwork network) {
        List<Peer> named = nobodies.keySet().stream()
                .filter(any -> network.random.nextInt(4) == 0) // others name others
                .sorted(Key.of(request.key().array()).closestFirst())
                .limit(20)
                .map(key -> Peer.of(nobodies.get(key)))
                .toList();
        return new Message(
                request.type(),
                request.key(),
                request.type() == MessageType.GET_VALUE ? new ValueRecord(request.key(), value(-1), -1) : null,
                named,
                List.of());
    }

    private static Bytes held(Node node, String key) {
        Message request = Message.ask(MessageType.GET_VALUE, key(key));
        Output.Reply reply = (Output.Reply) node.state
                .handle(new Input.Requested(1, TestPeers.id(9), request), 1L << 40)
                .getFirst();
        return reply.answer().record().value();
    }

    private static Bytes key(String text) {
        return new Bytes(text.getBytes(US_ASCII));
    }

    private static Bytes value(int number) {
        return new Bytes(new byte[] {(byte) number});
    }
}
