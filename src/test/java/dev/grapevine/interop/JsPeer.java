package dev.grapevine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** A js-libp2p peer in a process of its own: {@code interop/js-peer.mjs}, whose requests and events these methods are. */
public final class JsPeer implements AutoCloseable {

    private static final long ANSWER_SECONDS = 30;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final BufferedWriter requests;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final CompletableFuture<JsonNode> listening = new CompletableFuture<>();

    /** A message of a topic that the peer has joined, found valid by js-libp2p. */
    public record Message(String topic, String from, byte[] data) {}

    private JsPeer(Process process) {
        this.process = process;
        this.requests = process.outputWriter(UTF_8);
        Thread.ofVirtual().start(this::read);
    }

    /** Starts a peer that listens on a free UDP port of the loopback; aborts the test where Node cannot be had. */
    public static JsPeer start() {
        return start(Map.of(), List.of());
    }

    /** Starts a peer that serves a DHT of this protocol id too, with values of the namespace {@code v}, all of them valid. */
    public static JsPeer withDht(String protocolId) {
        return start(Map.of("JS_PEER_DHT", protocolId), List.of());
    }

    /** Starts a peer that listens at an address and looks for others by multicast DNS. */
    public static JsPeer withMdns(String listen) {
        return start(Map.of("JS_PEER_MDNS", "1"), List.of(listen));
    }

    /** Starts a peer that listens on a free TCP port of the loopback, and secures it by {@code tls} or {@code noise}. */
    public static JsPeer withTcp(String security) {
        return start(Map.of("JS_PEER_SECURITY", security), List.of("/ip4/127.0.0.1/tcp/0"));
    }

    /** Starts a peer whose meshes have so many peers, which offers others to those it has no room for, and dials whom it is offered. */
    public static JsPeer withPeerExchange(int degree) {
        return start(Map.of("JS_PEER_MESH", String.valueOf(degree)), List.of());
    }

    private static JsPeer start(Map<String, String> settings, List<String> arguments) {
        NodeModules modules = NodeModules.of("interop");
        String node = modules.node();
        try {
            List<String> command = new ArrayList<>(List.of(node, "js-peer.mjs"));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(modules.directory().toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(settings);
            JsPeer peer = new JsPeer(builder.start());
            peer.listening.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            return peer;
        } catch (Exception e) {
            throw new IllegalStateException("the js peer does not start", e);
        }
    }

    public String peerId() {
        return listening.join().get("peer").asString();
    }

    /** Its address, {@code /p2p} included. */
    public String address() {
        return listening.join().get("addresses").get(0).asString();
    }

    public void dial(String address) {
        request("dial", Map.of("address", address));
    }

    /** Dials even where it is connected. */
    public void dialAnew(String address) {
        request("dial", Map.of("address", address, "force", "true"));
    }

    /** @return the round trip in milliseconds */
    public int ping(String address) {
        return request("ping", Map.of("address", address)).get("millis").asInt();
    }

    /** Speaks one more protocol, and tells its peers. */
    public void handle(String protocol) {
        request("handle", Map.of("protocol", protocol));
    }

    /** Its connections with a peer, each as the protocols by which it is secured and multiplexed. */
    public List<String> connections(String peer) {
        return strings(request("connections", Map.of("peer", peer)).get("connections"));
    }

    public void subscribe(String topic) {
        request("subscribe", Map.of("topic", topic));
    }

    /** The peers in the topic's mesh. */
    public List<String> mesh(String topic) {
        return strings(request("mesh", Map.of("topic", topic)).get("peers"));
    }

    /** The gossipsub protocol agreed on for its stream to the peer, empty before there is one. */
    public String protocol(String peer) {
        return request("protocol", Map.of("peer", peer)).path("protocol").asString("");
    }

    /** @return the peers that it was sent to */
    public List<String> publish(String topic, byte[] data) {
        return publish(topic, data, "none");
    }

    /** @param fault what shall be wrong with the message: {@code none}, {@code unsigned}, {@code badSignature} */
    public List<String> publish(String topic, byte[] data, String fault) {
        return strings(request("publish", Map.of("topic", topic, "data", base64(data), "with", fault))
                .get("peers"));
    }

    /** The addresses that a peer has certified to it, in a signed peer record that js-libp2p finds right. */
    public List<String> certified(String peer) {
        return strings(request("certified", Map.of("peer", peer)).get("addresses"));
    }

    /** Has it known in its DHT that it provides something. */
    public void provide(byte[] multihash) {
        request("provide", Map.of("multihash", base64(multihash)));
    }

    /** The peers that provide something, as its DHT says. */
    public List<String> findProviders(byte[] multihash) {
        return strings(
                request("findProviders", Map.of("multihash", base64(multihash))).get("peers"));
    }

    public void put(byte[] key, byte[] value) {
        request("put", Map.of("key", base64(key), "value", base64(value)));
    }

    public byte[] get(byte[] key) {
        return Base64.getDecoder()
                .decode(request("get", Map.of("key", base64(key))).get("value").asString());
    }

    /** The peers that its DHT finds closest to a key. */
    public List<String> closest(byte[] key) {
        return strings(request("closest", Map.of("key", base64(key))).get("peers"));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** What the peer reads in a message of a profile topic, each event verified; fails where one is not right. */
    public List<JsonNode> openProfiles(byte[] message, String network) {
        return request("openProfiles", Map.of("data", base64(message), "network", network))
                .get("events")
                .valueStream()
                .toList();
    }

    /** The messages of the topic that have come so far. */
    public List<Message> messages(String topic) {
        return events("message").stream()
                .filter(event -> event.get("topic").asString().equals(topic))
                .map(event -> new Message(
                        topic,
                        event.get("from").asString(),
                        Base64.getDecoder().decode(event.get("data").asString())))
                .toList();
    }

    /** What has been printed so far of a kind: connected, disconnected, identified, discovered, message. */
    public List<JsonNode> events(String kind) {
        return events.stream()
                .filter(event -> event.path("event").asString("").equals(kind))
                .toList();
    }

    @Override
    public void close() {
        try {
            requests.close();
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode request(String what, Map<String, String> arguments) {
        int id = lastId.incrementAndGet();
        Map<String, Object> line = new HashMap<>(arguments);
        line.put("id", id);
        line.put("do", what);
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        try {
            send(JSON.writeValueAsString(line));
            JsonNode node = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (node.has("error")) {
                throw new IllegalStateException(
                        what + " failed: " + node.get("error").asString());
            }
            return node;
        } catch (IllegalStateException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("no answer to " + line, e);
        }
    }

    private synchronized void send(String line) throws IOException {
        requests.write(line);
        requests.newLine();
        requests.flush();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode node = JSON.readTree(line);
                if (node.has("answer")) {
                    CompletableFuture<JsonNode> answer =
                            answers.remove(node.get("answer").asInt());
                    if (answer != null) {
                        answer.complete(node);
                    }
                } else if (node.get("event").asString().equals("listening")) {
                    listening.complete(node);
                } else {
                    events.add(node);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            listening.completeExceptionally(new IOException("the js peer has ended"));
            answers.values().forEach(answer -> answer.completeExceptionally(new IOException("the js peer has ended")));
        }
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
