package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.swarm.HandshakeGate;
import dev.grapevine.libp2p.swarm.ResourceLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressTokensTest {

    private static final int DROP = -1;

    private final HandshakeGate gate = new HandshakeGate(new ResourceLimits.Handshakes(2, 4, 100, 1), () -> 0);
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-06-01T00:00:00Z"));
    private final AddressTokens tokens = new AddressTokens(new SecureRandom(), now::get, gate);
    private final InetSocketAddress dialler = new InetSocketAddress("192.0.2.1", 4001);

    @BeforeEach
    void twoHandshakesAreUnfinished() {
        gate.begin(dialler.getAddress());
        gate.begin(dialler.getAddress());
    }

    @Test
    void asksForNoTokenWhileThereAreFewHandshakes() {
        gate.end();

        assertThat(tokens.writeToken(Unpooled.buffer(), id(8), dialler)).isFalse();
    }

    @Test
    void takesItsOwnTokenBackAndFindsTheOriginalIdInIt() {
        ByteBuf token = token(id(20));

        int offset = tokens.validateToken(token.duplicate(), dialler);

        assertThat(token.readableBytes()).isEqualTo(tokens.maxTokenLength());
        assertThat(token.slice(offset, token.readableBytes() - offset)).isEqualTo(id(20));
    }

    @Test
    void dropsATokenOfAnotherAddressOrPort() {
        ByteBuf token = token(id(8));

        assertThat(tokens.validateToken(token.duplicate(), new InetSocketAddress("192.0.2.2", 4001)))
                .isEqualTo(DROP);
        assertThat(tokens.validateToken(token.duplicate(), new InetSocketAddress("192.0.2.1", 4002)))
                .isEqualTo(DROP);
    }

    @Test
    void dropsATokenWithAnyByteChangedAndAnyOtherLength() {
        ByteBuf token = token(id(8));

        for (int i = 0; i < token.readableBytes(); i++) {
            ByteBuf changed = token.copy();
            changed.setByte(i, changed.getByte(i) ^ 1);
            assertThat(tokens.validateToken(changed, dialler)).as("byte %d", i).isEqualTo(DROP);
            assertThat(tokens.validateToken(token.slice(0, i), dialler))
                    .as("%d bytes", i)
                    .isEqualTo(DROP);
        }
        assertThat(tokens.validateToken(Unpooled.buffer().writeZero(1_000), dialler))
                .isEqualTo(DROP);
    }

    @Test
    void dropsATokenAfterTenSeconds() {
        ByteBuf token = token(id(8));

        now.set(now.get().plusMillis(9_999));
        assertThat(tokens.validateToken(token.duplicate(), dialler)).isNotEqualTo(DROP);
        now.set(now.get().plusMillis(1));
        assertThat(tokens.validateToken(token.duplicate(), dialler)).isEqualTo(DROP);
    }

    @Test
    void dropsEvenGoodTokensWhenTooManyHandshakesAreUnfinished() {
        ByteBuf token = token(id(8));

        gate.begin(dialler.getAddress());
        assertThat(tokens.validateToken(token.duplicate(), dialler)).isNotEqualTo(DROP);
        gate.begin(dialler.getAddress());
        assertThat(tokens.validateToken(token.duplicate(), dialler)).isEqualTo(DROP);
    }

    private ByteBuf token(ByteBuf id) {
        ByteBuf token = Unpooled.buffer();
        assertThat(tokens.writeToken(token, id, dialler)).isTrue();
        return token;
    }

    private static ByteBuf id(int length) {
        return Unpooled.wrappedBuffer(new byte[length]);
    }
}
