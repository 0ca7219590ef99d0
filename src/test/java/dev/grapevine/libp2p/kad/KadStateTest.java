package dev.grapevine.libp2p.kad;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.kad.Messages.Peer;
import dev.grapevine.libp2p.kad.Messages.ValueRecord;
import dev.grapevine.libp2p.multiformats.Cid;
import dev.grapevine.libp2p.multiformats.Multihash;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What one peer answers to others, and what it does with time. */
class KadStateTest {

    private static final PeerId SELF = TestPeers.id(0);
    private static final PeerId ASKER = TestPeers.id(1);
    private static final PeerId OTHER = TestPeers.id(2);
    private static final KadConfig CONFIG = KadConfig.of("/kad/1", KadConfig.Mode.SERVER);
    private static final Bytes CONTENT =
            new Bytes(Multihash.sha256(new byte[] {1}).encode());

    private final Counters counters = new Counters();
    private final KadState state = new KadState(SELF, CONFIG, new SplittableRandom(1), counters);
    private long now = 1_000_000;

    @Test
    void namesTheClosestPeersButNotWhoAsks() {
        List<PeerId> servers = IntStream.range(1, 40).mapToObj(TestPeers::id).toList();
        servers.forEach(peer -> state.handle(new Input.Identified(peer, true), now));

        Message answer = answer(Message.ask(MessageType.FIND_NODE, new Bytes(OTHER.bytes())));

        assertThat(answer.closerIds()).hasSize(CONFIG.k()).startsWith(OTHER).doesNotContain(ASKER, SELF);
    }

    @Test
    void knowsOnlySoManyPeersOfOneNetworkByTheConnectionsOverWhichTheyCome() {
        List<PeerId> crowd = IntStream.range(1, 200).mapToObj(TestPeers::id).toList();
        for (PeerId peer : crowd) {
            state.handle(new Input.Connected(peer, Optional.of("c00002")), now);
            state.handle(new Input.Identified(peer, true), now);
        }
        long far = crowd.stream()
                .filter(peer -> Key.of(SELF).commonPrefix(Key.of(peer)) == 0)
                .filter(state.closest(Key.of(SELF), 999)::contains)
                .count();

        assertThat(far).isEqualTo(CONFIG.k() / 2);
    }

    @Test
    void namesItselfAndConnectedPeersThatDoNotServeToWhoLooksForThemAlone() {
        state.handle(new Input.Connected(OTHER, Optional.empty()), now);
        state.handle(new Input.Identified(OTHER, false), now);
        Message find = Message.ask(MessageType.FIND_NODE, new Bytes(OTHER.bytes()));

        assertThat(answer(find).closerIds()).containsExactly(OTHER);
        assertThat(answer(Message.ask(MessageType.FIND_NODE, new Bytes(ASKER.bytes())))
                        .closerIds())
                .isEmpty();
        state.handle(new Input.Disconnected(OTHER), now);
        assertThat(answer(find).closerIds()).isEmpty();
        assertThat(answer(Message.ask(MessageType.FIND_NODE, new Bytes(SELF.bytes())))
                        .closerIds())
                .containsExactly(SELF);
    }

    @Test
    void keepsAndGivesAValidValueAndRefusesOthers() {
        ValueRecord right = publicKeyOf(OTHER, 2);
        assertThat(answer(Message.put(right)).record()).isEqualTo(right);
        ValueRecord held =
                answer(Message.ask(MessageType.GET_VALUE, right.key())).record();
        assertThat(held).isEqualTo(new ValueRecord(right.key(), right.value(), now));

        assertRefused(Message.put(publicKeyOf(OTHER, 3)));
        assertRefused(Message.put(new ValueRecord(new Bytes("/x/1".getBytes(US_ASCII)), right.value(), -1)));
        assertRefused(Message.put(new ValueRecord(new Bytes("pk".getBytes(US_ASCII)), right.value(), -1)));
        assertRefused(Message.ask(MessageType.PUT_VALUE, right.key()));
        assertRefused(new Message(MessageType.PUT_VALUE, CONTENT, right, List.of(), List.of()));
        assertThat(counters.refusedRecords).isEqualTo(5);
    }

    @Test
    void takesAPeersWordForWhatItProvidesItselfAlone() {
        assertThat(request(Message.provide(CONTENT, ASKER))).isEmpty();
        assertRefused(Message.provide(CONTENT, OTHER));
        assertRefused(Message.provide(new Bytes("no multihash".getBytes(US_ASCII)), ASKER));
        Message both = new Message(
                MessageType.ADD_PROVIDER, CONTENT, null, List.of(), List.of(Peer.of(OTHER), Peer.of(ASKER)));
        assertThat(request(both)).isEmpty();

        Bytes cid = new Bytes(new Cid(1, Cid.RAW, Multihash.decode(CONTENT.array())).encode());
        assertThat(answer(Message.ask(MessageType.GET_PROVIDERS, cid)).providerIds())
                .containsExactly(ASKER);
    }

    @Test
    void answersPingsOfThoseWhoStillSendThem() {
        assertThat(answer(Message.ask(MessageType.PING, new Bytes(new byte[0]))).type())
                .isEqualTo(MessageType.PING);
    }

    @Test
    void refusesWhoAsksTooOftenForAWhile() {
        Message ask = Message.ask(MessageType.GET_PROVIDERS, CONTENT);
        for (int i = 0; i < Rates.BURST; i++) {
            answer(ask);
        }
        assertRefused(ask);
        assertThat(counters.refusedRate).isEqualTo(1);
        assertThat(state.handle(new Input.Requested(1, OTHER, ask), now))
                .isNotEmpty()
                .noneMatch(KadStateTest::refuses);

        now += 1_000;
        for (int i = 0; i < Rates.PER_SECOND; i++) {
            answer(ask);
        }
        assertRefused(ask);
    }

    @Test
    void refreshesAsSoonAsItKnowsSomebodyAndThenLessAndLessOften() {
        assertThat(state.handle(new Input.Tick(), now)).isEmpty();
        state.handle(new Input.Identified(OTHER, true), now);
        Map<Long, Integer> asked = new TreeMap<>();
        for (long second = 0; second <= 1_100; second++) {
            long time = now + 1_000 * second;
            List<Output.Ask> asks = asks(state.handle(new Input.Tick(), time));
            if (!asks.isEmpty()) {
                asked.put(second, asks.size());
            }
            asks.forEach(ask -> state.handle(
                    new Input.Answered(
                            ask.id(),
                            Message.ask(MessageType.FIND_NODE, ask.request().key())),
                    time));
        }

        // this peer itself, and its one bucket every 10 minutes; and looked up itself again at first
        assertThat(asked).containsEntry(0L, 2).containsEntry(600L, 2);
        assertThat(asked)
                .containsEntry(10L, 1)
                .containsEntry(30L, 1)
                .containsEntry(70L, 1)
                .containsEntry(150L, 1);
        assertThat(asked).hasSizeLessThan(12);
    }

    @Test
    void putsOwnRecordsAgainUntilTheyAreWithdrawn() {
        state.handle(new Input.Identified(OTHER, true), now);
        state.handle(new Input.Start(1, new Goal.Provide(CONTENT)), now);
        long republish = CONFIG.republish().toMillis();

        assertThat(asks(state.handle(new Input.Tick(), now + republish)))
                .anyMatch(ask -> ask.request().key().equals(CONTENT));
        state.handle(new Input.Withdraw(CONTENT), now + republish);
        assertThat(asks(state.handle(new Input.Tick(), now + 2 * republish)))
                .noneMatch(ask -> ask.request().key().equals(CONTENT));
        assertThat(answer(Message.ask(MessageType.GET_PROVIDERS, CONTENT)).providerIds())
                .isEmpty();
    }

    @Test
    void asksSilentPeersWhetherTheyAreThereAndDropsThemWhereNot() {
        state.handle(new Input.Identified(OTHER, true), now);
        for (int i = 0; i < 10 && state.metrics().peers() > 0; i++) {
            now += RoutingTable.STALE_MILLIS;
            asks(state.handle(new Input.Tick(), now)).forEach(ask -> state.handle(new Input.Failed(ask.id()), now));
        }
        assertThat(state.metrics().peers()).isZero();
    }

    @Test
    void aQueryEndsInTimeAndAnAnswerOfAnotherTypeIsNone() {
        state.handle(new Input.Identified(OTHER, true), now);
        Output.Ask ask = asks(state.handle(new Input.Start(1, new Goal.Closest(CONTENT)), now))
                .getFirst();
        assertThat(state.handle(new Input.Tick(), now + KadState.MAX_QUERY_MILLIS - 1))
                .noneMatch(KadStateTest::ends);
        assertThat(state.handle(new Input.Tick(), now + KadState.MAX_QUERY_MILLIS))
                .anyMatch(KadStateTest::ends);

        Output.Ask second = asks(state.handle(new Input.Start(2, new Goal.Closest(CONTENT)), now))
                .getFirst();
        List<Output> outputs = state.handle(
                new Input.Answered(
                        second.id(),
                        Message.ask(MessageType.GET_VALUE, ask.request().key())),
                now);
        assertThat(outputs).containsExactly(new Output.Done(2, new Result(List.of(), List.of(), null, 0)));
    }

    @Test
    void refusesFurtherQueriesAtTheLimit() {
        state.handle(new Input.Identified(OTHER, true), now);
        for (int i = 1; i <= KadState.MAX_QUERIES; i++) {
            state.handle(new Input.Start(i, new Goal.Closest(CONTENT)), now);
        }
        assertThat(state.handle(new Input.Start(99, new Goal.Closest(CONTENT)), now))
                .containsExactly(new Output.Busy(99));
    }

    @Test
    void whereNobodyIsKnownAQueryEndsAtOnceWithWhatIsHeldHere() {
        ValueRecord record = publicKeyOf(OTHER, 2);
        answer(Message.put(record));

        assertThat(state.handle(new Input.Start(1, new Goal.GetValue(record.key(), 0)), now))
                .containsExactly(new Output.Done(1, new Result(List.of(), List.of(), record.value(), 0)));
    }

    private static ValueRecord publicKeyOf(PeerId peer, int number) {
        byte[] prefix = "/pk/".getBytes(US_ASCII);
        byte[] key = Arrays.copyOf(prefix, prefix.length + peer.bytes().length);
        System.arraycopy(peer.bytes(), 0, key, prefix.length, peer.bytes().length);
        return new ValueRecord(
                new Bytes(key), new Bytes(TestPeers.key(number).publicKey().encoded()), -1);
    }

    private List<Output> request(Message message) {
        return state.handle(new Input.Requested(1, ASKER, message), now);
    }

    private Message answer(Message message) {
        return ((Output.Reply) request(message).getFirst()).answer();
    }

    private void assertRefused(Message message) {
        assertThat(request(message)).containsExactly(new Output.Refuse(1));
    }

    private static List<Output.Ask> asks(List<Output> outputs) {
        return outputs.stream()
                .flatMap(output -> output instanceof Output.Ask ask ? Stream.of(ask) : Stream.empty())
                .toList();
    }

    private static boolean refuses(Output output) {
        return output instanceof Output.Refuse;
    }

    private static boolean ends(Output output) {
        return output instanceof Output.Done;
    }
}
