package dev.grapevine.node.storage;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One address for a server that comes back on another port each time, or that hangs: connections stay open, and nothing comes. */
final class Forwarder implements AutoCloseable {

    private static final int BUFFER_BYTES = 8 * 1024;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean hangs;
    private volatile String hangAfter = "";

    Forwarder(int target) throws IOException {
        this.target = target;
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void to(int port) {
        target = port;
    }

    /** From now on nothing goes on, in either direction, until {@link #resume}. */
    void hang() {
        hangs = true;
    }

    /** What a client sends with this in it still goes on; after that nothing does, as with {@link #hang}. */
    void hangAfter(String sent) {
        hangAfter = sent;
    }

    boolean hangs() {
        return hangs;
    }

    /** What was held back goes on. */
    synchronized void resume() {
        hangs = false;
        hangAfter = "";
        notifyAll();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                threads.execute(() -> join(client));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private void join(Socket client) {
        open.add(client);
        try (client;
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), target)) {
            open.add(behind);
            threads.execute(() -> copy(behind, client));
            copy(client, behind);
        } catch (IOException gone) {
            // as when the server itself refuses
        }
    }

    private void copy(Socket from, Socket to) {
        try (from;
                to) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = from.getInputStream().read(buffer);
                    count >= 0;
                    count = from.getInputStream().read(buffer)) {
                awaitResumption();
                to.getOutputStream().write(buffer, 0, count);
                if (!hangAfter.isEmpty()
                        && new String(buffer, 0, count, StandardCharsets.ISO_8859_1).contains(hangAfter)) {
                    hangs = true;
                }
            }
        } catch (IOException | InterruptedException gone) {
            // closing both is all there is to do
        }
    }

    private synchronized void awaitResumption() throws InterruptedException {
        while (hangs) {
            wait();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
