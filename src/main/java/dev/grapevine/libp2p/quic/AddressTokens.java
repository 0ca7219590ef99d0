package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.swarm.HandshakeGate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Address validation by Retry packets (RFC 9000 §8.1.2), switched on by load. A token is {@code MAC ‖ expiry ‖ original
 * destination id}; nothing is kept for it. Tokens never come from anywhere else, so one that is wrong is an attack or
 * late, and its packet is dropped.
 */
final class AddressTokens implements QuicTokenHandler {

    private static final Duration LIFETIME = Duration.ofSeconds(10);
    private static final String MAC = "HmacSHA256";
    private static final int MAC_BYTES = 32;
    private static final int HEAD_BYTES = MAC_BYTES + Long.BYTES;
    private static final int MAX_CONNECTION_ID_BYTES = 20; // RFC 9000 §17.2

    private final SecretKeySpec secret;
    private final InstantSource clock;
    private final HandshakeGate gate;

    /** @param gate says who must have a token, and who may begin with one */
    AddressTokens(SecureRandom random, InstantSource clock, HandshakeGate gate) {
        byte[] key = new byte[MAC_BYTES];
        random.nextBytes(key);
        this.secret = new SecretKeySpec(key, MAC);
        this.clock = clock;
        this.gate = gate;
    }

    /** Answers a dialler that has no token: with one, or by taking its handshake ({@code false}). */
    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress from) {
        if (!gate.asksForProof(from.getAddress())) {
            return false;
        }
        long expiry = clock.instant().plus(LIFETIME).toEpochMilli();
        byte[] id = ByteBufUtil.getBytes(connectionId);
        out.writeBytes(mac(from, expiry, id)).writeLong(expiry).writeBytes(id);
        return true;
    }

    /** @return where the original destination id begins in the token; -1 drops the packet */
    @Override
    public int validateToken(ByteBuf token, InetSocketAddress from) {
        if (token.readableBytes() < HEAD_BYTES || token.readableBytes() > maxTokenLength()) {
            return -1;
        }
        byte[] mac = new byte[MAC_BYTES];
        token.readBytes(mac);
        long expiry = token.readLong();
        byte[] id = ByteBufUtil.getBytes(token);
        boolean valid = MessageDigest.isEqual(mac, mac(from, expiry, id)) && clock.millis() < expiry;
        return valid && gate.admits(from.getAddress()) ? HEAD_BYTES : -1;
    }

    @Override
    public int maxTokenLength() {
        return HEAD_BYTES + MAX_CONNECTION_ID_BYTES;
    }

    private byte[] mac(InetSocketAddress from, long expiry, byte[] id) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(secret);
            byte[] ip = from.getAddress().getAddress();
            mac.update(ByteBuffer.allocate(ip.length + 2 * Integer.BYTES + Long.BYTES)
                    .putInt(ip.length)
                    .put(ip)
                    .putInt(from.getPort())
                    .putLong(expiry)
                    .flip());
            return mac.doFinal(id);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }
}
