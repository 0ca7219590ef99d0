package dev.grapevine.libp2p.autonat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.autonat.Messages.DialDataRequest;
import dev.grapevine.libp2p.autonat.Messages.DialRequest;
import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.DialStatus;
import dev.grapevine.libp2p.autonat.Messages.ResponseStatus;
import dev.grapevine.libp2p.autonat.ServerState.Input;
import dev.grapevine.libp2p.autonat.ServerState.Output;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whom a server dials, at which address, and after what. */
class ServerStateTest {

    private static final PeerId CLIENT = TestPeers.id(1);
    private static final PeerId OTHER = TestPeers.id(2);
    private static final InetAddress OBSERVED = InetAddress.ofLiteral("8.8.8.8");
    private static final Multiaddr SAME_IP = Multiaddr.parse("/ip4/8.8.8.8/udp/4001/quic-v1");
    private static final Multiaddr OTHER_IP = Multiaddr.parse("/ip4/9.9.9.9/udp/4001/quic-v1");
    private static final Multiaddr PRIVATE = Multiaddr.parse("/ip4/192.168.1.1/udp/4001/quic-v1");
    private static final Multiaddr NAME = Multiaddr.parse("/dns4/example.org/udp/4001/quic-v1");

    private final ServerState state = new ServerState(
            address -> IpAddresses.of(address).filter(IpAddresses::isPublic).isPresent(), new SplittableRandom(1));
    private long now = 1_000_000;
    private long lastId;

    @Test
    void dialsTheFirstAddressThatItDialsAtAll() {
        assertThat(request(CLIENT, PRIVATE, NAME, SAME_IP, OTHER_IP))
                .containsExactly(new Output.Dial(lastId, CLIENT, SAME_IP, 7));
        assertThat(state.handle(new Input.Dialled(lastId, DialStatus.E_DIAL_BACK_ERROR), now))
                .containsExactly(new Output.Answer(
                        lastId, new DialResponse(ResponseStatus.OK, 2, DialStatus.E_DIAL_BACK_ERROR)));
    }

    @Test
    void refusesWhereThereIsNoAddressThatItDialsAndWhereItDoesNotSeeTheClientsOwn() {
        Multiaddr ofAnother = SAME_IP.with(Protocol.P2P, OTHER.toString());

        assertThat(request(CLIENT, PRIVATE, NAME, ofAnother)).containsExactly(answer(ResponseStatus.E_DIAL_REFUSED));
        assertThat(request(CLIENT)).containsExactly(answer(ResponseStatus.E_DIAL_REFUSED));
        assertThat(state.handle(requested(CLIENT, Optional.empty(), SAME_IP), now))
                .containsExactly(answer(ResponseStatus.E_DIAL_REFUSED));
    }

    @Test
    void asksForDataBeforeItDialsAnotherIpAddressAndTakesALastPieceThatIsTooLong() {
        DialDataRequest asked =
                ((Output.AskData) request(CLIENT, PRIVATE, OTHER_IP).getFirst()).request();
        assertThat(asked.index()).isEqualTo(1);
        assertThat(asked.bytes()).isBetween((long) ServerState.MIN_DATA_BYTES, (long) ServerState.MAX_DATA_BYTES);

        int pieces = 0;
        List<Output> outputs = List.of();
        while (outputs.isEmpty()) {
            outputs = state.handle(new Input.Data(lastId, 4_096), now);
            pieces++;
        }
        assertThat(outputs).containsExactly(new Output.Dial(lastId, CLIENT, OTHER_IP, 7));
        assertThat(pieces).isEqualTo((int) Math.ceilDiv(asked.bytes(), 4_096L));
    }

    @Test
    void dataInCrumbsCostsTheStreamAndSoDoesDataThatNobodyHasAskedFor() {
        request(CLIENT, OTHER_IP);
        assertThat(state.handle(new Input.Data(lastId, ServerState.MIN_PIECE_BYTES), now))
                .isEmpty();
        assertThat(state.handle(new Input.Data(lastId, ServerState.MIN_PIECE_BYTES - 1), now))
                .containsExactly(new Output.Reset(lastId));

        request(OTHER, SAME_IP);
        assertThat(state.handle(new Input.Data(lastId, 4_096), now)).containsExactly(new Output.Reset(lastId));
        assertThat(state.handle(new Input.Dialled(lastId, DialStatus.OK), now)).hasSize(1);
    }

    @Test
    void aClientHasOneDialAtATimeWhetherItStillWaitsOrNot() {
        request(CLIENT, SAME_IP);
        long dialling = lastId;
        assertThat(request(CLIENT, SAME_IP)).containsExactly(answer(ResponseStatus.E_REQUEST_REJECTED));

        assertThat(state.handle(new Input.Gone(dialling), now)).isEmpty();
        assertThat(request(CLIENT, SAME_IP)).containsExactly(answer(ResponseStatus.E_REQUEST_REJECTED));

        state.handle(new Input.Dialled(dialling, DialStatus.OK), now);
        assertThat(request(CLIENT, SAME_IP)).hasSize(1).first().isInstanceOf(Output.Dial.class);
    }

    @Test
    void aClientThatGoesBeforeItHasSentDataMayAskAgain() {
        request(CLIENT, OTHER_IP);
        assertThat(state.handle(new Input.Gone(lastId), now)).containsExactly(new Output.Reset(lastId));

        assertThat(request(CLIENT, OTHER_IP)).first().isInstanceOf(Output.AskData.class);
    }

    @Test
    void takesSoManyRequestsAMinuteOfOnePeerOfOnePlaceAndOfAll() {
        for (int i = 0; i < ServerState.MAX_REQUESTS_OF_PEER; i++) {
            assertTaken(CLIENT, "here");
        }
        assertRejected(CLIENT, "elsewhere");
        assertRejected(OTHER, "here");
        for (int i = ServerState.MAX_REQUESTS_OF_PEER; i < ServerState.MAX_REQUESTS; i++) {
            assertTaken(TestPeers.id(100 + i), "place " + i);
        }
        assertRejected(OTHER, "elsewhere");

        now += 60_000;
        assertTaken(CLIENT, "here");
    }

    @Test
    void takesFewerRequestsThatCostData() {
        for (int i = 0; i < ServerState.MAX_REQUESTS_WITH_DATA; i++) {
            assertThat(request(TestPeers.id(100 + i), OTHER_IP)).first().isInstanceOf(Output.AskData.class);
        }
        assertThat(request(CLIENT, OTHER_IP)).containsExactly(answer(ResponseStatus.E_REQUEST_REJECTED));
        assertThat(request(CLIENT, SAME_IP)).first().isInstanceOf(Output.Dial.class);
    }

    private void assertTaken(PeerId peer, String place) {
        assertThat(request(peer, place)).first().isInstanceOf(Output.Dial.class);
        state.handle(new Input.Dialled(lastId, DialStatus.OK), now);
    }

    private void assertRejected(PeerId peer, String place) {
        assertThat(request(peer, place)).containsExactly(answer(ResponseStatus.E_REQUEST_REJECTED));
    }

    private List<Output> request(PeerId peer, String place) {
        DialRequest request = new DialRequest(List.of(Optional.of(SAME_IP)), 7);
        return state.handle(new Input.Requested(++lastId, peer, place, Optional.of(OBSERVED), request), now);
    }

    private List<Output> request(PeerId peer, Multiaddr... addresses) {
        return state.handle(requested(peer, Optional.of(OBSERVED), addresses), now);
    }

    private Input requested(PeerId peer, Optional<InetAddress> observed, Multiaddr... addresses) {
        DialRequest request =
                new DialRequest(Stream.of(addresses).map(Optional::of).toList(), 7);
        return new Input.Requested(++lastId, peer, peer.toString(), observed, request);
    }

    private Output answer(ResponseStatus status) {
        return new Output.Answer(lastId, DialResponse.without(status));
    }
}
