package dev.grapevine.libp2p.swarm;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which inbound handshakes of a transport are taken, by how many are unfinished and how fast they come from one address. An
 * address counts once it is proven, or while nobody has to prove one: so a flood with forged addresses uses up no one's
 * rate. Lives on the event loop.
 */
public final class HandshakeGate {

    /** Addresses whose rate is remembered, those that were heard of last; others begin with a full burst. */
    static final int MAX_ADDRESSES = 4_096;

    private final ResourceLimits.Handshakes limits;
    private final LongSupplier nanoTime;
    private final long nanosPerHandshake;
    private final Tally tally = new Tally();

    /** When each address's burst will be whole again, in nanoseconds of the clock. */
    private final Map<IpPrefix, Long> wholeAtNanos = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<IpPrefix, Long> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private int unfinished;

    /** @param nanoTime a monotonic clock, as {@link System#nanoTime} */
    public HandshakeGate(ResourceLimits.Handshakes limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.nanosPerHandshake = TimeUnit.SECONDS.toNanos(1) / limits.perSecondPerAddress();
    }

    /** Whether a dialler must first show that it receives at its address. If not, its handshake may begin. */
    public boolean asksForProof(InetAddress from) {
        return unfinished >= limits.proofFrom() || unfinished >= limits.max() || isTooFast(from);
    }

    /** Whether the handshake of a dialler that has shown it may begin; if not, that is counted. */
    public boolean admits(InetAddress from) {
        if (unfinished >= limits.max()) {
            tally.refuse(Refusal.HANDSHAKE_LIMIT);
            return false;
        }
        if (isTooFast(from)) {
            tally.refuse(Refusal.HANDSHAKE_RATE);
            return false;
        }
        return true;
    }

    /** A handshake begins. */
    public void begin(InetAddress from) {
        unfinished++;
        IpPrefix.address(from).ifPresent(address -> wholeAtNanos.put(address, wholeAt(address) + nanosPerHandshake));
    }

    /** A handshake that has begun has ended, however. */
    public void end() {
        unfinished--;
    }

    /** What has been turned away, by reason. */
    public Map<Refusal, Long> refused() {
        return tally.refused();
    }

    private boolean isTooFast(InetAddress from) {
        Optional<IpPrefix> address = IpPrefix.address(from);
        return address.isPresent()
                && wholeAt(address.get()) - nanoTime.getAsLong() > (limits.burstPerAddress() - 1) * nanosPerHandshake;
    }

    private long wholeAt(IpPrefix address) {
        long now = nanoTime.getAsLong();
        Long at = wholeAtNanos.get(address);
        return at == null || at - now < 0 ? now : at;
    }
}
