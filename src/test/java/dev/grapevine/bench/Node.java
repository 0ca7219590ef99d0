package dev.grapevine.bench;

import dev.grapevine.testapi.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node as users run it, {@code ./grapevine node}, with a data directory, ports and an embedded PostgreSQL of its own. */
final class Node {

    private static final Path GRAPEVINE = Path.of(System.getProperty("bench.home"), "grapevine");
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration READY_POLL = Duration.ofMillis(5);

    /** Requests are counted as ever, and none is too many. */
    private static final String UNLIMITED = "1000000000";

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    private final Path directory;
    private final String network;
    private final List<String> bootstrap;
    private final String apiKey = UUID.randomUUID().toString() + UUID.randomUUID();
    private final int http = freeTcpPort();
    private final int management = freeTcpPort();
    private final int p2p = FreePort.free();
    private @Nullable Process process;

    Node(Path directory, String network, List<String> bootstrap) throws IOException {
        this.directory = directory;
        this.network = network;
        this.bootstrap = bootstrap;
    }

    /** Starts the process, which stops when this one ends; settings in the environment do not reach it. */
    void start(String... javaOptions) throws IOException {
        Files.createDirectories(directory);
        ProcessBuilder builder = new ProcessBuilder(
                GRAPEVINE.toString(),
                "node",
                "--stop-with-parent",
                "--name=" + directory.getFileName(),
                "--network=" + network,
                "--data-dir=" + directory.resolve("data"),
                "--http-port=" + http,
                "--p2p-port=" + p2p,
                "--management-port=" + management,
                "--grapevine.p2p.mdns=false");
        bootstrap.forEach(other -> builder.command().add("--bootstrap=" + other));
        builder.environment()
                .keySet()
                .removeIf(name -> Stream.of("GRAPEVINE_", "SPRING_", "SERVER_", "MANAGEMENT_")
                        .anyMatch(name::startsWith));
        builder.environment().put("GRAPEVINE_API_KEY", apiKey);
        builder.environment().put("GRAPEVINE_RATE_LIMIT_ADDRESS_REQUESTS", UNLIMITED);
        builder.environment().put("GRAPEVINE_RATE_LIMIT_KEY_REQUESTS", UNLIMITED);
        builder.environment().put("GRAPEVINE_JAVA_OPTS", String.join(" ", javaOptions));
        process = builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("node.log").toFile())
                .start();
    }

    /** Waits until the readiness probe says yes. */
    void awaitReady() throws IOException, InterruptedException {
        HttpRequest probe = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness"))
                .build();
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!listens(management) || !answers200(probe)) {
            if (!process().isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the node is not ready:\n" + Files.readString(directory.resolve("node.log")));
            }
            Thread.sleep(READY_POLL);
        }
    }

    /** A connection refused costs next to nothing, a request that fails takes from the CPUs what the node needs to start. */
    private static boolean listens(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static boolean answers200(HttpRequest request) throws InterruptedException {
        try {
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Waits until it knows another issuer and has a peer in the mesh of the profile topic. */
    void awaitPeer() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!hasPeer()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the nodes have not found each other");
            }
            Thread.sleep(Duration.ofMillis(100));
        }
    }

    private boolean hasPeer() throws IOException, InterruptedException {
        JsonNode status = JsonMapper.shared()
                .readTree(HTTP.send(request("/api/v1/network/status").build(), BodyHandlers.ofString())
                        .body());
        return status.path("heads").size() > 1
                && status.path("topics")
                        .valueStream()
                        .anyMatch(topic -> topic.path("mesh").size() > 0);
    }

    /**
     * One of its metrics.
     *
     * @param name a regular expression, with labels where there are several of the name
     * @return NaN where there is none
     */
    double metric(String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + management + "/actuator/prometheus"))
                .build();
        Matcher metric = Pattern.compile("(?m)^" + name + " (\\S+)$")
                .matcher(HTTP.send(request, BodyHandlers.ofString()).body());
        return metric.find() ? Double.parseDouble(metric.group(1)) : Double.NaN;
    }

    /** Looks a profile up. */
    HttpResponse<byte[]> lookup(String username) throws IOException, InterruptedException {
        return HTTP.send(request("/api/v1/profiles/" + username).build(), BodyHandlers.ofByteArray());
    }

    /** Publishes one person. @return the status */
    int publish(String json) throws IOException, InterruptedException {
        return write(request("/api/v1/profiles").POST(BodyPublishers.ofString(json)));
    }

    /** Publishes a new version of a person. @return the status */
    int update(String username, String json) throws IOException, InterruptedException {
        return write(request("/api/v1/profiles/" + username).PUT(BodyPublishers.ofString(json)));
    }

    /** The DID of its issuer. */
    String did() throws IOException, InterruptedException {
        return JsonMapper.shared()
                .readTree(HTTP.send(request("/api/v1/issuers").build(), BodyHandlers.ofString())
                        .body())
                .path("issuers")
                .path(0)
                .path("id")
                .stringValue();
    }

    /** Has it issue a credential. @return the credential with its proof */
    String issue(String credential) throws IOException, InterruptedException {
        HttpRequest issue = request("/credentials/issue")
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"credential\":" + credential + "}"))
                .build();
        return JsonMapper.shared()
                .readTree(HTTP.send(issue, BodyHandlers.ofString()).body())
                .path("verifiableCredential")
                .toString();
    }

    private int write(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest authorized = request.header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .build();
        return HTTP.send(authorized, BodyHandlers.discarding()).statusCode();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + path));
    }

    /** Stops the node and its database, and waits until they are gone. */
    void stop() {
        if (process == null) {
            return;
        }
        try {
            process.destroy();
            if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                postmaster().ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
        }
        process = null;
    }

    String multiaddr() {
        return "/ip4/127.0.0.1/udp/" + p2p + "/quic-v1";
    }

    int httpPort() {
        return http;
    }

    String apiKey() {
        return apiKey;
    }

    /** The node's process; its database is another. */
    long pid() {
        return process().pid();
    }

    /** The processes of its database server. */
    List<Long> postgresPids() throws IOException {
        return postmaster().stream()
                .flatMap(server -> Stream.concat(Stream.of(server), server.descendants()))
                .map(ProcessHandle::pid)
                .toList();
    }

    /** A connection to its database. */
    Connection database() throws IOException, SQLException {
        return database("postgres");
    }

    /** A connection to another database of its server. */
    Connection database(String name) throws IOException, SQLException {
        String port = Files.readAllLines(postmasterFile()).get(3).strip();
        Properties login = new Properties();
        login.setProperty("user", "grapevine");
        login.setProperty(
                "password",
                Files.readString(directory.resolve("data/postgres-password")).strip());
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + name, login);
    }

    private Optional<ProcessHandle> postmaster() throws IOException {
        if (!Files.exists(postmasterFile())) {
            return Optional.empty();
        }
        return ProcessHandle.of(
                Long.parseLong(Files.readAllLines(postmasterFile()).getFirst().strip()));
    }

    /** Its lines are documented at {@code src/include/utils/pidfile.h} of PostgreSQL: 1 is the process, 4 the port. */
    private Path postmasterFile() {
        return directory.resolve("data/postgres/postmaster.pid");
    }

    private Process process() {
        return Objects.requireNonNull(process, "not started");
    }

    /** What it has logged so far. */
    String log() throws IOException {
        return Files.readString(directory.resolve("node.log"));
    }

    private static int freeTcpPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
