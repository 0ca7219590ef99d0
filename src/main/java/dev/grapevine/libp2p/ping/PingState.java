package dev.grapevine.libp2p.ping;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The side that pings, for one connection: keeps one stream, sends on it at intervals, measures, and says when the peer
 * is gone. On a connection that is not the newest with its peer, each ping has a stream of its own. Pure: inputs and the
 * time in, outputs out.
 */
final class PingState {

    /** Bytes of a ping (specification ping). */
    static final int PAYLOAD_BYTES = 32;

    /** Between an answer and the next ping: often enough to keep a QUIC connection from idling out at 30 s. */
    static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(15);

    /** A ping without an answer for so long ends the connection. */
    static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** A connection in doubt ends where a ping stays without an answer for so long. */
    static final long DOUBT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Between a stream that failed and the next one. */
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So many failures in a row end the connection. */
    static final int MAX_MISSES = 3;

    /** Weight of a new sample in the average is one part in so many (RFC 6298 §2.3). */
    private static final int SMOOTHING = 8;

    private final RandomGenerator random;
    private Phase phase = Phase.CLOSED;
    private byte[] payload = {};
    private long dueNanos;
    private boolean superseded;
    private boolean doubted;
    private long doubtEndsNanos;
    private int misses;
    private OptionalLong rttNanos = OptionalLong.empty();

    private enum Phase {
        CLOSED,
        OPENING,
        HOLDING,
        WAITING,
        UNSUPPORTED,
        GONE
    }

    sealed interface Input {

        /** Time has passed. */
        record Tick() implements Input {}

        /** The peer has made a newer connection: it may have lost this one, for instance by starting anew. */
        record Superseded() implements Input {}

        /** The stream asked for is open. */
        record Opened() implements Input {}

        /** The peer has answered that it does not speak ping. */
        record Unsupported() implements Input {}

        /** The stream could not be opened, or is over. */
        record Lost() implements Input {}

        /** The next {@link #PAYLOAD_BYTES} have arrived. */
        record Pong(byte[] payload) implements Input {}
    }

    sealed interface Output {

        /** Open a stream; answer with Opened, Unsupported or Lost. */
        record Open() implements Output {}

        record Send(byte[] payload) implements Output {}

        /** Give the stream up; no Lost is expected. */
        record Reset() implements Output {}

        /** End the stream; no Lost is expected. */
        record Close() implements Output {}

        /** There is a new average. */
        record Measured(long rttNanos) implements Output {}

        /** The peer is gone; end the connection. */
        record Disconnect(String reason) implements Output {}
    }

    /** @param random makes payloads that the peer cannot foresee */
    PingState(long nowNanos, RandomGenerator random) {
        this.dueNanos = nowNanos;
        this.random = random;
    }

    /** The average round trip; empty before the first answer. */
    OptionalLong rttNanos() {
        return rttNanos;
    }

    List<Output> handle(Input input, long nowNanos) {
        return switch (input) {
            case Input.Tick tick -> tick(nowNanos);
            case Input.Superseded superseded -> doubt(nowNanos);
            case Input.Opened opened -> phase == Phase.OPENING ? ping(nowNanos) : List.of(new Output.Reset());
            case Input.Unsupported unsupported -> {
                phase = Phase.UNSUPPORTED;
                doubted = false;
                yield List.of();
            }
            case Input.Lost lost -> lost(nowNanos);
            case Input.Pong pong -> pong(pong.payload(), nowNanos);
        };
    }

    private List<Output> tick(long nowNanos) {
        if (doubted && nowNanos - doubtEndsNanos >= 0) {
            doubted = false;
            if (phase == Phase.OPENING || phase == Phase.WAITING) {
                return disconnect("no answer since the peer has made another connection");
            }
        }
        if (nowNanos - dueNanos < 0) {
            return List.of();
        }
        return switch (phase) {
            case CLOSED -> open();
            case HOLDING -> ping(nowNanos);
            case WAITING ->
                disconnect("no answer to a ping in " + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NANOS) + " s");
            case OPENING, UNSUPPORTED, GONE -> List.of();
        };
    }

    private List<Output> doubt(long nowNanos) {
        superseded = true;
        if (doubted || phase == Phase.UNSUPPORTED || phase == Phase.GONE) {
            return List.of();
        }
        doubted = true;
        doubtEndsNanos = nowNanos + DOUBT_NANOS;
        return switch (phase) {
            case CLOSED -> open();
            case HOLDING -> ping(nowNanos);
            default -> List.of(); // one is under way
        };
    }

    private List<Output> open() {
        phase = Phase.OPENING;
        return List.of(new Output.Open());
    }

    private List<Output> ping(long nowNanos) {
        phase = Phase.WAITING;
        dueNanos = nowNanos + TIMEOUT_NANOS;
        payload = new byte[PAYLOAD_BYTES];
        random.nextBytes(payload);
        return List.of(new Output.Send(payload.clone()));
    }

    /** A peer may close a stream that is idle; only a ping that it left unanswered counts as missed. */
    private List<Output> lost(long nowNanos) {
        if (phase == Phase.HOLDING) {
            phase = Phase.CLOSED;
        }
        return phase == Phase.OPENING || phase == Phase.WAITING ? missed(nowNanos) : List.of();
    }

    private List<Output> missed(long nowNanos) {
        phase = Phase.CLOSED;
        dueNanos = nowNanos + RETRY_NANOS;
        return ++misses < MAX_MISSES ? List.of() : disconnect(MAX_MISSES + " pings in a row failed");
    }

    private List<Output> pong(byte[] answer, long nowNanos) {
        if (phase != Phase.WAITING || !Arrays.equals(answer, payload)) {
            List<Output> missed = missed(nowNanos);
            return missed.isEmpty() ? List.of(new Output.Reset()) : missed;
        }
        long sample = nowNanos - (dueNanos - TIMEOUT_NANOS);
        long average = rttNanos.isEmpty() ? sample : rttNanos.getAsLong() + (sample - rttNanos.getAsLong()) / SMOOTHING;
        rttNanos = OptionalLong.of(average);
        dueNanos = nowNanos + INTERVAL_NANOS;
        doubted = false;
        misses = 0;
        if (superseded) { // of all connections with a peer, one keeps its stream (specification ping)
            phase = Phase.CLOSED;
            return List.of(new Output.Measured(average), new Output.Close());
        }
        phase = Phase.HOLDING;
        return List.of(new Output.Measured(average));
    }

    private List<Output> disconnect(String reason) {
        phase = Phase.GONE;
        return List.of(new Output.Disconnect(reason));
    }
}
