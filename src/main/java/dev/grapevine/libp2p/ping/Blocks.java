package dev.grapevine.libp2p.ping;

import dev.grapevine.libp2p.swarm.ByteStream;
import java.util.function.Consumer;

/** Cuts what arrives on a stream into payloads of pings. Its end and its reset are the same to ping. */
final class Blocks implements ByteStream.Receiver {

    private final Consumer<byte[]> onPayload;
    private final Runnable onOver;
    private byte[] payload = new byte[PingState.PAYLOAD_BYTES];
    private int filled;

    Blocks(Consumer<byte[]> onPayload, Runnable onOver) {
        this.onPayload = onPayload;
        this.onOver = onOver;
    }

    @Override
    public void data(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int count = Math.min(bytes.length - at, payload.length - filled);
            System.arraycopy(bytes, at, payload, filled, count);
            at += count;
            filled += count;
            if (filled == payload.length) {
                byte[] whole = payload;
                payload = new byte[PingState.PAYLOAD_BYTES];
                filled = 0;
                onPayload.accept(whole);
            }
        }
    }

    @Override
    public void end() {
        onOver.run();
    }

    @Override
    public void reset() {
        onOver.run();
    }
}
