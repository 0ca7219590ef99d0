package dev.grapevine.libp2p.noise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.swarm.ManualEventLoop;
import dev.grapevine.libp2p.swarm.MemoryStream;
import dev.grapevine.libp2p.swarm.Received;
import dev.grapevine.libp2p.swarm.SecuredStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NoiseTest {

    private static final String YAMUX = "/yamux/1.0.0";

    private final SecureRandom random = new SecureRandom();
    private final PrivateKey ours = PrivateKey.generate(random);
    private final PrivateKey theirs = PrivateKey.generate(random);
    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryStream.Pair wire = MemoryStream.pair(loop);

    @Test
    void bothSidesLearnWhoTheOtherIsAndWhatBothMultiplexBy() {
        CompletableFuture<SecuredStream> left = secure(ours, true, peer(theirs), List.of("/mplex", YAMUX));
        CompletableFuture<SecuredStream> right = secure(theirs, false, null, List.of(YAMUX, "/mplex"));
        loop.run();

        assertThat(left.join().peer()).isEqualTo(peer(theirs));
        assertThat(right.join().peer()).isEqualTo(peer(ours));
        assertThat(left.join().muxer()).contains("/mplex");
        assertThat(right.join().muxer()).contains("/mplex");
    }

    @Test
    void theMultiplexerIsNegotiatedLaterWhereAPeerNamesNone() {
        CompletableFuture<SecuredStream> left = secure(ours, true, null, List.of());
        CompletableFuture<SecuredStream> right = secure(theirs, false, null, List.of(YAMUX));
        loop.run();

        assertThat(left.join().muxer()).isEqualTo(Optional.empty());
        assertThat(right.join().muxer()).isEqualTo(Optional.empty());
    }

    @Test
    void withoutAMultiplexerInCommonTheHandshakeFails() {
        CompletableFuture<SecuredStream> left = secure(ours, true, null, List.of("/mplex"));
        CompletableFuture<SecuredStream> right = secure(theirs, false, null, List.of(YAMUX));
        loop.run();

        assertThat(left).isCompletedExceptionally();
        assertThat(right).isNotDone();
    }

    @Test
    void theWrongPeerIsRefusedByName() {
        CompletableFuture<SecuredStream> left = secure(ours, true, peer(ours), List.of(YAMUX));
        CompletableFuture<SecuredStream> right = secure(theirs, false, null, List.of(YAMUX));
        loop.run();

        assertThat(right).isNotDone();
        assertThatThrownBy(left::join)
                .hasMessageContaining("expected the peer " + peer(ours) + ", but " + peer(theirs) + " answered");
    }

    @Test
    void whatIsWrittenArrivesWholeAndIsNotSeenOnTheWay() {
        CompletableFuture<SecuredStream> left = secure(ours, true, null, List.of(YAMUX));
        CompletableFuture<SecuredStream> right = secure(theirs, false, null, List.of(YAMUX));
        loop.run();
        byte[] secret = new byte[300_000];
        random.nextBytes(secret);
        Received there = new Received();
        right.join().bytes().receive(there);
        left.join().bytes().write("first".getBytes(UTF_8));
        left.join().bytes().write(secret);
        left.join().bytes().closeWrite();
        loop.run();

        byte[] expected = Arrays.copyOf("first".getBytes(UTF_8), 5 + secret.length);
        System.arraycopy(secret, 0, expected, 5, secret.length);
        assertThat(there.bytes()).isEqualTo(expected);
        assertThat(there.ended()).isTrue();
        assertThat(left.join().bytes().carriedBytes()).isGreaterThan(secret.length + 5 * CipherState.TAG_BYTES);
    }

    @Test
    void whatWasChangedOnTheWayEndsTheStream() {
        CompletableFuture<SecuredStream> right = secure(theirs, false, null, List.of(YAMUX));
        CompletableFuture<SecuredStream> left = secure(ours, true, null, List.of(YAMUX));
        loop.run();
        assertThat(left).isCompleted();
        Received there = new Received();
        right.join().bytes().receive(there);
        wire.left().write(new byte[] {0, 17, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17});
        loop.run();

        assertThat(there.size()).isZero();
        assertThat(there.wasReset()).isTrue();
    }

    @Test
    void nonsenseInTheHandshakeFailsIt() {
        for (byte[] nonsense : List.of(
                new byte[] {0x20, 0x01}, // longer than any handshake message
                new byte[] {0, 3, 1, 2, 3}, // shorter than a key
                new byte[34])) {
            MemoryStream.Pair pair = MemoryStream.pair(loop);
            CompletableFuture<SecuredStream> right = noise(theirs, List.of(YAMUX))
                    .secure(pair.right(), false, null)
                    .toCompletableFuture();
            pair.left().write(nonsense);
            loop.run();

            assertThat(right).as(HexFormat.of().formatHex(nonsense)).isCompletedExceptionally();
        }
    }

    @Test
    void aPeerThatClosesInTheHandshakeFailsIt() {
        CompletableFuture<SecuredStream> left = secure(ours, true, null, List.of(YAMUX));
        wire.right().closeWrite();
        loop.run();

        assertThat(left).isCompletedExceptionally();
    }

    /** The payload is what createHandshakePayload of @chainsafe/libp2p-noise 17.0.0 makes of the same. */
    @Test
    void thePayloadIsThatOfOtherImplementations() {
        byte[] seed = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        byte[] staticKey = HexFormat.of().parseHex("404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f");
        PrivateKey key = PrivateKey.ofSeed(seed);
        String published = "0a240801122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b81240"
                + "746c37b8bb1370a6fa94bd6cb69dcabe7bc857634b88520e3708faa1aa6c41fda4f7ce5a983c9246"
                + "0c01a3e9d75215b387acd171dfda82fe955d3fd114af8303221c120c2f79616d75782f312e302e30"
                + "120c2f6d706c65782f362e372e30";

        HandshakePayload payload = HandshakePayload.of(key, staticKey, List.of(YAMUX, "/mplex/6.7.0"));
        assertThat(HexFormat.of().formatHex(payload.encode())).isEqualTo(published);
        HandshakePayload decoded = HandshakePayload.decode(HexFormat.of().parseHex(published));
        assertThat(decoded.streamMuxers()).containsExactly(YAMUX, "/mplex/6.7.0");
        assertThat(decoded.verified(staticKey)).isEqualTo(key.publicKey());
        staticKey[0] ^= 1;
        assertThatThrownBy(() -> decoded.verified(staticKey)).isInstanceOf(MalformedException.class);
    }

    private CompletableFuture<SecuredStream> secure(
            PrivateKey key, boolean dialled, @Nullable PeerId expected, List<String> muxers) {
        return noise(key, muxers)
                .secure(dialled ? wire.left() : wire.right(), dialled, expected)
                .toCompletableFuture();
    }

    private Noise noise(PrivateKey key, List<String> muxers) {
        return new Noise(key, muxers, random, Runnable::run, loop);
    }

    private static PeerId peer(PrivateKey key) {
        return PeerId.of(key.publicKey());
    }
}
