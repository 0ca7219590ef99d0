package dev.grapevine.bench;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.gossipsub.PubsubMessage;
import dev.grapevine.libp2p.gossipsub.Verdict;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** One of our gossipsub peers under measurement; {@code interop/gossip-peer.mjs} does the same with js-libp2p's. */
final class GossipPeer {

    static final String TOPIC = "bench";
    static final int MESSAGE_BYTES = 500;

    /** Every so many messages received are told. */
    static final int BATCH = 100;

    private final Libp2pHost host;
    private final StringBuilder latencies = new StringBuilder();
    private long received;

    private GossipPeer(Libp2pHost host) {
        this.host = host;
        host.gossipsub().subscribe(TOPIC, this::receive);
    }

    public static void main(String[] arguments) throws Exception {
        GossipPeer peer = new GossipPeer(BenchHost.start());
        BenchHost.serve(peer.host, peer::run);
    }

    private String run(List<String> words) {
        return switch (words.getFirst()) {
            case "mesh" ->
                "mesh "
                        + host.gossipsub()
                                .meshes()
                                .getOrDefault(TOPIC, Set.of())
                                .size();
            case "publish" -> publish(Integer.parseInt(words.get(1)), Integer.parseInt(words.get(2)));
            case "latencies" -> latencies();
            default -> throw new IllegalArgumentException("no command: " + words);
        };
    }

    /** Each message begins with the time at which it was handed over, in nanoseconds of the machine's monotonic clock. */
    private String publish(int count, int perSecond) {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = perSecond == 0 ? begin : begin + i * 1_000_000_000L / perSecond;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            ByteBuffer data = ByteBuffer.allocate(MESSAGE_BYTES);
            data.putLong(System.nanoTime());
            host.gossipsub().publish(TOPIC, data.array());
        }
        return "published";
    }

    private synchronized CompletionStage<Verdict> receive(PubsubMessage message) {
        long nanos = System.nanoTime() - ByteBuffer.wrap(message.data()).getLong();
        latencies.append(nanos).append(' ');
        if (++received % BATCH == 0) {
            BenchHost.print("received " + received);
        }
        return CompletableFuture.completedFuture(Verdict.ACCEPT);
    }

    /** Nanoseconds of all that have come since this was asked last. */
    private synchronized String latencies() {
        String all = "latencies " + latencies;
        latencies.setLength(0);
        return all;
    }
}
