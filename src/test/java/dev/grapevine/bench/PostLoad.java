package dev.grapevine.bench;

import dev.grapevine.cli.Roster;
import dev.grapevine.cli.Roster.Person;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Publishes people one by one at a fixed rate, whether or not earlier answers have come, until it is stopped. The client is
 * as small as can be, for it shares the machine with what is measured.
 */
final class PostLoad {

    /** More would be under way at once only if answers took longer than this many requests last; then requests wait, and count. */
    private static final int CONNECTIONS = 128;

    private static final int TEMPLATES = 1_000;
    private static final long SEED = 2;

    private final Node node;
    private final long periodNanos;
    private final long startNanos = System.nanoTime();
    private final AtomicLong next = new AtomicLong();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<Person> people = Roster.of(TEMPLATES, SEED);
    private final List<Thread> threads;
    private volatile boolean stopped;
    private final LongAdder failures = new LongAdder();

    /** @param nanos from when the request was due until its 201 */
    private record Answer(long dueNanos, long nanos) {}

    PostLoad(Node node, int perSecond) {
        this.node = node;
        this.periodNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        this.threads = IntStream.range(0, CONNECTIONS)
                .mapToObj(i -> Thread.ofVirtual().start(this::publish))
                .toList();
    }

    private void publish() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!stopped) {
                long number = next.getAndIncrement();
                long due = startNanos + number * periodNanos;
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                socket.getOutputStream().write(request(number));
                if (status(in) == 201) {
                    answers.add(new Answer(due, System.nanoTime() - due));
                } else {
                    failures.increment();
                }
            }
        } catch (IOException | InterruptedException e) {
            Report.progress("Publishing failed: %s", e);
        }
    }

    private byte[] request(long number) {
        Person person = people.get((int) (number % TEMPLATES));
        byte[] body = person.named("live" + number).json().getBytes(StandardCharsets.UTF_8);
        byte[] header = """
                POST /api/v1/profiles HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                """.formatted(node.apiKey(), body.length).getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[header.length + body.length];
        System.arraycopy(header, 0, request, 0, header.length);
        System.arraycopy(body, 0, request, header.length, body.length);
        return request;
    }

    /** Reads one answer to its end. */
    private static int status(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ", 3)[1]);
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            }
        }
        in.skipNBytes(length);
        return status;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the node closed a connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** How long requests took that were due in this span, in nanoseconds. */
    long[] latencies(long fromNanos, long toNanos) {
        return answers.stream()
                .filter(answer -> answer.dueNanos - fromNanos >= 0 && answer.dueNanos - toNanos < 0)
                .mapToLong(Answer::nanos)
                .toArray();
    }

    /** Answers other than 201. */
    int failures() {
        return failures.intValue();
    }

    /** Ends when the last answers have come. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
