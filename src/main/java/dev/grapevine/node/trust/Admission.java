package dev.grapevine.node.trust;

import dev.grapevine.node.identity.IssuerId;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;

/**
 * Whether what peers send of an issuer is taken in: keys cost nothing, so that what comes of issuers who are not trusted is bounded,
 * by their number, for each of them, and in all. Keeps sums alone, whatever the number of issuers; what each has taken up stands in the
 * database. Safe for use by several threads.
 */
public final class Admission {

    /** What a log costs beside its events, in bytes. */
    public static final int LOG_OVERHEAD_BYTES = 1_024;

    /** What an event costs beside itself, in bytes: columns, indexes, the profile's row, the change. */
    public static final int EVENT_OVERHEAD_BYTES = 512;

    /** Issuers that are remembered to have used up what one may; beyond, they are found out again by the database. */
    static final int MAX_REMEMBERED = 100_000;

    /** Why something is declined. */
    public enum Reason {
        /** The issuer is blocked. */
        BLOCKED,
        /** There are as many issuers as may be. */
        ISSUERS,
        /** The issuer has used up what one may. */
        ISSUER_BYTES,
        /** All of them together have used up what they may. */
        BYTES;

        /** The name in metrics, such as {@code issuer-bytes}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Trust trust;
    private final TrustLevel leastShown;
    private final Quotas quotas;
    private final Map<Reason, LongAdder> declined = new EnumMap<>(Reason.class);
    private final Set<IssuerId> full = new HashSet<>();
    private long fullAsOf;
    private QuotaUse use = new QuotaUse(0, 0);
    private QuotaUse added = new QuotaUse(0, 0); // since the start

    Admission(Trust trust, TrustProperties.Mode mode, Quotas quotas) {
        this.trust = trust;
        this.leastShown = mode == TrustProperties.Mode.TRUSTED ? TrustLevel.TRUSTED : TrustLevel.KNOWN;
        this.quotas = quotas;
        for (Reason reason : Reason.values()) {
            declined.put(reason, new LongAdder());
        }
    }

    /** The last level, in their order, whose issuers are shown. */
    public TrustLevel leastShown() {
        return leastShown;
    }

    public Quotas quotas() {
        return quotas;
    }

    public synchronized QuotaUse use() {
        return use;
    }

    /** How often something was declined. */
    public long declined(Reason reason) {
        return counter(reason).sum();
    }

    /** Notes that something was declined. */
    public void count(Reason reason) {
        counter(reason).increment();
    }

    private LongAdder counter(Reason reason) {
        LongAdder counter = declined.get(reason);
        if (counter == null) {
            throw new IllegalStateException("every reason has a counter");
        }
        return counter;
    }

    /**
     * Whether anything at all of an issuer would be declined, as far as is known without the database: not worth a signature
     * check.
     *
     * @param held whether a part of its log is held
     */
    public Optional<Reason> declines(IssuerId issuer, boolean held) {
        return switch (trust.level(issuer)) {
            case TRUSTED -> Optional.empty();
            case BLOCKED -> Optional.of(Reason.BLOCKED);
            case KNOWN -> {
                synchronized (this) {
                    yield held && isFull(issuer) ? Optional.of(Reason.ISSUER_BYTES) : overQuota(use, !held, 1);
                }
            }
        };
    }

    private boolean isFull(IssuerId issuer) {
        if (fullAsOf != trust.version()) {
            full.clear(); // what was blocked and is not any more begins anew
            fullAsOf = trust.version();
        }
        return full.contains(issuer);
    }

    private Optional<Reason> overQuota(QuotaUse used, boolean begins, long bytes) {
        if (begins && used.issuers() >= quotas.issuers()) {
            return Optional.of(Reason.ISSUERS);
        }
        return used.bytes() + bytes > quotas.bytes() ? Optional.of(Reason.BYTES) : Optional.empty();
    }

    /**
     * Whether bodies of an issuer that came after their events are taken. They count from the next {@link #refresh} on in what all have
     * used, so that the quotas may be exceeded by a few of them.
     */
    public boolean takesBodies(TrustLevel level, long takenBytes) {
        return level == TrustLevel.TRUSTED || (takenBytes < quotas.issuerBytes() && use().bytes() < quotas.bytes());
    }

    /** Reads from the database what is used, for other instances take in as well. What is added meanwhile may count twice until the next time. */
    public Mono<Void> refresh(TrustStore store) {
        return Mono.defer(() -> {
                    QuotaUse before = added();
                    return store.use().doOnNext(read -> refreshed(read, before));
                })
                .then();
    }

    private synchronized QuotaUse added() {
        return added;
    }

    private synchronized void refreshed(QuotaUse read, QuotaUse before) {
        use = new QuotaUse(
                read.issuers() + added.issuers() - before.issuers(), read.bytes() + added.bytes() - before.bytes());
    }

    private synchronized void add(long issuers, long bytes) {
        use = new QuotaUse(use.issuers() + issuers, use.bytes() + bytes);
        added = new QuotaUse(added.issuers() + issuers, added.bytes() + bytes);
    }

    private synchronized void remember(IssuerId issuer) {
        isFull(issuer);
        if (full.size() < MAX_REMEMBERED) {
            full.add(issuer);
        }
    }

    /** Of how many issuers it is remembered that they have used up what one may. */
    synchronized int remembered() {
        return full.size();
    }

    /** Decides for one transaction, whose runs count as soon as they are decided on, and for others once it has committed. */
    public Batch batch() {
        return new Batch(use());
    }

    /** The runs of one transaction. One thread at a time. */
    public final class Batch {

        private final QuotaUse before;
        private final Set<IssuerId> begun = new HashSet<>();
        private long begunBytes;
        private long issuers;
        private long bytes;

        private Batch(QuotaUse before) {
            this.before = before;
        }

        /**
         * Whether a log may begin, by what is known of the issuer before its row is there.
         *
         * @param weight of the run that it begins with, see {@link #takes}
         */
        public Optional<Reason> begins(IssuerId issuer, long weight) {
            TrustLevel level = trust.level(issuer);
            if (level != TrustLevel.KNOWN || begun.contains(issuer)) {
                return level == TrustLevel.BLOCKED ? Optional.of(Reason.BLOCKED) : Optional.empty();
            }
            QuotaUse used = new QuotaUse(before.issuers() + begun.size(), before.bytes() + begunBytes);
            Optional<Reason> reason =
                    weight > quotas.issuerBytes() ? Optional.of(Reason.ISSUER_BYTES) : overQuota(used, true, weight);
            if (reason.isEmpty()) {
                begun.add(issuer);
                begunBytes += weight;
            }
            return reason;
        }

        /**
         * Whether a run is taken in, which then counts.
         *
         * @param level as the issuer's row says
         * @param begins whether the log begins with it
         * @param taken what was taken of the issuer before
         * @param weight of the run: its messages, and {@link #EVENT_OVERHEAD_BYTES} for each event, and where the log
         *     begins {@link #LOG_OVERHEAD_BYTES}
         */
        public Optional<Reason> takes(IssuerId issuer, TrustLevel level, boolean begins, long taken, long weight) {
            if (level == TrustLevel.TRUSTED) {
                return Optional.empty();
            }
            if (taken + weight > quotas.issuerBytes()) {
                remember(issuer);
                return Optional.of(Reason.ISSUER_BYTES);
            }
            QuotaUse used = new QuotaUse(before.issuers() + issuers, before.bytes() + bytes);
            Optional<Reason> reason = overQuota(used, begins, weight);
            if (reason.isEmpty()) {
                issuers += begins ? 1 : 0;
                bytes += weight;
            }
            return reason;
        }

        /** The transaction has committed. */
        public void committed() {
            add(issuers, bytes);
        }
    }
}
