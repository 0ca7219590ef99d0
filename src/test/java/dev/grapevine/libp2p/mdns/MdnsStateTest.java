package dev.grapevine.libp2p.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.mdns.Messages.Kind;
import dev.grapevine.libp2p.mdns.Messages.Packet;
import dev.grapevine.libp2p.mdns.Messages.Pointer;
import dev.grapevine.libp2p.mdns.Messages.Question;
import dev.grapevine.libp2p.mdns.Messages.Resource;
import dev.grapevine.libp2p.mdns.Messages.Text;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MdnsStateTest {

    private static final PeerId SELF = TestPeers.id(1);
    private static final PeerId OTHER = TestPeers.id(2);
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/udp/4001/quic-v1");
    private static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1");
    private static final Packet QUERY = Packet.query(new Question(MdnsState.SERVICE, Kind.PTR), List.of());

    private final MdnsState state = new MdnsState(SELF, new SplittableRandom(1), 0);
    private List<Multiaddr> addresses = List.of(ADDRESS, LOOPBACK);
    private long now;

    @Test
    void asksAtOnceAndThenLessAndLessOftenAndAnswersItselfEachTime() {
        List<Long> queries = new ArrayList<>();
        long answers = 0;
        for (long until = 3_600_000; now < until; now += 50) {
            for (Packet packet : tick()) {
                if (packet.response()) {
                    answers++;
                } else {
                    queries.add(now);
                }
            }
        }

        assertThat(queries.getFirst()).isBetween(MdnsState.MIN_DELAY_MILLIS, MdnsState.MAX_DELAY_MILLIS + 50);
        assertThat(queries.get(2) - queries.get(1)).isEqualTo(2 * MdnsState.FIRST_INTERVAL_MILLIS);
        assertThat(queries.getLast() - queries.get(queries.size() - 2)).isEqualTo(MdnsState.MAX_INTERVAL_MILLIS);
        assertThat(queries).hasSizeLessThan(25);
        assertThat(answers).isEqualTo(queries.size());
    }

    @Test
    void answersWithItsNameAndItsAddressesButThoseOfLoopback() {
        settle();
        receive(QUERY);
        Packet answer = onlyAnswerWithin(MdnsState.MAX_DELAY_MILLIS + 50);

        assertThat(state.name()).matches("[0-9a-z]{32}\\._p2p\\._udp\\.local\\.");
        assertThat(answer.answers()).containsExactly(new Pointer(MdnsState.SERVICE, 120, state.name()));
        assertThat(answer.additionals())
                .containsExactly(new Text(state.name(), 120, List.of("dnsaddr=" + ADDRESS + "/p2p/" + SELF)));
    }

    @Test
    void answersOnceASecondHoweverManyAsk() {
        settle();
        int answers = 0;
        for (long until = now + 10_000; now < until; now += 50) {
            for (int i = 0; i < 20; i++) {
                receive(QUERY);
            }
            answers += (int) tick().stream().filter(Packet::response).count();
        }
        assertThat(answers).isBetween(8, 11);
    }

    @Test
    void doesNotAnswerWhoKnowsItNorWhatItHasNoAnswerTo() {
        settle();
        Question question = QUERY.questions().getFirst();
        receive(Packet.query(question, List.of(new Pointer(MdnsState.SERVICE, 60, state.name()))));
        receive(Packet.query(new Question("_other._udp.local.", Kind.PTR), List.of()));
        receive(Packet.query(new Question(MdnsState.SERVICE, Kind.TXT), List.of()));
        assertThat(answersWithin(5_000)).isEmpty();

        receive(Packet.query(question, List.of(new Pointer(MdnsState.SERVICE, 59, state.name()))));
        assertThat(answersWithin(5_000)).hasSize(1);
        addresses = List.of(LOOPBACK);
        receive(QUERY);
        assertThat(answersWithin(5_000)).isEmpty();
    }

    @Test
    void answersWhoLooksForServicesAndWhoAsksForItsAddresses() {
        settle();
        receive(Packet.query(new Question(MdnsState.META, Kind.PTR), List.of()));
        assertThat(onlyAnswerWithin(200))
                .isEqualTo(Packet.response(List.of(new Pointer(MdnsState.META, 120, MdnsState.SERVICE)), List.of()));
        now += 1_000;
        receive(Packet.query(new Question(state.name(), Kind.ANY), List.of()));
        assertThat(onlyAnswerWithin(200).additionals()).hasSize(1);
    }

    @Test
    void findsPeersByTheirAddressesInAnswersOrAdditionalRecords() {
        Pointer pointer = new Pointer(MdnsState.SERVICE, 120, "x._p2p._udp.local.");
        Text right = text(
                "x",
                "dnsaddr=" + ADDRESS + "/p2p/" + OTHER,
                "other=1",
                "dnsaddr=/nonsense",
                "dnsaddr=" + LOOPBACK + "/p2p/" + OTHER,
                "dnsaddr=" + ADDRESS,
                "dnsaddr=/p2p/" + OTHER,
                "dnsaddr=" + ADDRESS + "/p2p/" + SELF);
        MdnsState.Output found = new MdnsState.Output.Found(OTHER, List.of(ADDRESS));

        assertThat(receive(Packet.response(List.of(pointer), List.of(right)))).containsExactly(found);
        assertThat(receive(Packet.response(List.of(right, pointer), List.of()))).containsExactly(found);
        assertThat(receive(Packet.response(List.of(right), List.of()))).isEmpty();
        assertThat(receive(
                        Packet.response(List.of(pointer), List.of(text("y", "dnsaddr=" + ADDRESS + "/p2p/" + OTHER)))))
                .isEmpty();
        Pointer goodbye = new Pointer(MdnsState.SERVICE, 0, pointer.target());
        assertThat(receive(Packet.response(List.of(goodbye), List.of(right)))).isEmpty();
    }

    @Test
    void takesNoMorePeersAndAddressesOfOnePacketThanItsLimits() {
        Pointer pointer = new Pointer(MdnsState.SERVICE, 120, "x._p2p._udp.local.");
        List<Resource> peers = IntStream.rangeClosed(0, MdnsState.MAX_PEERS)
                .mapToObj(i -> (Resource) text("x", "dnsaddr=" + ADDRESS + "/p2p/" + TestPeers.id(10 + i)))
                .toList();
        assertThat(receive(Packet.response(List.of(pointer), peers))).hasSize(MdnsState.MAX_PEERS);

        List<Resource> many = IntStream.rangeClosed(1, MdnsState.MAX_ADDRESSES + 1)
                .mapToObj(i -> (Resource) text("x", "dnsaddr=/ip4/192.0.2.1/udp/" + i + "/quic-v1/p2p/" + OTHER))
                .toList();
        assertThat(receive(Packet.response(List.of(pointer), many)))
                .singleElement()
                .satisfies(output -> assertThat(((MdnsState.Output.Found) output).addresses())
                        .hasSize(MdnsState.MAX_ADDRESSES));
    }

    @Test
    void anAnswerFitsIntoOneFrameOfEthernet() {
        addresses = IntStream.range(0, 30)
                .mapToObj(i ->
                        Multiaddr.parse("/ip6/2001:db8:1234:5678:9abc:def0:1234:" + (1000 + i) + "/udp/40001/quic-v1"))
                .toList();
        settle();
        receive(QUERY);
        assertThat(Codec.encode(onlyAnswerWithin(200))).hasSizeLessThan(1_472);
    }

    private static Text text(String label, String... attributes) {
        return new Text(label + "._p2p._udp.local.", 120, List.of(attributes));
    }

    private List<MdnsState.Output> receive(Packet packet) {
        return state.handle(new MdnsState.Input.Received(packet), now);
    }

    /** Until long after a query, and long before the next one. */
    private void settle() {
        for (now = 0; now < 64_000; now += 50) {
            tick();
        }
        now = 70_000;
        tick();
    }

    private Packet onlyAnswerWithin(long millis) {
        List<Packet> answers = answersWithin(millis);
        assertThat(answers).hasSize(1);
        return answers.getFirst();
    }

    private List<Packet> answersWithin(long millis) {
        List<Packet> answers = new ArrayList<>();
        for (long until = now + millis; now <= until; now += 10) {
            answers.addAll(tick());
        }
        return answers;
    }

    private List<Packet> tick() {
        return state.handle(new MdnsState.Input.Tick(addresses), now).stream()
                .map(output -> ((MdnsState.Output.Send) output).packet())
                .toList();
    }
}
