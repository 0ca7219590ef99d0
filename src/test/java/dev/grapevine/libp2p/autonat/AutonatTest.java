package dev.grapevine.libp2p.autonat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.autonat.Messages.DialDataRequest;
import dev.grapevine.libp2p.autonat.Messages.DialDataResponse;
import dev.grapevine.libp2p.autonat.Messages.DialRequest;
import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.DialStatus;
import dev.grapevine.libp2p.autonat.Messages.Message;
import dev.grapevine.libp2p.autonat.Messages.ResponseStatus;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryNetwork;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.TestHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Hosts in a network in memory, where each sees the others at another IP address than theirs, so that dials cost data; and
 * peers that do not keep to the protocol.
 */
class AutonatTest {

    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final Duration MINUTES = Duration.ofMinutes(3);
    private static final Multiaddr NOBODYS = Multiaddr.parse("/ip4/10.0.0.99/udp/4001/quic-v1");

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop);
    private final TestHost client = new TestHost(1, loop, network);
    private final List<TestHost> servers =
            List.of(new TestHost(2, loop, network), new TestHost(3, loop, network), new TestHost(4, loop, network));
    private final TestHost server = servers.getFirst();
    private final List<Set<Multiaddr>> reachable = new ArrayList<>();
    private final List<Set<Multiaddr>> unreachable = new ArrayList<>();
    private final List<Integer> diallers = new ArrayList<>();
    private final Autonat autonat = autonat(client, 11, List.of(client.address, NOBODYS), (yes, no) -> {
        reachable.add(yes);
        unreachable.add(no);
    });

    @BeforeEach
    void connect() {
        autonat.start();
        servers.forEach(each -> client.swarm.keepConnected(each.address));
        loop.advance(MOMENT);
    }

    @Test
    void severalServersFindOutWhichAddressIsReached() {
        List<Autonat> all = servers.stream().map(this::serve).toList();
        loop.advance(MINUTES);

        assertThat(reachable.getLast()).containsExactly(client.address);
        assertThat(unreachable.getLast()).containsExactly(NOBODYS);
        assertThat(autonat.metrics()).isEqualTo(new AutonatMetrics(1, 1, 0, 0, 0, 0, 6, 0));
        assertThat(all).allSatisfy(each -> assertThat(each.metrics().dialled()).isEqualTo(2));
        assertThat(client.swarm.peers()).hasSameSizeAs(servers);
    }

    @Test
    void aServerThatOnlySaysThatItHasDialledIsNotBelieved() {
        servers.forEach(each ->
                lie(each, (stream, request) -> send(stream, new DialResponse(ResponseStatus.OK, 0, DialStatus.OK))));
        loop.advance(MINUTES);

        assertThat(autonat.metrics().asked()).isEqualTo(6);
        assertThat(reachable).isEmpty();
    }

    @Test
    void aWrongNonceIsDiscarded() {
        servers.forEach(each -> lie(
                each,
                (stream, request) -> each.swarm
                        .dial(client.id, client.address)
                        .thenCompose(fresh -> each.swarm.open(fresh, List.of(Autonat.DIAL_BACK)))
                        .thenAccept(back -> sayAndClaim(back, request.nonce() + 1, stream))));
        loop.advance(MINUTES);

        assertThat(autonat.metrics().asked()).isEqualTo(6);
        assertThat(reachable).isEmpty();
    }

    @Test
    void aNonceProvesNothingOnAConnectionThatTheClientHasDialled() {
        servers.forEach(each -> lie(
                each,
                (stream, request) -> each.swarm
                        .open(client.id, List.of(Autonat.DIAL_BACK))
                        .thenAccept(back -> sayAndClaim(back, request.nonce(), stream))));
        loop.advance(MINUTES);

        assertThat(autonat.metrics().asked()).isEqualTo(6);
        assertThat(reachable).isEmpty();
    }

    private static void sayAndClaim(Stream back, long nonce, FrameStream answer) {
        new FrameStream(back, Codec.MAX_FRAME_BYTES).send(Codec.encodeDialBack(nonce));
        send(answer, new DialResponse(ResponseStatus.OK, 0, DialStatus.OK));
    }

    @Test
    void aServerThatWantsTooMuchDataOrNeverAnswersIsGivenUp() {
        lie(servers.get(0), (stream, request) -> send(stream, new DialDataRequest(0, DialMe.MAX_DATA_BYTES + 1)));
        lie(servers.get(1), (stream, request) -> send(stream, new DialDataRequest(1, 1)));
        lie(servers.get(2), (stream, request) -> {});
        loop.advance(MINUTES.multipliedBy(2));

        assertThat(autonat.metrics().asked()).isEqualTo(6);
        assertThat(autonat.metrics().failed()).isEqualTo(6);
        assertThat(reachable).isEmpty();
    }

    @Test
    void aClientThatSendsNoDataIsNotDialled() {
        serve(server);
        Replies replies = ask(NOBODYS);
        loop.advance(MOMENT);
        assertThat(replies.messages).singleElement().isInstanceOf(DialDataRequest.class);

        loop.advance(Duration.ofMillis(ServerHandler.MAX_STREAM_MILLIS));
        assertThat(replies.over).isTrue();
        assertThat(network.dialled()).doesNotContain(NOBODYS);
    }

    @Test
    void aClientThatEndsInPlaceOfSendingDataMayAskAnewAtOnce() {
        serve(server);
        ask(NOBODYS).stream.closeWrite();
        loop.advance(MOMENT);

        Replies again = ask(NOBODYS);
        loop.advance(MOMENT);
        assertThat(again.messages).singleElement().isInstanceOf(DialDataRequest.class);
    }

    @Test
    void dataWithoutEndCostsTheStreamAndBringsOneDial() {
        serve(server);
        network.silence(NOBODYS);
        Replies replies = ask(NOBODYS);
        for (int i = 0; i < 1_000; i++) {
            send(replies.stream, new DialDataResponse(DialMe.PIECE_BYTES));
        }
        loop.advance(MOMENT);

        assertThat(replies.over).isTrue();
        assertThat(network.dialled()).containsOnlyOnce(NOBODYS);
    }

    @Test
    void aRequestWithTenThousandAddressesOrWithNoneAtAllDialsNobody() {
        Autonat served = serve(server);
        Stream stream = open();
        Replies replies = new Replies(new FrameStream(stream, 1024 * 1024));
        replies.stream.send(Codec.encode(new DialRequest(Collections.nCopies(10_000, Optional.of(NOBODYS)), 1)));
        loop.advance(MOMENT);
        assertThat(replies.over).isTrue();
        assertThat(replies.messages).isEmpty();

        Replies none = ask();
        loop.advance(MOMENT);
        assertThat(none.messages).containsExactly(DialResponse.without(ResponseStatus.E_DIAL_REFUSED));
        assertThat(served.metrics().refused()).isEqualTo(1);
        assertThat(network.dialled()).doesNotContain(NOBODYS);
    }

    @Test
    void aSecondRequestOnOneStreamAndAMessageOfTheOtherSideCostTheStream() {
        serve(server);
        Replies twice = ask(NOBODYS);
        send(twice.stream, new DialRequest(List.of(Optional.of(NOBODYS)), 2));
        Replies backwards = new Replies(new FrameStream(open(), Codec.MAX_FRAME_BYTES));
        send(backwards.stream, new DialDataRequest(0, 1));
        loop.advance(MOMENT);

        assertThat(twice.over).isTrue();
        assertThat(backwards.over).isTrue();
    }

    @Test
    void whatDialsIsMadeOnceForTheFirstDial() {
        serve(server);
        ask();
        Replies replies = ask(NOBODYS);
        assertThat(replies.messages).singleElement().isInstanceOf(DialDataRequest.class);
        assertThat(diallers).isEmpty();

        sendAllData(replies);
        assertThat(diallers).hasSize(1);
        sendAllData(ask(NOBODYS));
        assertThat(network.dialled()).filteredOn(NOBODYS::equals).hasSize(2);
        assertThat(diallers).hasSize(1);
    }

    @Test
    void whoeverWaitsWhenTheHostClosesOrAsksThenHearsNoVerdict() {
        Autonat served = serve(server);
        Replies early = ask(NOBODYS);
        assertThat(served.close()).isCompleted();
        loop.advance(MOMENT);
        assertThat(early.over).isTrue();

        Replies late = ask(client.address);
        sendAllData(late);
        assertThat(late.over).isTrue();
        assertThat(late.messages).singleElement().isInstanceOf(DialDataRequest.class);
        assertThat(diallers).isEmpty();
        assertThat(served.close()).isCompleted();
    }

    @Test
    void aDialThatTheHostsEndCutsShortIsNoVerdict() {
        Autonat served = serve(server);
        network.silence(NOBODYS);
        Replies replies = ask(NOBODYS);
        sendAllData(replies);
        assertThat(network.dialled()).contains(NOBODYS);

        assertThat(served.close()).isCompleted();
        loop.advance(MINUTES);
        assertThat(replies.over).isTrue();
        assertThat(replies.messages).singleElement().isInstanceOf(DialDataRequest.class);
    }

    private void sendAllData(Replies replies) {
        DialDataRequest wanted = (DialDataRequest) replies.messages.getLast();
        for (long sent = 0; sent < wanted.bytes(); sent += DialMe.PIECE_BYTES) {
            send(replies.stream, new DialDataResponse(DialMe.PIECE_BYTES));
        }
        loop.advance(MOMENT);
    }

    private Autonat serve(TestHost host) {
        int diallerNumber = 20 + servers.indexOf(host);
        Autonat served = autonat(host, diallerNumber, List.of(host.address), (yes, no) -> {});
        served.start();
        client.swarm.learn(host.id, Set.of(Autonat.DIAL_REQUEST));
        return served;
    }

    private Autonat autonat(
            TestHost host,
            int dialler,
            List<Multiaddr> addresses,
            BiConsumer<Set<Multiaddr>, Set<Multiaddr>> onTested) {
        return new Autonat(
                host.swarm,
                () -> {
                    diallers.add(dialler);
                    return new TestHost(dialler, loop, network).swarm;
                },
                () -> addresses,
                ip -> true,
                onTested,
                new SplittableRandom(dialler),
                loop::nanoTime);
    }

    private void lie(TestHost host, BiConsumer<FrameStream, DialRequest> answer) {
        host.swarm.handle(Autonat.DIAL_REQUEST, stream -> {
            FrameStream frames = new FrameStream(stream, Codec.MAX_FRAME_BYTES);
            frames.receive(new Receiver() {
                @Override
                public void frame(byte[] frame) {
                    answer.accept(frames, (DialRequest) Codec.decode(frame));
                }
            });
        });
        client.swarm.learn(host.id, Set.of(Autonat.DIAL_REQUEST));
    }

    private Replies ask(Multiaddr... addresses) {
        Replies replies = new Replies(new FrameStream(open(), Codec.MAX_FRAME_BYTES));
        List<Optional<Multiaddr>> wanted =
                java.util.stream.Stream.of(addresses).map(Optional::of).toList();
        send(replies.stream, new DialRequest(wanted, 1));
        loop.advance(MOMENT);
        return replies;
    }

    private Stream open() {
        var opened = client.swarm.open(server.id, List.of(Autonat.DIAL_REQUEST)).toCompletableFuture();
        loop.advance(MOMENT);
        return opened.join();
    }

    private static void send(FrameStream stream, Message message) {
        stream.send(Codec.encode(message));
    }

    private abstract static class Receiver implements FrameStream.Receiver {

        @Override
        public void end() {}

        @Override
        public void reset() {}
    }

    /** What comes on a stream. */
    private static final class Replies extends Receiver {

        final FrameStream stream;
        final List<Message> messages = new ArrayList<>();
        boolean over;

        Replies(FrameStream stream) {
            this.stream = stream;
            stream.receive(this);
        }

        @Override
        public void frame(byte[] frame) {
            messages.add(Codec.decode(frame));
        }

        @Override
        public void reset() {
            over = true;
        }
    }
}
