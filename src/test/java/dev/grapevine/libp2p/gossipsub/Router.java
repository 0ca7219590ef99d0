package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Graft;
import dev.grapevine.libp2p.gossipsub.Messages.IDontWant;
import dev.grapevine.libp2p.gossipsub.Messages.IHave;
import dev.grapevine.libp2p.gossipsub.Messages.IWant;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.gossipsub.Messages.Subscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/** One router under test: what happens is told by methods, what it wants done since the last telling is asked for. */
final class Router {

    static final String TOPIC = "news";
    static final PeerId SELF = TestPeers.peer(1_000_000);

    final Counters counters = new Counters();
    final GossipsubState state;
    long now = 1_000_000;
    List<Output> outputs = List.of();

    Router(GossipsubConfig config) {
        state = new GossipsubState(SELF, config, new SplittableRandom(1), counters);
    }

    Router() {
        this(GossipsubConfig.defaults());
    }

    /** A router that has joined the topic, with so many peers in it that have dialled this host. */
    static Router joined(int peers) {
        Router router = new Router();
        router.happens(new Input.Subscribe(TOPIC));
        for (int i = 0; i < peers; i++) {
            router.subscriber(i);
        }
        return router;
    }

    void happens(Input input) {
        outputs = state.handle(input, now);
    }

    PeerId subscriber(int number) {
        return subscriber(number, false);
    }

    /** A connected peer that has joined the topic. */
    PeerId subscriber(int number, boolean dialled) {
        PeerId peer = TestPeers.peer(number);
        happens(TestPeers.added(peer, dialled));
        subscribes(peer, true, TOPIC);
        return peer;
    }

    void subscribes(PeerId peer, boolean joins, String topic) {
        happens(new Input.Received(
                peer,
                new Rpc(
                        List.of(new Subscription(joins, topic)),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of())));
    }

    void receives(PeerId from, Message message) {
        happens(new Input.Received(from, Rpc.of(message)));
    }

    void receivesGraft(PeerId from) {
        receivesGraft(from, TOPIC);
    }

    void receivesGraft(PeerId from, String topic) {
        happens(new Input.Received(from, control(List.of(), List.of(), List.of(new Graft(topic)), List.of())));
    }

    void receivesPrune(PeerId from, long backoffSeconds) {
        receivesPrune(from, new Prune(TOPIC, backoffSeconds, List.of()));
    }

    void receivesPrune(PeerId from, Prune prune) {
        happens(new Input.Received(from, control(List.of(), List.of(), List.of(), List.of(prune))));
    }

    void receivesIHave(PeerId from, List<MessageId> ids) {
        happens(new Input.Received(from, control(List.of(new IHave(TOPIC, ids)), List.of(), List.of(), List.of())));
    }

    void receivesIWant(PeerId from, List<MessageId> ids) {
        happens(new Input.Received(from, control(List.of(), List.of(new IWant(ids)), List.of(), List.of())));
    }

    void receivesIDontWant(PeerId from, List<MessageId> ids) {
        happens(new Input.Received(
                from,
                new Rpc(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(new IDontWant(ids)))));
    }

    static Rpc control(List<IHave> ihaves, List<IWant> iwants, List<Graft> grafts, List<Prune> prunes) {
        return new Rpc(List.of(), List.of(), ihaves, iwants, grafts, prunes, List.of());
    }

    void heartbeat() {
        now += 1_000;
        happens(new Input.Heartbeat());
    }

    /** Lets heartbeats happen for so long. */
    void passSeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            heartbeat();
        }
    }

    /** The message comes, is well signed and judged. */
    void receivesAndJudges(PeerId from, Message message, Verdict verdict) {
        receives(from, message);
        happens(new Input.Verified(message.id(), from, true));
        happens(new Input.Judged(message.id(), verdict));
    }

    Set<PeerId> mesh() {
        return state.meshes().get(TOPIC);
    }

    List<PeerId> grafted() {
        return controlTo(rpc -> !rpc.grafts().isEmpty());
    }

    List<PeerId> pruned() {
        return controlTo(rpc -> !rpc.prunes().isEmpty());
    }

    List<PeerId> gossipedTo() {
        return controlTo(rpc -> !rpc.ihaves().isEmpty());
    }

    List<PeerId> toldUnwanted() {
        return controlTo(rpc -> !rpc.idontwants().isEmpty());
    }

    private List<PeerId> controlTo(Function<Rpc, Boolean> filter) {
        return all(Output.SendControl.class).stream()
                .filter(send -> filter.apply(send.rpc()))
                .map(Output.SendControl::to)
                .toList();
    }

    List<Prune> prunes() {
        return all(Output.SendControl.class).stream()
                .flatMap(send -> send.rpc().prunes().stream())
                .toList();
    }

    List<MessageId> asked() {
        return all(Output.SendControl.class).stream()
                .flatMap(send -> send.rpc().iwants().stream())
                .flatMap(iwant -> iwant.ids().stream())
                .toList();
    }

    /** Whom a message is sent to. */
    List<PeerId> sentTo() {
        List<PeerId> to = new ArrayList<>();
        all(Output.SendMessage.class).forEach(send -> to.addAll(send.to()));
        return to;
    }

    <T extends Output> List<T> all(Class<T> type) {
        return outputs.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** A complete message with a signature that only looks like one. */
    static Message message(int number) {
        return message(TestPeers.peer(5_000), number, "data".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static Message message(PeerId author, long number, byte[] data) {
        byte[] seqno = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        return Codec.message(author.bytes(), data, seqno, TOPIC, new byte[64], new byte[0]);
    }
}
