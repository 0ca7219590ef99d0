package dev.grapevine.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;

/** A host on a free port of the loopback, in a process of its own, that does what is written to its input. */
final class BenchHost {

    private static final Duration POLL = Duration.ofMillis(5);

    private BenchHost() {}

    /** What a peer does on a command, the words of which these are. @return what is printed */
    @FunctionalInterface
    interface Commands {
        String run(List<String> words) throws Exception;
    }

    static Libp2pHost start() {
        return TestHosts.start(TestHosts.config(TestHosts.ANY_QUIC_PORT, "grapevine-bench"));
    }

    /** Prints where the host listens, and serves its input to the end; then closes the host. */
    static void serve(Libp2pHost host, Commands commands) throws Exception {
        print("listening " + TestHosts.address(host));
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                List<String> words = List.of(line.split(" ", -1));
                print(words.getFirst().equals("dial") ? dial(host, words.get(1)) : commands.run(words));
            }
        }
        host.close().toCompletableFuture().join();
    }

    private static String dial(Libp2pHost host, String address) throws IOException, InterruptedException {
        String peer = address.substring(address.lastIndexOf('/') + 1);
        host.keepConnected(Multiaddr.parse(address));
        while (host.peers().stream().noneMatch(each -> each.peerId().toString().equals(peer))) {
            Thread.sleep(POLL);
        }
        return "dialled";
    }

    static synchronized void print(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
