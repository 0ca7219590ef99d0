package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.registry.Intake.Gap;
import dev.grapevine.node.registry.ModelledDisk;
import dev.grapevine.node.registry.ModelledRegistry;
import dev.grapevine.node.registry.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A node: a disk that lasts, and a process that comes and goes. */
final class SimNode {

    static final String NETWORK = "sim";

    /** As {@code OwnLog.PATIENCE}. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MAX_COMMIT_MILLIS = 25;

    /** As long as gossipsub remembers messages, about. */
    private static final long SEEN_MILLIS = 120_000;

    private final PeerId id;
    private final SimIssuer issuer;
    private final boolean lies;
    private final SimNetwork network;
    private final SimTruth truth;
    private final RandomGenerator random;
    private final SimModels models;
    private final RunVerifier verifier = new RunVerifier(NETWORK);
    private ModelledDisk disk = new ModelledDisk();
    private @Nullable Running process;
    private long slowMillis;

    /** @param models what the node is made of */
    SimNode(int number, boolean lies, SimNetwork network, SimTruth truth, RandomGenerator random, SimModels models) {
        PrivateKey key = SimIssuer.key(random);
        this.id = PeerId.of(key.publicKey());
        this.issuer = new SimIssuer("Issuer " + number, random, truth);
        this.lies = lies;
        this.network = network;
        this.truth = truth;
        this.random = random;
        this.models = models;
    }

    PeerId id() {
        return id;
    }

    IssuerId issuer() {
        return issuer.id();
    }

    ModelledDisk disk() {
        return disk;
    }

    boolean lies() {
        return lies;
    }

    /** Whether everything that has come is committed. */
    boolean isIdle() {
        return process == null || !process.registry.hasWork();
    }

    boolean isUp() {
        return process != null;
    }

    @Nullable
    Running process() {
        return process;
    }

    long slowMillis() {
        return slowMillis;
    }

    /** From now on everything that it sends on request takes so much longer. */
    void setSlowMillis(long millis) {
        slowMillis = millis;
    }

    void start() {
        if (process == null) {
            process = new Running();
            process.begin();
        }
    }

    /** The process ends at once, and with it all that is not committed. */
    void kill() {
        process = null;
        network.ended(this);
    }

    /** The disk is what it was; the node must be down. */
    void restore(ModelledDisk backup) {
        disk = backup.copy();
        truth.restored(this);
    }

    void connected(PeerId peer, boolean on) {
        if (process != null) {
            process.sync.input(on ? new Input.Connected(peer) : new Input.Disconnected(peer));
        }
    }

    /** Somebody wants something published, updated, revoked, erased; or the key be changed. */
    void request() {
        if (process != null && process.signs) {
            process.append();
        }
    }

    /** A running node. */
    final class Running implements ModelledRegistry.Listener {

        private final ModelledRegistry registry = models.registry(disk, verifier, network::clock, this);
        private final SimForks forks = new SimForks(this, network, verifier);
        private final SyncState state = new SyncState(random);
        private final SimSync sync = new SimSync(this, network, state, models.steps(state), forks::diverged);
        private final SimServer server =
                lies ? new LyingServer(registry, network::clock, random) : new SimServer(registry, network::clock);
        private final Set<Hash> seen = new HashSet<>();
        private final Instant patienceEnds =
                Instant.ofEpochMilli(network.clock()).plus(PATIENCE);
        private long forgetAt = network.clock() + SEEN_MILLIS;
        private boolean signs;
        private boolean committing;

        private void begin() {
            network.later(this, random.nextLong(1_000), this::second);
        }

        boolean isAlive() {
            return process == this;
        }

        SimNode node() {
            return SimNode.this;
        }

        ModelledRegistry registry() {
            return registry;
        }

        SimForks forks() {
            return forks;
        }

        SimServer server() {
            return server;
        }

        private void second() {
            if (network.clock() >= forgetAt) {
                forgetAt = network.clock() + SEEN_MILLIS;
                seen.clear();
            }
            registry.retryEarlyRuns();
            sync.tick();
            if (!signs && mayBegin()) {
                signs = true;
                append();
            }
            network.later(this, 1_000, this::second);
        }

        /** As {@code OwnLog} and {@link OwnLogAtPeers}. */
        private boolean mayBegin() {
            Instant now = Instant.ofEpochMilli(network.clock());
            boolean compared = state.registry(now).comparedAt().isPresent();
            boolean behind = state.pulls().isBehind(issuer());
            return !models.asksBeforeSigning() || (compared && !behind) || !now.isBefore(patienceEnds);
        }

        /** Appends one change; it is answered after the commit, and gossiped after that. */
        private void append() {
            registry.append(issuer(), log -> issuer.next(log, network.clock()), made -> {
                if (!lies) { // who lies may also keep to itself what it has promised
                    made.forEach(entry -> truth.acknowledged(SimNode.this, entry.event()));
                }
                publish(made);
            });
        }

        private void publish(List<LogEntry> made) {
            for (ProfileMessage message : ProfileMessage.split(made)) {
                byte[] bytes = message.encode();
                seen.add(Hash.of(bytes));
                truth.gossiped(bytes);
                network.gossip(SimNode.this, bytes, null);
            }
        }

        /** What is new and right is sent on, as gossipsub does. */
        void gossip(byte[] message, PeerId from) {
            if (seen.add(Hash.of(message))) {
                Verdict verdict = registry.gossip(message, from);
                if (verdict.kind() == Verdict.Kind.ACCEPT && !lies) {
                    network.gossip(SimNode.this, message, from);
                }
            }
        }

        @Override
        public void gap(Gap gap) {
            sync.input(new Input.Gap(gap.heardFrom(), new Ahead(gap.issuer(), gap.from() - 1, gap.to())));
        }

        @Override
        public void queued() {
            if (!committing) {
                committing = true;
                network.later(this, random.nextLong(1, MAX_COMMIT_MILLIS), this::commit);
            }
        }

        private void commit() {
            List<Runnable> after = registry.commit();
            if (!lies) {
                truth.check(SimNode.this);
            }
            network.later(this, random.nextLong(MAX_COMMIT_MILLIS), () -> {
                committing = false;
                after.forEach(Runnable::run);
                if (registry.hasWork()) {
                    queued();
                }
            });
        }
    }
}
