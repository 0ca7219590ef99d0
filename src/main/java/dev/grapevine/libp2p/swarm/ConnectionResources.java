package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.HashMap;
import java.util.Map;

/** What one connection uses of this host, and whether it may use more. */
final class ConnectionResources {

    private final Resources all;
    private final ResourceLimits limits;
    private final Tally tally;
    private final PeerId peer;
    private final Runnable onClose;
    private final Map<String, Integer> inboundByProtocol = new HashMap<>();
    private int negotiating;
    private int inbound;
    private long unsentBytes;
    private boolean closed;

    /** @param onClose gives back what the connection itself has taken */
    ConnectionResources(Resources all, ResourceLimits limits, Tally tally, PeerId peer, Runnable onClose) {
        this.all = all;
        this.limits = limits;
        this.tally = tally;
        this.peer = peer;
        this.onClose = onClose;
    }

    /** A stream has come in, and its protocol is to be agreed on. @return false where it must be reset */
    boolean beginNegotiation() {
        if (negotiating >= limits.maxPendingNegotiations()) {
            tally.refuse(Refusal.STREAM_LIMIT);
            return false;
        }
        negotiating++;
        return true;
    }

    void endNegotiation() {
        negotiating--;
    }

    /** The protocol of a stream that has come in is agreed on. @return false where it must be reset */
    boolean openStream(String protocol) {
        int ofProtocol = inboundByProtocol.getOrDefault(protocol, 0);
        if (inbound >= limits.maxInboundStreams() || ofProtocol >= limits.maxInboundStreamsPerProtocol()) {
            tally.refuse(Refusal.STREAM_LIMIT);
            return false;
        }
        inbound++;
        inboundByProtocol.put(protocol, ofProtocol + 1);
        return true;
    }

    void closeStream(String protocol) {
        inbound--;
        inboundByProtocol.computeIfPresent(protocol, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Bytes are to wait for the peer's flow control. @return false where the stream must be reset */
    boolean reserve(int bytes) {
        if (!closed && !all.reserve(peer, bytes)) {
            return false;
        }
        unsentBytes += bytes;
        return true;
    }

    void release(int bytes) {
        unsentBytes -= bytes;
        if (!closed) {
            all.release(peer, bytes);
        }
    }

    /** The connection has ended, or was refused after all, and what waits will not be sent; may be called again. */
    void close() {
        if (!closed) {
            closed = true;
            all.release(peer, unsentBytes);
            onClose.run();
        }
    }
}
