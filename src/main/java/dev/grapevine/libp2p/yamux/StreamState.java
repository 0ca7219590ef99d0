package dev.grapevine.libp2p.yamux;

/** One stream: its windows, what waits to be sent, and how far it is closed. Pure. */
final class StreamState {

    final int id;

    /** Whether the peer has opened it. */
    final boolean inbound;

    final SendQueue unsent = new SendQueue();

    /** What the peer still takes. */
    long sendWindow = YamuxConfig.INITIAL_WINDOW_BYTES;

    /** What the peer may still send. */
    long receiveWindow;

    /** What has arrived and is not taken. */
    long unreadBytes;

    /** This side writes nothing more. */
    boolean endWanted;

    /** The peer writes nothing more. */
    boolean peerEnded;

    private final int windowBytes;
    private long ungranted;
    private boolean endSent;
    private boolean acknowledged;

    StreamState(int id, boolean inbound, int windowBytes) {
        this.id = id;
        this.inbound = inbound;
        this.windowBytes = windowBytes;
        this.receiveWindow = windowBytes;
        this.acknowledged = inbound;
    }

    /** Notes that the peer has accepted the stream. @return whether it had not before */
    boolean acknowledge() {
        boolean first = !acknowledged;
        acknowledged = true;
        return first;
    }

    /** Notes that bytes were taken. @return what the peer shall be granted anew; 0 while that is less than half a window */
    long take(int bytes) {
        unreadBytes -= bytes;
        ungranted += bytes;
        if (peerEnded || ungranted < windowBytes / 2) {
            return 0;
        }
        long grant = ungranted;
        ungranted = 0;
        receiveWindow += grant;
        return grant;
    }

    boolean hasSomethingToSend() {
        return unsent.size() > 0 ? sendWindow > 0 : endWanted && !endSent;
    }

    /** The next frame, where {@link #hasSomethingToSend}. The last one has the end. */
    Frame next() {
        if (unsent.size() == 0) {
            endSent = true;
            return new Frame.WindowUpdate(id, Frame.FIN, 0);
        }
        byte[] payload = unsent.take((int) Math.min(sendWindow, YamuxConfig.MAX_SENT_DATA_BYTES));
        sendWindow -= payload.length;
        endSent = endWanted && unsent.size() == 0;
        return new Frame.Data(id, endSent ? Frame.FIN : 0, payload);
    }

    /** Whether nothing will happen on it any more. */
    boolean isDone() {
        return endSent && peerEnded && unreadBytes == 0;
    }
}
