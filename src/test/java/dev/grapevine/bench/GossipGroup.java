package dev.grapevine.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Gossipsub peers of one make, a process each, every one connected with every other. The first publishes. */
final class GossipGroup implements AutoCloseable {

    /** Batches that may be under way: enough that no process ever waits for the next, and few enough that no queue is full. */
    private static final int WINDOW_BATCHES = 4;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration MESH_TIMEOUT = Duration.ofSeconds(60);

    private final List<PeerProcess> peers = new ArrayList<>();
    private long publishedBatches;

    GossipGroup(int size, List<String> command, Path directory) throws IOException, InterruptedException {
        for (int i = 0; i < size; i++) {
            PeerProcess peer = new PeerProcess(command, directory);
            for (PeerProcess other : peers) {
                peer.ask("dial " + other.address(), "dialled");
            }
            peers.add(peer);
        }
        for (PeerProcess peer : peers) {
            awaitMesh(peer);
        }
    }

    private void awaitMesh(PeerProcess peer) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MESH_TIMEOUT.toNanos();
        while (Integer.parseInt(peer.ask("mesh", "mesh")) < peers.size() - 1) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the peers do not mesh");
            }
            Thread.sleep(POLL);
        }
    }

    List<Long> pids() {
        return peers.stream().map(PeerProcess::pid).toList();
    }

    private PeerProcess publisher() {
        return peers.getFirst();
    }

    private List<PeerProcess> receivers() {
        return peers.subList(1, peers.size());
    }

    /**
     * Publishes as fast as the slowest receiver takes.
     *
     * @return messages in that time that all have received; more were not published
     */
    long flood(Duration duration) throws IOException, InterruptedException {
        long first = publishedBatches;
        long awaited = first;
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end || awaited < publishedBatches) {
            if (System.nanoTime() < end && publishedBatches - awaited < WINDOW_BATCHES) {
                publisher().ask("publish " + GossipPeer.BATCH + " 0", "published");
                publishedBatches++;
            } else {
                awaitReceived(++awaited);
            }
        }
        forgetLatencies();
        return (publishedBatches - first) * GossipPeer.BATCH;
    }

    /** Publishes on a fixed schedule. @return how long each message took to each receiver, in nanoseconds */
    long[] latencies(int perSecond, Duration duration) throws IOException, InterruptedException {
        long batches = Math.max(1, perSecond * duration.toSeconds() / GossipPeer.BATCH);
        publisher().ask("publish " + batches * GossipPeer.BATCH + " " + perSecond, "published");
        while (batches-- > 0) {
            awaitReceived(++publishedBatches);
        }
        long[] all = {};
        for (PeerProcess receiver : receivers()) {
            long[] some = Arrays.stream(receiver.ask("latencies", "latencies").split(" ", -1))
                    .mapToLong(Long::parseLong)
                    .toArray();
            all = LongStream.concat(LongStream.of(all), LongStream.of(some)).toArray();
        }
        return all;
    }

    private void forgetLatencies() throws IOException, InterruptedException {
        for (PeerProcess receiver : receivers()) {
            receiver.ask("latencies", "latencies");
        }
    }

    private void awaitReceived(long batches) throws IOException, InterruptedException {
        for (PeerProcess receiver : receivers()) {
            long received = Long.parseLong(receiver.await("received"));
            if (received != batches * GossipPeer.BATCH) {
                throw new IOException("received %d of %d".formatted(received, batches * GossipPeer.BATCH));
            }
        }
    }

    @Override
    public void close() {
        peers.forEach(PeerProcess::close);
    }
}
