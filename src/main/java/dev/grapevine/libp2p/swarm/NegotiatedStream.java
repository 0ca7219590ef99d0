package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A stream whose first messages agree on a protocol. From then on it passes everything through, beginning with what
 * came in one packet with the negotiation. A receiver that throws loses its stream, not the event loop. Knows when both
 * directions are over.
 */
public final class NegotiatedStream implements ByteStream {

    private static final System.Logger LOG = System.getLogger(NegotiatedStream.class.getName());

    private final ByteStream raw;
    private final Negotiation negotiation;
    private final FrameReader messages = new FrameReader(Negotiation.MAX_MESSAGE_BYTES);
    private final CompletableFuture<String> agreed = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /** What arrived after the negotiation and is not delivered yet; flow control bounds it. */
    private final Inbox inbox = new Inbox(taken -> {});

    private boolean writeClosed;
    private boolean ended;

    NegotiatedStream(ByteStream raw, Negotiation negotiation) {
        this.raw = raw;
        this.negotiation = negotiation;
    }

    /** A stream of which this side proposes the protocols, the preferred first, at least one. */
    public static NegotiatedStream proposing(ByteStream raw, List<String> protocols) {
        return new NegotiatedStream(raw, new Negotiation.Initiator(protocols));
    }

    /** A stream of which this side agrees to a protocol that it speaks. */
    public static NegotiatedStream answering(ByteStream raw, Collection<String> spoken) {
        return new NegotiatedStream(raw, new Negotiation.Responder(spoken));
    }

    /** Starts the negotiation. @return the protocol agreed on; fails with {@link IOException} */
    public CompletionStage<String> negotiate() {
        follow(negotiation.start());
        raw.receive(new Incoming());
        return agreed;
    }

    /** Ends a negotiation that is still under way, and the stream with it. */
    void fail(String reason) {
        fail(new IOException(reason));
    }

    private void fail(IOException failure) {
        if (agreed.completeExceptionally(failure)) {
            reset();
        }
    }

    /** Completes when both directions are closed, or either side has reset the stream. */
    CompletionStage<Void> over() {
        return over;
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
        return raw.write(bytes);
    }

    @Override
    public void closeWrite() {
        writeClosed = true;
        raw.closeWrite();
        if (ended) {
            over.complete(null);
        }
    }

    @Override
    public void reset() {
        inbox.silence();
        raw.reset();
        over.complete(null);
    }

    @Override
    public void receive(Receiver next) {
        deliver(() -> inbox.receive(next));
        raw.setReading(inbox.isReading());
    }

    @Override
    public void setReading(boolean on) {
        deliver(() -> inbox.setReading(on));
        raw.setReading(on);
    }

    @Override
    public long carriedBytes() {
        return raw.carriedBytes();
    }

    private void follow(List<Negotiation.Step> steps) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Negotiation.Step step : steps) {
            if (step instanceof Negotiation.Step.Send send) {
                out.writeBytes(send.bytes());
            }
        }
        if (out.size() > 0) {
            raw.write(out.toByteArray());
        }
        for (Negotiation.Step step : steps) {
            switch (step) {
                case Negotiation.Step.Send sent -> {}
                case Negotiation.Step.Agreed done -> agree(done.protocol());
                case Negotiation.Step.Unsupported unsupported ->
                    fail(new UnsupportedProtocolException(unsupported.protocols()));
                case Negotiation.Step.Failed failed -> fail(failed.reason());
            }
        }
    }

    private void agree(String protocol) {
        raw.setReading(false);
        byte[] rest = messages.rest();
        if (rest.length > 0) {
            inbox.data(rest);
        }
        agreed.complete(protocol);
    }

    private void negotiate(byte[] bytes) {
        messages.add(bytes);
        try {
            while (!agreed.isDone()) {
                byte[] message = messages.next();
                if (message == null) {
                    return;
                }
                follow(negotiation.message(message));
            }
        } catch (MalformedException e) {
            fail("the peer's negotiation is malformed: " + e.getMessage());
        }
    }

    /** Does what may call the receiver. */
    private void deliver(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException broken) {
            LOG.log(Level.WARNING, "the receiver of a stream failed; the stream is reset", broken);
            reset();
        }
    }

    private final class Incoming implements Receiver {

        @Override
        public void data(byte[] bytes) {
            if (!agreed.isDone()) {
                negotiate(bytes);
            } else {
                deliver(() -> inbox.data(bytes));
            }
        }

        @Override
        public void end() {
            ended = true;
            fail("the peer ended the stream before a protocol was agreed on");
            if (writeClosed) {
                over.complete(null);
            }
            deliver(inbox::end);
        }

        @Override
        public void reset() {
            agreed.completeExceptionally(new IOException("the stream was reset before a protocol was agreed on"));
            over.complete(null);
            deliver(inbox::reset);
        }
    }
}
