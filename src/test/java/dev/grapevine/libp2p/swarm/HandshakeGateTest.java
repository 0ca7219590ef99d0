package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HandshakeGateTest {

    private static final ResourceLimits.Handshakes LIMITS = new ResourceLimits.Handshakes(4, 6, 3, 2);

    private final AtomicLong nanos = new AtomicLong(1);
    private final HandshakeGate gate = new HandshakeGate(LIMITS, nanos::get);
    private final InetAddress somebody = InetAddress.ofLiteral("8.8.8.8");
    private final InetAddress another = InetAddress.ofLiteral("8.8.8.9");

    @Test
    void proofIsAskedForFromSoManyUnfinishedHandshakesOn() {
        begin("10.0.0.1", LIMITS.proofFrom() - 1);
        assertThat(gate.asksForProof(somebody)).isFalse();
        begin("10.0.0.1", 1);
        assertThat(gate.asksForProof(somebody)).isTrue();
        assertThat(gate.admits(somebody)).isTrue();

        gate.end();
        assertThat(gate.asksForProof(somebody)).isFalse();
    }

    @Test
    void aProvenDiallerIsTurnedAwayWhereTooManyAreUnfinished() {
        begin("10.0.0.1", LIMITS.max() - 1);
        assertThat(gate.admits(somebody)).isTrue();
        begin("10.0.0.1", 1);
        assertThat(gate.admits(somebody)).isFalse();
        assertThat(gate.refused()).containsOnlyKeys(Refusal.HANDSHAKE_LIMIT);
    }

    @Test
    void anAddressThatComesTooFastMustProveItselfAndIsThenTurnedAwayUntilItsRateIsBack() {
        finish("8.8.8.8", LIMITS.burstPerAddress());

        assertThat(gate.asksForProof(somebody)).isTrue();
        assertThat(gate.admits(somebody)).isFalse();
        assertThat(gate.refused()).containsEntry(Refusal.HANDSHAKE_RATE, 1L);
        assertThat(gate.asksForProof(another)).isFalse();

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1) / LIMITS.perSecondPerAddress());
        assertThat(gate.asksForProof(somebody)).isFalse();
        finish("8.8.8.8", 1);
        assertThat(gate.admits(somebody)).isFalse();
    }

    @Test
    void anIp6CustomerHasOneRateForAllItsAddresses() {
        finish("2a00:1:2:3::1", LIMITS.burstPerAddress());

        assertThat(gate.admits(InetAddress.ofLiteral("2a00:1:2:3:ffff::2"))).isFalse();
        assertThat(gate.admits(InetAddress.ofLiteral("2a00:1:2:4::1"))).isTrue();
    }

    @Test
    void privateAddressesHaveNoRate() {
        finish("172.18.0.3", 100);

        assertThat(gate.asksForProof(InetAddress.ofLiteral("172.18.0.3"))).isFalse();
        assertThat(gate.refused()).isEmpty();
    }

    @Test
    void theAddressHeardOfLongestAgoIsForgottenFirst() {
        finish("8.8.8.8", LIMITS.burstPerAddress());
        for (int i = 0; i < HandshakeGate.MAX_ADDRESSES - 1; i++) {
            finish("20.0." + i / 256 + "." + i % 256, 1);
        }
        assertThat(gate.admits(somebody)).isFalse(); // and so heard of
        finish("21.0.0.0", 1);
        assertThat(gate.admits(somebody)).isFalse();
        for (int i = 0; i < HandshakeGate.MAX_ADDRESSES; i++) {
            finish("22.0." + i / 256 + "." + i % 256, 1);
        }
        assertThat(gate.admits(somebody)).isTrue();
    }

    private void begin(String address, int count) {
        for (int i = 0; i < count; i++) {
            gate.begin(InetAddress.ofLiteral(address));
        }
    }

    private void finish(String address, int count) {
        begin(address, count);
        for (int i = 0; i < count; i++) {
            gate.end();
        }
    }
}
