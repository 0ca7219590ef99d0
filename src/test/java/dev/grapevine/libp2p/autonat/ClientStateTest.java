package dev.grapevine.libp2p.autonat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.autonat.ClientState.Input;
import dev.grapevine.libp2p.autonat.ClientState.Output;
import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.DialStatus;
import dev.grapevine.libp2p.autonat.Messages.ResponseStatus;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is asked when, and what the answers amount to. */
class ClientStateTest {

    private static final Multiaddr QUIC = Multiaddr.parse("/ip4/8.8.8.8/udp/4001/quic-v1");
    private static final Multiaddr TCP = Multiaddr.parse("/ip4/8.8.8.8/tcp/4001");
    private static final Multiaddr LOCAL_QUIC = Multiaddr.parse("/ip4/0.0.0.0/udp/4001/quic-v1");

    private final ClientState state = new ClientState(new SplittableRandom(1));
    private final List<Output.Changed> changes = new ArrayList<>();
    private List<Multiaddr> addresses = List.of(QUIC);
    private long now = 1_000_000;

    @Test
    void anAddressIsReachableOnceServersInThreePlacesHaveShownSo() {
        servers(5);
        dialBackAndAnswer(DialStatus.OK);
        dialBackAndAnswer(DialStatus.E_DIAL_BACK_ERROR); // our answer was lost, but the nonce came
        assertThat(changes).isEmpty();
        dialBackAndAnswer(DialStatus.OK);

        assertThat(changes).containsExactly(new Output.Changed(Set.of(QUIC), Set.of()));
        assertThat(state.reachable()).containsExactly(QUIC);
        now += ClientState.PAUSE_MILLIS;
        assertThat(tick()).isEmpty();
    }

    @Test
    void anAddressIsUnreachableOnceServersInThreePlacesSaySo() {
        servers(5);
        IntStream.range(0, 3).forEach(i -> answer(DialStatus.E_DIAL_ERROR));

        assertThat(changes).containsExactly(new Output.Changed(Set.of(), Set.of(QUIC)));
        assertThat(state.unreachable()).containsExactly(QUIC);
    }

    @Test
    void serversInOnePlaceCountOnce() {
        for (int i = 0; i < 5; i++) {
            state.handle(new Input.Serves(TestPeers.id(i), "one place"), now);
        }
        answer(DialStatus.E_DIAL_ERROR);

        assertThat(tick()).isEmpty();
        assertThat(state.unreachable()).isEmpty();
    }

    @Test
    void threeMoreMustSayOneThingThanTheOther() {
        servers(5);
        answer(DialStatus.E_DIAL_ERROR);
        dialBackAndAnswer(DialStatus.OK);
        dialBackAndAnswer(DialStatus.OK);
        dialBackAndAnswer(DialStatus.OK);
        assertThat(state.reachable()).isEmpty();
        dialBackAndAnswer(DialStatus.OK);

        assertThat(state.reachable()).containsExactly(QUIC);
    }

    /** It never dialled, contradicts itself, refuses, tells of another address or sees no sense, or does not answer. */
    @Test
    void whatProvesNothingCountsForNothingAndTheServerIsLeftAloneForAWhile() {
        servers(9);
        answer(DialStatus.OK);
        answer(DialStatus.E_DIAL_BACK_ERROR);
        answer(DialStatus.UNUSED);
        dialBackAndAnswer(DialStatus.E_DIAL_ERROR);
        answer(new DialResponse(ResponseStatus.OK, 1, DialStatus.E_DIAL_ERROR));
        answer(new DialResponse(ResponseStatus.OK, -1, DialStatus.E_DIAL_ERROR));
        answer(DialResponse.without(ResponseStatus.E_DIAL_REFUSED));
        answer(DialResponse.without(ResponseStatus.E_REQUEST_REJECTED));
        ask();
        state.handle(new Input.Failed(), now);

        now += ClientState.PAUSE_MILLIS;
        assertThat(tick()).isEmpty();
        assertThat(changes).isEmpty();
        now += ClientState.RECHECK_MILLIS;
        assertThat(tick()).hasSize(1);
    }

    @Test
    void aNonceIsAcknowledgedThatIsAwaitedOnAConnectionOfTheSameTransport() {
        servers(1);
        assertThat(dialledBack(0, LOCAL_QUIC)).isEmpty();
        Output.Ask ask = ask();

        assertThat(dialledBack(ask.nonce() + 1, LOCAL_QUIC)).isEmpty();
        assertThat(dialledBack(ask.nonce(), TCP)).isEmpty();
        assertThat(dialledBack(ask.nonce(), LOCAL_QUIC)).containsExactly(new Output.Acknowledge());

        state.handle(new Input.Answered(new DialResponse(ResponseStatus.OK, 0, DialStatus.OK)), now);
        assertThat(dialledBack(ask.nonce(), LOCAL_QUIC)).isEmpty();
    }

    @Test
    void oneRequestAtATimeWithAPauseAfterEach() {
        servers(2);
        ask();
        now += ClientState.PAUSE_MILLIS;
        assertThat(tick()).isEmpty();

        state.handle(new Input.Failed(), now);
        now += ClientState.PAUSE_MILLIS - 1;
        assertThat(tick()).isEmpty();
        now++;
        assertThat(tick()).hasSize(1);
    }

    @Test
    void onlyServersThatAreThereAreAsked() {
        assertThat(tick()).isEmpty();
        servers(1);
        state.handle(new Input.Gone(TestPeers.id(0)), now);
        assertThat(tick()).isEmpty();
    }

    @Test
    void anAddressIsTriedAgainAndNewerAnswersOutweighOlderOnes() {
        servers(3);
        IntStream.range(0, 3).forEach(i -> dialBackAndAnswer(DialStatus.OK));

        now += ClientState.RECHECK_MILLIS;
        IntStream.range(0, 3).forEach(i -> answer(DialStatus.E_DIAL_ERROR));

        assertThat(state.unreachable()).containsExactly(QUIC);
    }

    @Test
    void whatNobodyCanConfirmAnyMoreIsForgottenInTheEnd() {
        servers(3);
        IntStream.range(0, 3).forEach(i -> dialBackAndAnswer(DialStatus.OK));
        IntStream.range(0, 3).forEach(i -> state.handle(new Input.Gone(TestPeers.id(i)), now));

        now += ClientState.RECHECK_MILLIS;
        tick();
        assertThat(state.reachable()).containsExactly(QUIC);
        now += ClientState.LIFETIME_MILLIS - ClientState.RECHECK_MILLIS;
        tick();

        assertThat(changes.getLast()).isEqualTo(new Output.Changed(Set.of(), Set.of()));
    }

    @Test
    void addressesAreTriedInTheirOrderAndForgottenWithTheirFindings() {
        servers(3);
        addresses = List.of(TCP, QUIC);
        assertThat(ask().address()).isEqualTo(TCP);
        addresses = List.of(QUIC);
        tick();
        state.handle(new Input.Answered(new DialResponse(ResponseStatus.OK, 0, DialStatus.E_DIAL_ERROR)), now);

        assertThat(ask().address()).isEqualTo(QUIC);
        assertThat(state.addresses()).isEqualTo(1);
    }

    @Test
    void noMoreThanSoManyAddressesAreTried() {
        addresses = IntStream.rangeClosed(0, ClientState.MAX_ADDRESSES)
                .mapToObj(i -> Multiaddr.parse("/ip4/8.8.8." + i + "/tcp/1"))
                .toList();
        tick();

        assertThat(state.addresses()).isEqualTo(ClientState.MAX_ADDRESSES);
    }

    private void servers(int count) {
        for (int i = 0; i < count; i++) {
            state.handle(new Input.Serves(TestPeers.id(i), "place " + i), now);
        }
    }

    private List<Output> tick() {
        return noted(state.handle(new Input.Tick(addresses), now));
    }

    private Output.Ask ask() {
        now += ClientState.PAUSE_MILLIS;
        return (Output.Ask) tick().getLast();
    }

    private List<Output> dialledBack(long nonce, Multiaddr local) {
        return state.handle(new Input.DialledBack(nonce, local), now);
    }

    private void dialBackAndAnswer(DialStatus status) {
        dialledBack(ask().nonce(), LOCAL_QUIC);
        noted(state.handle(new Input.Answered(new DialResponse(ResponseStatus.OK, 0, status)), now));
    }

    private void answer(DialStatus status) {
        answer(new DialResponse(ResponseStatus.OK, 0, status));
    }

    private void answer(DialResponse response) {
        ask();
        noted(state.handle(new Input.Answered(response), now));
    }

    private List<Output> noted(List<Output> outputs) {
        outputs.forEach(output -> {
            if (output instanceof Output.Changed changed) {
                changes.add(changed);
            }
        });
        return outputs;
    }
}
