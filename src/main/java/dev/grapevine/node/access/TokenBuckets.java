package dev.grapevine.node.access;

import dev.grapevine.node.start.StartProblem;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Token buckets for any number of callers in a fixed amount of memory: a caller's bucket is found by a hash with a secret seed.
 * Where there are more callers than {@link #SLOTS}, and by chance earlier, some share a bucket: then together they may do what
 * one may. So nobody gets more by coming from many addresses, nothing has to be cleared away, and nobody can choose with whom
 * to share.
 *
 * <p>A bucket is one number, the time at which it will be full again (ATM Forum's generic cell rate algorithm, "virtual
 * scheduling"): an admitted request moves it on by the time in which its tokens grow back; one that would move it further ahead
 * of the clock than the quota's period is refused.
 */
final class TokenBuckets {

    /** Half a megabyte. */
    static final int SLOTS = 1 << 16;

    private static final long NANOS_A_SECOND = Duration.ofSeconds(1).toNanos();

    private final Quota quota;
    private final long periodNanos;
    private final long tokenNanos;
    private final long seed;
    private final LongSupplier nanoTime;
    private final long originNanos;
    private final AtomicLongArray fullAt;

    /**
     * How much a caller may do.
     *
     * @param name of the policy in the {@code RateLimit} headers
     * @param requests at once; as many grow back in each period
     * @param per whole seconds
     */
    record Quota(String name, int requests, Duration per) {

        private static final int MAX_REQUESTS = 1_000_000_000;
        private static final Duration MAX_PERIOD = Duration.ofDays(1);

        /** Makes sure that it can be kept, and told in whole seconds. */
        Quota {
            boolean whole = per.toNanosPart() == 0 && per.isPositive() && per.compareTo(MAX_PERIOD) <= 0;
            if (requests < 1 || requests > MAX_REQUESTS || !whole) {
                throw new StartProblem(
                        "grapevine.rate-limit." + name + " is " + requests + " requests per " + per
                                + ", which cannot be kept.",
                        "Set 1 to " + MAX_REQUESTS + " requests, per 1s to 1d in whole seconds.");
            }
        }

        /** For {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-11 §3). */
        String policy() {
            return '"' + name + "\";q=" + requests + ";w=" + per.toSeconds();
        }
    }

    /**
     * What became of a request.
     *
     * @param remaining how many more may come at once
     * @param seconds rounded up: until the whole quota is there again, or where refused until this one would be admitted
     */
    record Admission(boolean admitted, long remaining, long seconds) {

        /** For {@code RateLimit} (§4). */
        String limit(Quota quota) {
            return '"' + quota.name() + "\";r=" + remaining + ";t=" + seconds;
        }
    }

    TokenBuckets(Quota quota, int slots, long seed, LongSupplier nanoTime) {
        if (Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("slots must be a power of two: " + slots);
        }
        this.quota = quota;
        this.periodNanos = quota.per().toNanos();
        this.tokenNanos = Math.max(1, periodNanos / quota.requests());
        this.seed = seed;
        this.nanoTime = nanoTime;
        this.originNanos = nanoTime.getAsLong();
        this.fullAt = new AtomicLongArray(slots);
    }

    Quota quota() {
        return quota;
    }

    /** A caller known by address. Who has an IPv6 address has the 2^64 of its network. */
    Admission take(InetAddress address, int tokens) {
        return take(hash(address), tokens);
    }

    /** A caller known by name. */
    Admission take(String name, int tokens) {
        return take(hash(name), tokens);
    }

    /** Whether a bucket has a token; takes none. */
    boolean hasLeft(InetAddress address) {
        long ahead = fullAt.get(slot(hash(address))) - now();
        return ahead + tokenNanos <= periodNanos;
    }

    /** @param tokens how many; more than the quota count as the whole quota, or else they could never be had */
    private Admission take(long hash, int tokens) {
        int slot = slot(hash);
        long now = now();
        long cost = Math.min((long) tokens, quota.requests()) * tokenNanos;
        while (true) {
            long before = fullAt.get(slot);
            long after = Math.max(before, now) + cost;
            long ahead = after - now;
            if (ahead > periodNanos) {
                long left = periodNanos - Math.max(0, before - now);
                return new Admission(false, left / tokenNanos, seconds(ahead - periodNanos));
            }
            if (fullAt.compareAndSet(slot, before, after)) {
                return new Admission(true, (periodNanos - ahead) / tokenNanos, seconds(ahead));
            }
        }
    }

    private long now() {
        return nanoTime.getAsLong() - originNanos;
    }

    private static long seconds(long nanos) {
        return (nanos + NANOS_A_SECOND - 1) / NANOS_A_SECOND;
    }

    private int slot(long hash) {
        return (int) hash & (fullAt.length() - 1);
    }

    private long hash(InetAddress address) {
        byte[] bytes = address.getAddress();
        int network = address instanceof Inet6Address ? Long.BYTES : bytes.length;
        long bits = 0;
        for (int i = 0; i < network; i++) {
            bits = (bits << Byte.SIZE) | (bytes[i] & 0xff);
        }
        return mix(bits ^ seed);
    }

    private long hash(String name) {
        long hash = seed;
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash ^ name.charAt(i));
        }
        return hash;
    }

    /** The finisher of MurmurHash3 (Appleby): each bit of the result depends on each of the argument. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
