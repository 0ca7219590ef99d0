package dev.grapevine.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** Connections of somebody without a handshake: lines of multistream-select, a ClientHello and Noise's first message, all changed. */
final class SocketSender implements PortFuzz.Sender {

    private static final int AT_ONCE = 50;
    private static final int MAX_BYTES = 4096;

    /** Each from an address of its own, or the system would run out of ports. */
    private static final int ADDRESSES = 200;

    private final int port;
    private final Mutations mutations;
    private final List<byte[]> beginnings;
    private int sent;

    SocketSender(Multiaddr target, Mutations mutations) throws Exception {
        this.port = Integer.parseInt(target.value(Protocol.TCP).orElseThrow());
        this.mutations = mutations;
        byte[] noise = joined(line("/multistream/1.0.0"), line("/noise"), new byte[] {0, 32}, mutations.noise(32));
        this.beginnings =
                List.of(joined(line("/multistream/1.0.0"), line("/tls/1.0.0"), clientHello()), noise, line("ls"));
    }

    @Override
    public int send(int count) throws IOException {
        int some = Math.min(count, AT_ONCE);
        for (int i = 0; i < some; i++) {
            byte[] from = {127, 0, 0, (byte) (2 + sent++ % ADDRESSES)};
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(from), 0));
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                socket.setSoLinger(true, 0);
                write(socket);
            }
        }
        return some;
    }

    /** Writes it all, or until the host has had enough; sometimes waits for what the host makes of it. */
    private void write(Socket socket) throws IOException {
        byte[] bytes =
                sent % 8 == 0 ? mutations.noise(MAX_BYTES) : mutations.of(mutations.oneOf(beginnings), MAX_BYTES);
        try {
            socket.getOutputStream().write(bytes);
            if (sent % 2 == 0) {
                socket.shutdownOutput();
                socket.setSoTimeout(1_000);
                socket.getInputStream().readNBytes(MAX_BYTES);
            }
        } catch (IOException ended) {
            // by the host
        }
    }

    /** What a host says after it has agreed on TLS, to one that answers as if it did. */
    private static byte[] clientHello() throws Exception {
        Libp2pHost dialler = FuzzHosts.peer();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dialler.keepConnected(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + server.getLocalPort()));
            try (Socket socket = server.accept()) {
                byte[] agreed = joined(line("/multistream/1.0.0"), line("/tls/1.0.0"));
                socket.getInputStream().readNBytes(agreed.length);
                socket.getOutputStream().write(agreed);
                byte[] header = socket.getInputStream().readNBytes(5); // RFC 8446 section 5.1
                int length = (header[3] & 0xff) << 8 | (header[4] & 0xff);
                return joined(header, socket.getInputStream().readNBytes(length));
            }
        } finally {
            dialler.close().toCompletableFuture().join();
        }
    }

    static byte[] line(String text) {
        byte[] line = new byte[text.length() + 2];
        line[0] = (byte) (text.length() + 1);
        for (int i = 0; i < text.length(); i++) {
            line[i + 1] = (byte) text.charAt(i);
        }
        line[line.length - 1] = '\n';
        return line;
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
