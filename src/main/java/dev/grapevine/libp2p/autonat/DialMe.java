package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.autonat.Messages.DialDataRequest;
import dev.grapevine.libp2p.autonat.Messages.DialDataResponse;
import dev.grapevine.libp2p.autonat.Messages.DialRequest;
import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.Message;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One request to a server, the data that it wants, and its answer. Lives on the event loop. */
final class DialMe implements FrameStream.Receiver {

    /** From the request to the answer: longer than servers take. */
    static final long TIMEOUT_MILLIS = 40_000;

    /** Data that is sent at most (specification, "Amplification Attack Prevention"), and at most in one message. */
    static final int MAX_DATA_BYTES = 100_000;

    static final int PIECE_BYTES = 4_096;

    private final FrameStream stream;
    private final CompletableFuture<DialResponse> answer = new CompletableFuture<>();
    private boolean dataSent;

    private DialMe(Stream opened) {
        this.stream = new FrameStream(opened, Codec.MAX_FRAME_BYTES);
    }

    /** Asks a server to dial one address. @return its answer; fails with {@link IOException} */
    static CompletionStage<DialResponse> ask(DefaultSwarm swarm, PeerId server, Multiaddr address, long nonce) {
        DialRequest request = new DialRequest(List.of(Optional.of(address)), nonce);
        return swarm.open(server, List.of(Autonat.DIAL_REQUEST))
                .thenCompose(opened -> new DialMe(opened).ask(request, swarm.eventLoop()));
    }

    private CompletionStage<DialResponse> ask(DialRequest request, ScheduledExecutorService loop) {
        ScheduledFuture<?> timer =
                loop.schedule(() -> fail("the server has not answered in time"), TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        stream.send(Codec.encode(request));
        stream.receive(this);
        return answer.whenComplete((response, failure) -> timer.cancel(false));
    }

    private void fail(String reason) {
        if (answer.completeExceptionally(new IOException(reason))) {
            stream.reset();
        }
    }

    @Override
    public void frame(byte[] frame) {
        Message message = Codec.decode(frame);
        if (message instanceof DialDataRequest request && !dataSent && !answer.isDone()) {
            send(request);
        } else if (message instanceof DialResponse response && answer.complete(response)) {
            stream.closeWrite();
        } else {
            throw new MalformedException("no message that a server sends now");
        }
    }

    private void send(DialDataRequest request) {
        if (request.index() != 0 || request.bytes() < 0 || request.bytes() > MAX_DATA_BYTES) {
            throw new MalformedException("data for address " + request.index() + ": " + request.bytes() + " bytes");
        }
        dataSent = true;
        byte[] piece = Codec.encode(new DialDataResponse(PIECE_BYTES));
        for (long sent = 0; sent < request.bytes(); sent += PIECE_BYTES) {
            stream.send(piece);
        }
    }

    @Override
    public void end() {
        fail("the stream has ended without an answer");
    }

    @Override
    public void reset() {
        answer.completeExceptionally(new IOException("the stream was reset"));
    }
}
