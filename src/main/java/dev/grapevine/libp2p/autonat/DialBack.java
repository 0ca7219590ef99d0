package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.autonat.Messages.DialStatus;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One connection to a client at the address in question, the nonce on it, and the client's answer. Lives on the event loop. */
final class DialBack implements FrameStream.Receiver {

    /** How long all of it may take once the client is connected. */
    static final long TIMEOUT_MILLIS = 10_000;

    private final CompletableFuture<DialStatus> result = new CompletableFuture<>();

    private DialBack() {}

    /** Dials. @return how it went; never fails */
    static CompletionStage<DialStatus> dial(DefaultSwarm dialler, PeerId client, Multiaddr address, long nonce) {
        return dialler.dial(client, address)
                .thenCompose(connection -> new DialBack().begin(dialler, connection, nonce))
                .exceptionally(failure -> DialStatus.E_DIAL_ERROR);
    }

    private CompletionStage<DialStatus> begin(DefaultSwarm dialler, Connection connection, long nonce) {
        ScheduledFuture<?> timer = dialler.eventLoop().schedule(this::fail, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        dialler.open(connection, List.of(Autonat.DIAL_BACK)).whenComplete((stream, failure) -> {
            if (failure == null) {
                send(stream, nonce);
            } else {
                fail();
            }
        });
        return result.whenComplete((status, never) -> {
            timer.cancel(false);
            connection.close();
        });
    }

    private void send(Stream stream, long nonce) {
        FrameStream frames = new FrameStream(stream, Codec.MAX_FRAME_BYTES);
        frames.send(Codec.encodeDialBack(nonce));
        frames.closeWrite();
        frames.receive(this);
    }

    private void fail() {
        result.complete(DialStatus.E_DIAL_BACK_ERROR);
    }

    @Override
    public void frame(byte[] frame) {
        Codec.checkDialBackResponse(frame);
        result.complete(DialStatus.OK);
    }

    @Override
    public void end() {
        fail();
    }

    @Override
    public void reset() {
        fail();
    }
}
