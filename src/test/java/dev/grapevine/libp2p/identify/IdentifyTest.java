package dev.grapevine.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryNetwork;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import dev.grapevine.libp2p.swarm.TestHost;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentifyTest {

    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1");

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_000L));

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryNetwork network = new MemoryNetwork(loop);
    private final TestHost a = new TestHost(1, loop, network);
    private final TestHost b = new TestHost(2, loop, network);
    private final Identify identifyOfA = identify(a, 1);
    private final List<Set<String>> heard = new ArrayList<>();

    @Test
    void eachSideLearnsWhoTheOtherIs() {
        Identify identifyOfB = identify(b, 2);
        identifyOfA.start();
        identifyOfB.start();
        connect();

        Identity seen = identifyOfA.identity(b.id).orElseThrow();
        assertThat(seen.agentVersion()).isEqualTo("host/2");
        assertThat(seen.listenAddresses()).containsExactly(b.address);
        assertThat(seen.observedAddress().orElseThrow().toString()).startsWith("/ip4/10.9.9.9/");
        assertThat(a.swarm.protocols(b.id)).containsExactlyInAnyOrder(Identify.ID, Identify.PUSH);
        assertThat(identifyOfB.identity(a.id).orElseThrow().observedAddress()).contains(b.address);
        assertThat(b.swarm.protocols(a.id)).isEqualTo(a.swarm.protocols(b.id));
    }

    @Test
    void manyChangesMakeOnePushAndListenersHearOfIt() {
        identifyOfA.start();
        identify(b, 2).start();
        connect();
        a.swarm.addListener(new Swarm.PeerListener() {
            @Override
            public void protocols(PeerId peer, Set<String> protocolIds) {
                heard.add(protocolIds);
            }
        });

        b.swarm.handle("/new/1", stream -> {});
        b.swarm.handle("/new/2", stream -> {});
        loop.advance(MOMENT);

        assertThat(heard).hasSize(2);
        assertThat(heard.getLast()).contains("/new/1", "/new/2", Identify.ID);
    }

    @Test
    void aPartialPushLeavesTheRestAsItWas() {
        identifyOfA.start();
        identify(b, 2).start();
        connect();

        push(new IdentifyMessage(null, List.of(), List.of(), null, null, "host/3\n", null).encode());

        Identity seen = identifyOfA.identity(b.id).orElseThrow();
        assertThat(seen.agentVersion()).isEqualTo("host/3?");
        assertThat(seen.listenAddresses()).containsExactly(b.address);
        assertThat(seen.protocols()).contains(Identify.ID);
    }

    @Test
    void severalMessagesOnOneStreamCountAsOne() {
        identifyOfA.start();
        b.swarm.handle(
                Identify.ID,
                stream -> answer(
                        stream,
                        new IdentifyMessage(null, List.of(), List.of("/x/1"), null, null, "split/1", null).encode(),
                        new IdentifyMessage(null, List.of(b.address), List.of("/x/2"), null, null, null, null)
                                .encode()));
        connect();

        assertThat(identifyOfA.identity(b.id).orElseThrow())
                .isEqualTo(new Identity(
                        "split/1", List.of(b.address), Set.of("/x/1", "/x/2"), java.util.Optional.empty()));
    }

    @Test
    void refusesAPublicKeyThatIsNotThePeers() {
        identifyOfA.start();
        b.swarm.handle(
                Identify.ID,
                stream -> answer(
                        stream,
                        new IdentifyMessage(
                                        TestPeers.key(3).publicKey(),
                                        List.of(),
                                        List.of("/x/1"),
                                        null,
                                        null,
                                        "liar",
                                        null)
                                .encode()));
        connect();

        assertThat(identifyOfA.identity(b.id)).isEmpty();
        assertThat(a.swarm.protocols(b.id)).isEmpty();
    }

    @Test
    void asksAgainWhereThePeerDoesNotAnswerButNotForEver() {
        identifyOfA.start();
        List<Stream> asked = new ArrayList<>();
        b.swarm.handle(Identify.ID, asked::add);
        connect();
        loop.advance(Duration.ofMinutes(5));

        assertThat(asked).hasSize(Identify.MAX_ATTEMPTS);
        assertThat(a.swarm.peers()).containsExactly(b.id);
    }

    @Test
    void takesNoMessageAboveTheLimitAndNoMoreThanSoMany() {
        identifyOfA.start();
        connect();
        loop.advance(MOMENT);
        byte[] empty = {};
        byte[][] many = new byte[Identify.MAX_MESSAGES + 1][];
        java.util.Arrays.fill(many, empty);
        many[0] = new IdentifyMessage(null, List.of(), List.of("/x/1"), null, null, null, null).encode();

        push(many);
        assertThat(identifyOfA.identity(b.id)).isEmpty();

        List<String> protocols = new ArrayList<>();
        for (int i = 0; i < IdentifyMessage.MAX_PROTOCOLS; i++) {
            protocols.add("/" + "x".repeat(40) + "/" + i);
        }
        push(new IdentifyMessage(null, List.of(), protocols, null, null, null, null).encode());
        assertThat(identifyOfA.identity(b.id)).isEmpty();

        push(many[0]);
        assertThat(identifyOfA.identity(b.id)).isPresent();
    }

    @Test
    void tellsLoopbackAddressesToThisMachineOnly() {
        Identify identifyOfB =
                new Identify(b.swarm, TestPeers.key(2), "host/2", () -> List.of(LOOPBACK, b.address), CLOCK);
        identifyOfA.start();
        identifyOfB.start();
        connect();

        assertThat(identifyOfA.identity(b.id).orElseThrow().listenAddresses()).containsExactly(b.address);
        assertThat(certified(b.id)).containsExactly(b.address);
    }

    @Test
    void eachSideCertifiesItsAddressesAndAgainWhereTheyChange() {
        List<Multiaddr> addressesOfB = new ArrayList<>(List.of(b.address));
        identifyOfA.start();
        new Identify(b.swarm, TestPeers.key(2), "host/2", () -> addressesOfB, CLOCK).start();
        connect();
        assertThat(certified(b.id)).containsExactly(b.address);
        assertThat(b.swarm.addressBook().record(a.id)).isPresent();

        addressesOfB.add(Multiaddr.parse("/ip4/10.0.0.2/udp/4002/quic-v1"));
        b.swarm.handle("/new/1", stream -> {});
        loop.advance(MOMENT);

        assertThat(certified(b.id)).isEqualTo(addressesOfB);
        assertThat(a.swarm.addressBook().record(b.id).orElseThrow().record().seq())
                .isEqualTo(CLOCK.millis() + 1);
        assertThat(identifyOfA.refusedRecords()).isZero();
    }

    @Test
    void anAddressThatWasFoundReachableIsToldAtOnceAndUntilItIsNotAnyMore() {
        Multiaddr found = Multiaddr.parse("/ip4/8.8.8.8/udp/4001/quic-v1");
        Identify identifyOfB = identify(b, 2);
        identifyOfA.start();
        identifyOfB.start();
        connect();

        identifyOfB.tested(Set.of(found), Set.of());
        loop.advance(MOMENT);
        assertThat(certified(b.id)).containsExactly(b.address, found);

        identifyOfB.tested(Set.of(), Set.of());
        loop.advance(MOMENT);
        assertThat(certified(b.id)).containsExactly(b.address);
    }

    @Test
    void discardsRecordsThatAreForgedOutdatedOrOfAnotherPeerAndTakesTheRestOfTheMessage() {
        identifyOfA.start();
        connect();
        Multiaddr right = Multiaddr.parse("/ip4/10.0.0.2/udp/1/quic-v1");
        SignedPeerRecord newest = SignedPeerRecord.sign(TestPeers.key(2), 9, List.of(right));
        byte[] forged = newest.encoded();
        forged[forged.length - 1] ^= 1;

        for (byte[] record : List.of(
                newest.encoded(),
                forged,
                new byte[] {1, 2, 3},
                SignedPeerRecord.sign(TestPeers.key(2), 8, List.of(b.address)).encoded(),
                SignedPeerRecord.sign(TestPeers.key(3), 99, List.of(b.address)).encoded())) {
            push(new IdentifyMessage(null, List.of(), List.of("/x/1"), null, null, null, record).encode());
        }

        assertThat(identifyOfA.refusedRecords()).isEqualTo(4);
        assertThat(certified(b.id)).containsExactly(right);
        assertThat(a.swarm.addressBook().record(TestPeers.id(3))).isEmpty();
        assertThat(a.swarm.protocols(b.id)).containsExactly("/x/1");
    }

    private List<Multiaddr> certified(PeerId peer) {
        return a.swarm.addressBook().record(peer).orElseThrow().record().addresses();
    }

    private static Identify identify(TestHost host, int number) {
        return new Identify(host.swarm, TestPeers.key(number), "host/" + number, () -> List.of(host.address), CLOCK);
    }

    private void connect() {
        a.swarm.keepConnected(b.address);
        loop.advance(MOMENT);
    }

    private void push(byte[]... messages) {
        b.swarm.open(a.id, List.of(Identify.PUSH)).thenAccept(stream -> answer(stream, messages));
        loop.advance(MOMENT);
    }

    private static void answer(Stream stream, byte[]... messages) {
        FrameStream frames = new FrameStream(stream, 64 * 1024);
        for (byte[] message : messages) {
            frames.send(message);
        }
        frames.closeWrite();
    }
}
