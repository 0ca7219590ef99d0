package dev.grapevine.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A host that listens by QUIC and TCP is sent what nobody should send, by strangers and by peers that have done a handshake.
 * Afterwards it must still serve a good peer, hold what it held before and no more, and have leaked no buffer.
 */
public final class PortFuzz {

    /** Of each port. */
    static final int INPUTS = 30_000;

    private static final int WARM_UP = 50;
    private static final String MILLIS = "milliseconds: ";

    /** Who sends what; an input is a datagram, a connection, a stream, or some frames. */
    @SuppressWarnings("ImmutableEnumChecker") // constructors are
    enum Port {
        QUIC_STRANGER(Protocol.UDP, DatagramSender::new),
        TCP_STRANGER(Protocol.TCP, SocketSender::new),
        QUIC_PEER(Protocol.UDP, StreamSender::new),
        TCP_PEER(Protocol.TCP, StreamSender::new),
        YAMUX_PEER(Protocol.TCP, FrameSender::new);

        private final Protocol transport;
        private final SenderTo senders;

        Port(Protocol transport, SenderTo senders) {
            this.transport = transport;
            this.senders = senders;
        }

        private Sender sender(Libp2pHost host, Mutations mutations) throws Exception {
            Multiaddr address = host.listenAddresses().stream()
                    .filter(listening -> listening.has(transport))
                    .findFirst()
                    .orElseThrow();
            return senders.of(address.with(Protocol.P2P, host.peerId().toString()), mutations);
        }

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Makes who sends to an address. */
    @FunctionalInterface
    private interface SenderTo {
        Sender of(Multiaddr target, Mutations mutations) throws Exception;
    }

    /** Sends inputs to one port. */
    interface Sender {

        /** Sends some inputs. @return how many it has sent; 0 where the host has ended what they were sent on */
        int send(int count) throws Exception;
    }

    private PortFuzz() {}

    /** @param arguments the port, how many inputs, and perhaps the seed */
    public static void main(String[] arguments) throws Exception {
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
        System.out.printf("seed %d%n", seed);
        Port port = Port.valueOf(arguments[0].toUpperCase(Locale.ROOT).replace('-', '_'));
        System.exit(run(port, Integer.parseInt(arguments[1]), seed) ? 0 : 1);
    }

    /** @return whether all was well */
    static boolean run(Port port, int inputs, long seed) throws Exception {
        Watch watch = new Watch();
        Mutations mutations = new Mutations(seed);
        Libp2pHost host = FuzzHosts.target();
        long idle = Held.timers(host);
        Sender sender = port.sender(host, mutations);
        FuzzHosts.requireServed(host);
        send(sender, Math.min(inputs, WARM_UP)); // so that what is loaded once is loaded
        Held before = Held.atRest(host, idle);
        long begin = System.nanoTime();
        send(sender, inputs);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        System.out.printf("turned away: %s%n", host.counters().refused());
        FuzzHosts.requireServed(host);
        System.out.printf("before: %s%n", before);
        Watch.await("what was held before is held", () -> !Held.of(host).isMoreThan(before));
        System.out.printf("after:  %s%n", Held.of(host));
        System.out.println(JazzerTarget.LIVE_HEAP + Held.of(host).heapBytes());
        System.out.println(MILLIS + millis);
        host.close().toCompletableFuture().join();
        return watch.noLeaks();
    }

    private static void send(Sender sender, int inputs) throws Exception {
        for (int sent = 0; sent < inputs; ) {
            sent += sender.send(inputs - sent);
        }
    }

    /** What running a port has said. */
    static Path log(Port port) {
        return FuzzRun.HOME.resolve(port + ".log");
    }

    /** Runs a port in a process of its own. */
    static FuzzReport.Result inProcess(Port port, int inputs) throws IOException, InterruptedException {
        Files.createDirectories(FuzzRun.HOME);
        Path log = log(port);
        int code = FuzzRun.java(
                log, List.of("-Xmx256m"), List.of(PortFuzz.class.getName(), port.toString(), String.valueOf(inputs)));
        return new FuzzReport.Result(
                port.toString(),
                code == 0 ? inputs : 0,
                FuzzRun.figure(log, MILLIS) / 1000.0,
                0,
                code == 0 ? 0 : 1,
                FuzzRun.figure(log, JazzerTarget.LIVE_HEAP),
                0);
    }
}
