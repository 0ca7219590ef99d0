package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.gossipsub.GossipsubMetrics;
import dev.grapevine.libp2p.gossipsub.Standing;
import dev.grapevine.libp2p.swarm.Refusal;
import dev.grapevine.libp2p.swarm.ResourceLimits;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.registry.RegistryState.Completeness;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What the libp2p host counts, and how catch-up stands, as metrics. */
final class NetworkMetrics implements MeterBinder {

    private final Libp2pHost host;
    private final Sync sync;
    private final ObjectFetch objects;

    NetworkMetrics(Libp2pHost host, Sync sync, ObjectFetch objects) {
        this.host = host;
        this.sync = sync;
        this.objects = objects;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        connections(registry);
        gossip(registry);
        conduct(registry);
        objects(registry, "fetched", ObjectFetch.Counts::fetched);
        objects(registry, "absent", ObjectFetch.Counts::absent);
        objects(registry, "wrong", ObjectFetch.Counts::wrong);
        objects(registry, "failed", ObjectFetch.Counts::failed);
        Gauge.builder("grapevine.sync.issuers.behind", sync, s -> s.progress().behind())
                .description("Issuers whose logs are known to reach further than ours")
                .register(registry);
        Gauge.builder("grapevine.sync.events.behind", sync, s -> s.progress().eventsToGo())
                .description("Events that are known to exist and are not held")
                .register(registry);
        FunctionCounter.builder(
                        "grapevine.sync.events.pulled", sync, s -> s.progress().eventsApplied())
                .description("Events by which logs grew while they were pulled")
                .register(registry);
        Gauge.builder(
                        "grapevine.sync.compared.age",
                        sync,
                        s -> s.comparedAge().map(age -> age.toMillis() / 1e3).orElse(Double.NaN))
                .description(
                        "How long ago the frontier was compared with a peer's; beyond 120 s the registry is not current")
                .baseUnit("seconds")
                .register(registry);
        for (Completeness state : Completeness.values()) {
            Gauge.builder(
                            "grapevine.registry.state",
                            sync,
                            s -> s.progress().registry().completeness() == state ? 1 : 0)
                    .description("1 for what the registry is, 0 for what it is not")
                    .tag("state", state.text())
                    .register(registry);
        }
        Gauge.builder("grapevine.sync.waiting", sync, s -> s.progress().waitingBytes())
                .description("Pulled events that wait for the registry, at most "
                        + Pulls.MAX_RANGES * (PulledLogs.READ_AHEAD_BYTES + SyncServer.MAX_FRAME_BYTES) / (1024 * 1024)
                        + " MiB")
                .baseUnit("bytes")
                .register(registry);
        traffic(registry);
        Gauge.builder("grapevine.sync.bodies.missing", sync, s -> s.progress().missingBodies())
                .description("Events whose bodies are missing, counted up to 1,000")
                .register(registry);
        Gauge.builder(
                        "grapevine.clock.ahead",
                        sync,
                        s -> s.clockAhead().map(ahead -> ahead.toMillis() / 1e3).orElse(Double.NaN))
                .description(
                        "How far the clock is ahead of the median of the peers'; beyond 120 s either way nothing is signed")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("grapevine.sync.answers", sync, s -> s.server().answers())
                .description("Requests of peers that are being answered, at most " + SyncServer.MAX_ANSWERS)
                .register(registry);
        FunctionCounter.builder(
                        "grapevine.sync.requests.refused", sync, s -> s.server().refused())
                .description("Requests of peers that were turned away, for too many were being answered")
                .register(registry);
        FunctionCounter.builder(
                        "grapevine.sync.heads.divergent",
                        sync,
                        s -> s.progress().divergences())
                .description("Heads of peers with our sequence and another hash: the issuer has forked its log")
                .register(registry);
        faults(registry);
    }

    private void faults(MeterRegistry registry) {
        for (PullFaults.Fault fault : PullFaults.Fault.values()) {
            FunctionCounter.builder("grapevine.sync.pulls.failed", sync.faults(), faults -> faults.of(fault))
                    .description("Pulls of logs that came to nothing, by what the peer or the log had wrong")
                    .tag("reason", fault.text())
                    .register(registry);
        }
        for (SyncTraffic.BodyOutcome outcome : SyncTraffic.BodyOutcome.values()) {
            FunctionCounter.builder("grapevine.sync.bodies", sync.traffic(), traffic -> traffic.bodies(outcome))
                    .description("Bodies that peers were asked for, by what came: it, nothing, other bytes, no answer")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        FunctionCounter.builder("grapevine.sync.heads.shorter", sync.traffic(), SyncTraffic::shorterHeads)
                .description("Heads of peers that end before ours: the peer has yet to catch up, or replays an old one")
                .register(registry);
    }

    private void traffic(MeterRegistry registry) {
        SyncTraffic traffic = sync.traffic();
        for (Request.Kind kind : Request.Kind.values()) {
            FunctionCounter.builder("grapevine.sync.bytes", traffic, t -> t.bytes(kind))
                    .description("Bytes of the streams on which this node asked peers, both ways")
                    .baseUnit("bytes")
                    .tag("request", kind.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        FunctionTimer.builder(
                        "grapevine.sync.comparison",
                        traffic,
                        SyncTraffic::comparisons,
                        SyncTraffic::comparisonNanos,
                        TimeUnit.NANOSECONDS)
                .description("Comparisons of frontiers with peers, and the time that they took")
                .register(registry);
        FunctionCounter.builder("grapevine.sync.comparisons.failed", traffic, SyncTraffic::failedComparisons)
                .description("Comparisons that a peer gave up, or that were given up for what it answered")
                .register(registry);
    }

    private void connections(MeterRegistry registry) {
        Gauge.builder("grapevine.p2p.connections", host, h -> h.counters().connections())
                .description("Open connections to peers")
                .register(registry);
        Gauge.builder("grapevine.p2p.unsent", host, h -> h.counters().unsentBytes())
                .description("Bytes that wait for peers to take them, at most "
                        + ResourceLimits.defaults().maxUnsentBytes() / (1024 * 1024) + " MiB")
                .baseUnit("bytes")
                .register(registry);
        for (Refusal reason : Refusal.values()) {
            FunctionCounter.builder(
                            "grapevine.p2p.refused", host, h -> h.counters().refused(reason))
                    .description("Connections, handshakes and streams of peers that were turned away, by reason")
                    .tag("reason", reason.text())
                    .register(registry);
        }
        FunctionCounter.builder(
                        "grapevine.p2p.dials.failed", host, h -> h.counters().failedDials())
                .description("Rounds through a configured peer's addresses without success")
                .register(registry);
    }

    private void gossip(MeterRegistry registry) {
        messages(registry, "duplicate", GossipsubMetrics::duplicates);
        messages(registry, "unwanted", GossipsubMetrics::unwanted);
        messages(registry, "overloaded", GossipsubMetrics::overloaded);
        messages(registry, "accepted", GossipsubMetrics::accepted);
        messages(registry, "ignored", GossipsubMetrics::ignored);
        messages(registry, "rejected", GossipsubMetrics::rejected);
        sent(registry, "published", GossipsubMetrics::published);
        sent(registry, "forwarded", GossipsubMetrics::forwarded);
        sent(registry, "retransmitted", GossipsubMetrics::retransmitted);
        FunctionCounter.builder(
                        "grapevine.gossip.spared",
                        host,
                        h -> h.gossipsub().metrics().spared())
                .description("Gossip messages not sent, for the peer has said that it has them")
                .register(registry);
        FunctionCounter.builder(
                        "grapevine.gossip.frames.dropped",
                        host,
                        h -> h.gossipsub().metrics().framesDropped())
                .description("Frames that gave way because a peer reads too slowly")
                .register(registry);
        Gauge.builder(
                        "grapevine.gossip.validating",
                        host,
                        h -> h.gossipsub().metrics().validating())
                .description("Messages being checked")
                .register(registry);
    }

    private void conduct(MeterRegistry registry) {
        for (Standing standing : Standing.values()) {
            Gauge.builder(
                            "grapevine.gossip.peers",
                            host,
                            h -> h.gossipsub().metrics().peers(standing))
                    .description("Connected peers that gossip, by what their scores let them do")
                    .tag("standing", text(standing))
                    .register(registry);
        }
        Gauge.builder(
                        "grapevine.gossip.score.lowest",
                        host,
                        h -> h.gossipsub().metrics().lowestScore())
                .description("The lowest score of a connected peer; below 0 it is in no mesh")
                .register(registry);
        for (dev.grapevine.libp2p.gossipsub.Refusal why : dev.grapevine.libp2p.gossipsub.Refusal.values()) {
            FunctionCounter.builder(
                            "grapevine.gossip.refused",
                            host,
                            h -> h.gossipsub().metrics().refused(why))
                    .description("What peers sent in gossip that was not taken or not answered, by reason")
                    .tag("reason", text(why))
                    .register(registry);
        }
        FunctionCounter.builder(
                        "grapevine.gossip.peers.stuck",
                        host,
                        h -> h.gossipsub().metrics().peersStuck())
                .description("Peers that were left out of gossip because they read nothing")
                .register(registry);
        FunctionCounter.builder(
                        "grapevine.gossip.promises.broken",
                        host,
                        h -> h.gossipsub().metrics().brokenPromises())
                .description("Messages that peers told of and did not send when asked")
                .register(registry);
    }

    private static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void objects(MeterRegistry registry, String outcome, ToDoubleFunction<ObjectFetch.Counts> count) {
        FunctionCounter.builder("grapevine.objects.answers", objects, o -> count.applyAsDouble(o.counts()))
                .description("Peers asked for a public credential, by what came: it, nothing, other bytes, no answer")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void messages(MeterRegistry registry, String outcome, ToDoubleFunction<GossipsubMetrics> count) {
        FunctionCounter.builder(
                        "grapevine.gossip.messages",
                        host,
                        h -> count.applyAsDouble(h.gossipsub().metrics()))
                .description("Gossip messages that came, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void sent(MeterRegistry registry, String why, ToDoubleFunction<GossipsubMetrics> count) {
        FunctionCounter.builder(
                        "grapevine.gossip.sent",
                        host,
                        h -> count.applyAsDouble(h.gossipsub().metrics()))
                .description("Gossip messages sent: own ones, and copies of others'")
                .tag("why", why)
                .register(registry);
    }
}
