package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.autonat.AutonatMetrics;
import dev.grapevine.libp2p.kad.KadMetrics;
import dev.grapevine.libp2p.kad.Kademlia;
import dev.grapevine.libp2p.mdns.MdnsMetrics;
import dev.grapevine.libp2p.swarm.AddressBook;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** How the node finds others, as metrics; those of ways that are switched off stay 0. */
final class DiscoveryMetrics implements MeterBinder {

    private final Libp2pHost host;

    DiscoveryMetrics(Libp2pHost host) {
        this.host = host;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(
                        "grapevine.p2p.peers.known",
                        host,
                        h -> h.discoveryCounters().knownPeers())
                .description("Peers of which an address is known, connected or not, at most " + AddressBook.MAX_PEERS)
                .register(registry);
        FunctionCounter.builder(
                        "grapevine.p2p.records.refused",
                        host,
                        h -> h.discoveryCounters().refusedRecords())
                .description("Signed peer records that were forged, malformed, of another peer or outdated")
                .register(registry);
        dht(registry);
        mdns(registry);
        autonat(registry);
    }

    private void dht(MeterRegistry registry) {
        Gauge.builder("grapevine.dht.peers", host, h -> dht(h, KadMetrics::peers))
                .description("Peers in the routing table of the DHT")
                .register(registry);
        Gauge.builder("grapevine.dht.values", host, h -> dht(h, KadMetrics::values))
                .description("Values kept for others in the DHT, at most 1,000")
                .register(registry);
        Gauge.builder("grapevine.dht.value", host, h -> dht(h, KadMetrics::valueBytes))
                .description("Values kept for others in the DHT, at most 16 MiB")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("grapevine.dht.providers", host, h -> dht(h, KadMetrics::providers))
                .description("Pairs of key and provider kept for others in the DHT, at most 10,000")
                .register(registry);
        FunctionCounter.builder("grapevine.dht.peers.refused", host, h -> dht(h, KadMetrics::refusedPeers))
                .description("Times that a peer found no place in the routing table of the DHT, by reason:"
                        + " its network has as many as it may")
                .tag("reason", "network")
                .register(registry);
        FunctionCounter.builder("grapevine.dht.lookups", host, h -> dht(h, KadMetrics::lookupsStarted))
                .description("Lookups in the DHT, those that keep its routing table fresh among them")
                .register(registry);
        asked(registry, "all", KadMetrics::asked);
        asked(registry, "failed", KadMetrics::failed);
        requests(registry, "answered", KadMetrics::answered);
        requests(registry, "too-many", KadMetrics::refusedRate);
        requests(registry, "bad-record", KadMetrics::refusedRecords);
        requests(registry, "malformed", KadMetrics::malformed);
    }

    private void asked(MeterRegistry registry, String outcome, ToDoubleFunction<KadMetrics> count) {
        FunctionCounter.builder("grapevine.dht.asked", host, h -> dht(h, count))
                .description("Requests to other peers of the DHT: all, and those that were not answered")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void requests(MeterRegistry registry, String outcome, ToDoubleFunction<KadMetrics> count) {
        FunctionCounter.builder("grapevine.dht.requests", host, h -> dht(h, count))
                .description("Requests of other peers of the DHT, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static double dht(Libp2pHost host, ToDoubleFunction<KadMetrics> read) {
        return host.dht().map(Kademlia::metrics).map(read::applyAsDouble).orElse(0.0);
    }

    private void mdns(MeterRegistry registry) {
        packets(registry, "read", MdnsMetrics::received);
        packets(registry, "malformed", MdnsMetrics::malformed);
        packets(registry, "dropped", MdnsMetrics::dropped);
        packets(registry, "sent", MdnsMetrics::sent);
        FunctionCounter.builder("grapevine.mdns.found", host, h -> h.mdns().found())
                .description("How often a peer on the local network was told of")
                .register(registry);
    }

    private void packets(MeterRegistry registry, String kind, ToDoubleFunction<MdnsMetrics> count) {
        FunctionCounter.builder("grapevine.mdns.packets", host, h -> count.applyAsDouble(h.mdns()))
                .description("Packets of multicast DNS: read, of them malformed, dropped for there were too many, sent")
                .tag("kind", kind)
                .register(registry);
    }

    private void autonat(MeterRegistry registry) {
        addresses(registry, "reachable", AutonatMetrics::reachable);
        addresses(registry, "unreachable", AutonatMetrics::unreachable);
        addresses(registry, "unknown", AutonatMetrics::unknown);
        tries(registry, "all", AutonatMetrics::asked);
        tries(registry, "failed", AutonatMetrics::failed);
        dialRequests(registry, "dialled", AutonatMetrics::dialled);
        dialRequests(registry, "refused", AutonatMetrics::refused);
        dialRequests(registry, "too-many", AutonatMetrics::rejected);
    }

    private void addresses(MeterRegistry registry, String found, ToDoubleFunction<AutonatMetrics> count) {
        Gauge.builder("grapevine.autonat.addresses", host, h -> count.applyAsDouble(h.autonat()))
                .description("Public addresses of this node, by what peers found that tried to reach it there")
                .tag("found", found)
                .register(registry);
    }

    private void tries(MeterRegistry registry, String outcome, ToDoubleFunction<AutonatMetrics> count) {
        FunctionCounter.builder("grapevine.autonat.asked", host, h -> count.applyAsDouble(h.autonat()))
                .description(
                        "Requests to peers to reach this node at an address: all, and those that were not answered")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void dialRequests(MeterRegistry registry, String outcome, ToDoubleFunction<AutonatMetrics> count) {
        FunctionCounter.builder("grapevine.autonat.requests", host, h -> count.applyAsDouble(h.autonat()))
                .description("Requests of peers to reach them at an address, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }
}
