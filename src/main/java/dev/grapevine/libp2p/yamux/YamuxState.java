package dev.grapevine.libp2p.yamux;

import dev.grapevine.libp2p.yamux.Frame.GoAway;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection of yamux (specification yamux). Pure: inputs and the time in, outputs out.
 *
 * <p>The streams take turns in sending, and only as much is sent as the layer beneath has room for. What the peer does wrong
 * on one stream ends that stream; what makes the rest unreadable, or breaks the flow control, ends the connection.
 */
final class YamuxState {

    private final YamuxConfig config;
    private final boolean client;
    private final Map<Integer, StreamState> streams = new HashMap<>();

    /** Streams that have something to send and may. */
    private final Set<Integer> ready = new LinkedHashSet<>();

    private List<Output> outputs = new ArrayList<>();
    private int lastOpened;
    private int inboundStreams;
    private int unacknowledged;
    private long unreadBytes;

    /** What the layer beneath takes before more must wait; below zero for what could not wait. */
    private long room;

    private long heardMillis;
    private @Nullable Long pingedMillis;
    private @Nullable Long goneMillis;
    private boolean over;

    /** @param client whether this side dialled, and so opens streams of odd ids */
    YamuxState(YamuxConfig config, boolean client, long nowMillis) {
        this.config = config;
        this.client = client;
        this.lastOpened = client ? -1 : 0;
        this.room = config.maxInFlightBytes();
        this.heardMillis = nowMillis;
    }

    List<Output> handle(Input input, long nowMillis) {
        outputs = new ArrayList<>();
        if (!over) {
            switch (input) {
                case Input.Received received -> received(received.frame(), nowMillis);
                case Input.Malformed malformed -> fail(malformed.reason());
                case Input.Lost lost -> end(lost.reason());
                case Input.Open open -> open();
                case Input.Write write -> write(write.stream(), write.bytes());
                case Input.CloseWrite close -> closeWrite(close.stream());
                case Input.Reset reset -> reset(reset.stream());
                case Input.Taken taken -> taken(taken.stream(), taken.bytes());
                case Input.Flushed flushed -> room += flushed.bytes();
                case Input.Close close -> {
                    outputs.add(new Output.Send(new GoAway(GoAway.NORMAL)));
                    end("closed");
                }
                case Input.Tick tick -> tick(nowMillis);
            }
            send();
        }
        return outputs;
    }

    /** Open streams of either side. */
    int streamCount() {
        return streams.size();
    }

    private void received(Frame frame, long nowMillis) {
        heardMillis = nowMillis;
        pingedMillis = null;
        switch (frame) {
            case Frame.Data data -> onStream(data.stream(), data.flags(), data.payload(), 0);
            case Frame.WindowUpdate update -> onStream(update.stream(), update.flags(), new byte[0], update.delta());
            case Frame.Ping ping -> {
                if (!ping.answer()) {
                    control(new Frame.Ping(true, ping.value()));
                }
            }
            case GoAway goAway -> {
                if (goAway.code() != GoAway.NORMAL || streams.isEmpty()) {
                    end("the peer goes away, code " + goAway.code());
                } else if (goneMillis == null) {
                    goneMillis = nowMillis;
                }
            }
        }
    }

    private void onStream(int id, int flags, byte[] payload, long delta) {
        if ((flags & Frame.SYN) != 0 && !accept(id)) {
            return;
        }
        StreamState stream = streams.get(id);
        if (stream == null) {
            return; // one that this side has reset or refused; the peer has not heard of that yet
        }
        if ((flags & Frame.ACK) != 0 && stream.acknowledge()) {
            unacknowledged--;
        }
        if ((flags & Frame.RST) != 0) {
            forget(stream);
            outputs.add(new Output.WasReset(id, "the peer has reset the stream"));
            return;
        }
        stream.sendWindow += delta;
        if (payload.length > 0 && !data(stream, payload)) {
            return;
        }
        if ((flags & Frame.FIN) != 0 && !stream.peerEnded) {
            stream.peerEnded = true;
            outputs.add(new Output.End(id));
            forgetIfDone(stream);
        }
        readyIfSo(stream);
    }

    /** @return whether the frame's stream may go on */
    private boolean accept(int id) {
        boolean ofClient = (id & 1) == 1;
        if (ofClient == client || streams.containsKey(id)) {
            fail("the peer opens stream " + Integer.toUnsignedString(id) + ", which is not its to open");
            return false;
        }
        if (goneMillis != null || inboundStreams >= config.maxInboundStreams()) {
            control(new Frame.WindowUpdate(id, Frame.RST, 0));
            return false;
        }
        inboundStreams++;
        streams.put(id, new StreamState(id, true, config.windowBytes()));
        control(new Frame.WindowUpdate(id, Frame.ACK, config.windowBytes() - YamuxConfig.INITIAL_WINDOW_BYTES));
        outputs.add(new Output.Inbound(id));
        return true;
    }

    private boolean data(StreamState stream, byte[] payload) {
        if (stream.peerEnded) {
            giveUp(stream, "the peer sends after the end");
            return false;
        }
        if (payload.length > stream.receiveWindow) {
            fail("the peer sends more than the window of stream " + Integer.toUnsignedString(stream.id) + " has");
            return false;
        }
        if (unreadBytes + payload.length > config.maxUnreadBytes()) {
            giveUp(stream, "more than " + config.maxUnreadBytes() + " bytes of the connection wait for being read");
            return false;
        }
        stream.receiveWindow -= payload.length;
        stream.unreadBytes += payload.length;
        unreadBytes += payload.length;
        outputs.add(new Output.Data(stream.id, payload));
        return true;
    }

    private void open() {
        int open = streams.size() - inboundStreams;
        if (goneMillis != null) {
            outputs.add(new Output.Refused("the peer goes away"));
        } else if (open >= config.maxOutboundStreams()
                || unacknowledged >= YamuxConfig.MAX_ACK_BACKLOG
                || lastOpened >= Integer.MAX_VALUE - 2) {
            outputs.add(new Output.Refused("there are streams enough"));
        } else {
            lastOpened += 2;
            unacknowledged++;
            streams.put(lastOpened, new StreamState(lastOpened, false, config.windowBytes()));
            control(new Frame.WindowUpdate(
                    lastOpened, Frame.SYN, config.windowBytes() - YamuxConfig.INITIAL_WINDOW_BYTES));
            outputs.add(new Output.Opened(lastOpened));
        }
    }

    private void write(int id, byte[] bytes) {
        StreamState stream = streams.get(id);
        if (stream == null || stream.endWanted) {
            return;
        }
        if (stream.unsent.size() + bytes.length > config.maxUnsentStreamBytes()) {
            giveUp(stream, "more than " + config.maxUnsentStreamBytes() + " bytes wait for the peer");
            return;
        }
        stream.unsent.add(bytes);
        readyIfSo(stream);
    }

    private void closeWrite(int id) {
        StreamState stream = streams.get(id);
        if (stream != null) {
            stream.endWanted = true;
            readyIfSo(stream);
        }
    }

    private void reset(int id) {
        StreamState stream = streams.get(id);
        if (stream != null) {
            forget(stream);
            control(new Frame.WindowUpdate(id, Frame.RST, 0));
        }
    }

    private void taken(int id, int bytes) {
        StreamState stream = streams.get(id);
        if (stream == null) {
            return;
        }
        unreadBytes -= bytes;
        long grant = stream.take(bytes);
        if (grant > 0) {
            control(new Frame.WindowUpdate(id, 0, grant));
        }
        forgetIfDone(stream);
    }

    private void tick(long nowMillis) {
        if (goneMillis != null && nowMillis - goneMillis >= config.goAwayMillis()) {
            end("the peer went away");
        } else if (pingedMillis != null) {
            if (nowMillis - pingedMillis >= config.pingTimeoutMillis()) {
                end("the peer has not answered a ping in " + config.pingTimeoutMillis() + " ms");
            }
        } else if (nowMillis - heardMillis >= config.keepAliveMillis()) {
            pingedMillis = nowMillis;
            control(new Frame.Ping(false, 0));
        }
    }

    private void readyIfSo(StreamState stream) {
        if (streams.containsKey(stream.id) && stream.hasSomethingToSend()) {
            ready.add(stream.id);
        }
    }

    /** Sends while there is room, one frame of each stream in turn. */
    private void send() {
        while (room > 0 && !ready.isEmpty() && !over) {
            int id = ready.iterator().next();
            ready.remove(id);
            StreamState stream = streams.get(id);
            if (stream != null) {
                send(stream);
            }
        }
    }

    private void send(StreamState stream) {
        Frame frame = stream.next();
        if (frame instanceof Frame.Data data) {
            room -= Frame.HEADER_BYTES + data.payload().length;
            outputs.add(new Output.Send(data));
            outputs.add(new Output.Passed(stream.id, data.payload().length));
        } else {
            control(frame);
        }
        readyIfSo(stream);
        forgetIfDone(stream);
    }

    /** Sends what cannot wait, and ends the connection with a peer that has not read for too long. */
    private void control(Frame frame) {
        room -= Frame.HEADER_BYTES;
        outputs.add(new Output.Send(frame));
        if (room < -YamuxConfig.MAX_CONTROL_BYTES) {
            end("the peer does not read the answers to what it sends");
        }
    }

    private void giveUp(StreamState stream, String reason) {
        reset(stream.id);
        outputs.add(new Output.WasReset(stream.id, reason));
    }

    private void forgetIfDone(StreamState stream) {
        if (stream.isDone()) {
            outputs.add(new Output.Done(stream.id));
            forget(stream);
        }
    }

    private void forget(StreamState stream) {
        if (streams.remove(stream.id) != null) {
            ready.remove(stream.id);
            unreadBytes -= stream.unreadBytes;
            inboundStreams -= stream.inbound ? 1 : 0;
            unacknowledged -= stream.acknowledge() ? 1 : 0;
            if (goneMillis != null && streams.isEmpty()) {
                end("the peer went away");
            }
        }
    }

    private void fail(String reason) {
        outputs.add(new Output.Send(new GoAway(GoAway.PROTOCOL_ERROR)));
        end(reason);
    }

    private void end(String reason) {
        over = true;
        streams.clear();
        ready.clear();
        outputs.add(new Output.Over(reason));
    }
}
