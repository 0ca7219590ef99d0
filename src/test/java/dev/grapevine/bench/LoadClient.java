package dev.grapevine.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Keeps one request under way on each of some connections, from one thread that does next to nothing between two system calls:
 * client and server share the machine, and what the client takes the server lacks.
 */
final class LoadClient implements AutoCloseable {

    private static final int MAX_RESPONSE_BYTES = 64 * 1024;
    private static final int MAX_LATENCIES = 4_000_000;
    private static final int MAX_WAIT_MILLIS = 100;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    /** Of 200 OK and 201 Created. */
    private static final byte[] STATUS_OK = "HTTP/1.1 20".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector = Selector.open();
    private final Supplier<byte[]> requests;
    private final long[] latencies = new long[MAX_LATENCIES];
    private int answers;

    /**
     * @param answers how many came
     * @param seconds in how long
     * @param latencies of each in nanoseconds, in no order
     */
    record Result(int answers, double seconds, long[] latencies) {
        double perSecond() {
            return answers / seconds;
        }
    }

    /** A connection with one request under way. */
    private static final class Exchange {
        private final ByteBuffer in = ByteBuffer.allocate(MAX_RESPONSE_BYTES);
        private long sentNanos;
        private int responseBytes;
    }

    /** @param requests gives the bytes of the next request */
    LoadClient(int port, int connections, Supplier<byte[]> requests) throws IOException {
        this.requests = requests;
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Exchange());
        }
    }

    /** A GET as this client sends it. */
    static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * A POST of JSON.
     *
     * @param apiKey empty: as anybody
     */
    static byte[] post(String path, String apiKey, byte[] json) {
        String authorization = apiKey.isEmpty() ? "" : "Authorization: Bearer " + apiKey + "\r\n";
        byte[] header = ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + authorization
                        + "Content-Type: application/json\r\nContent-Length: " + json.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = Arrays.copyOf(header, header.length + json.length);
        System.arraycopy(json, 0, request, header.length, json.length);
        return request;
    }

    /** Drives all connections for this long. To be called once. */
    Result run(Duration duration) throws IOException {
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        for (SelectionKey key : selector.keys()) {
            send(key);
        }
        while (System.nanoTime() < end) {
            selector.select(MAX_WAIT_MILLIS);
            for (SelectionKey key : selector.selectedKeys()) {
                read(key);
            }
            selector.selectedKeys().clear();
        }
        return new Result(answers, (System.nanoTime() - start) / 1e9, Arrays.copyOf(latencies, answers));
    }

    private void send(SelectionKey key) throws IOException {
        Exchange exchange = (Exchange) key.attachment();
        exchange.in.clear();
        exchange.responseBytes = 0;
        exchange.sentNanos = System.nanoTime();
        ByteBuffer request = ByteBuffer.wrap(requests.get());
        ((SocketChannel) key.channel()).write(request);
        if (request.hasRemaining()) {
            throw new IOException("a request did not fit into the socket's buffer");
        }
    }

    private void read(SelectionKey key) throws IOException {
        Exchange exchange = (Exchange) key.attachment();
        if (((SocketChannel) key.channel()).read(exchange.in) < 0) {
            throw new EOFException("the server closed a connection");
        }
        if (exchange.responseBytes == 0) {
            exchange.responseBytes = responseBytes(exchange.in.array(), exchange.in.position());
        }
        if (exchange.responseBytes > 0 && exchange.in.position() == exchange.responseBytes) {
            latencies[answers++] = System.nanoTime() - exchange.sentNanos;
            send(key);
        }
    }

    /** The length of a response with its header, or 0 while the header is not whole. */
    private static int responseBytes(byte[] bytes, int length) throws IOException {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
                return i + 1 + contentLength(bytes, i);
            }
        }
        return 0;
    }

    private static int contentLength(byte[] bytes, int end) throws IOException {
        if (!Arrays.equals(bytes, 0, STATUS_OK.length, STATUS_OK, 0, STATUS_OK.length)) {
            throw new IOException("answered " + new String(bytes, 0, end, StandardCharsets.US_ASCII));
        }
        for (int line = 0; line < end; line++) {
            if (bytes[line] == '\n' && isContentLength(bytes, line + 1)) {
                int value = 0;
                for (int i = line + 1 + CONTENT_LENGTH.length; bytes[i] != '\r'; i++) {
                    value = bytes[i] == ' ' ? value : 10 * value + bytes[i] - '0';
                }
                return value;
            }
        }
        throw new IOException("no Content-Length: " + new String(bytes, 0, end, StandardCharsets.US_ASCII));
    }

    private static boolean isContentLength(byte[] bytes, int from) {
        for (int i = 0; i < CONTENT_LENGTH.length; i++) {
            int lower = bytes[from + i] >= 'A' && bytes[from + i] <= 'Z' ? bytes[from + i] + 32 : bytes[from + i];
            if (lower != CONTENT_LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
