package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.swarm.Swarm;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Publish and subscribe. Safe to call from any thread. */
public final class Gossipsub {

    /** Topics that may be joined at once. */
    public static final int MAX_TOPICS = 1_024;

    /** Own messages that may wait to be signed and sent at once; beyond that, publishing fails. */
    public static final int MAX_PUBLISHING = 4_096;

    private static final System.Logger LOG = System.getLogger(Gossipsub.class.getName());

    private final Swarm swarm;
    private final GossipsubConfig config;
    private final GossipsubState state;
    private final GossipsubHandler handler;
    private final MessageSigner signer;
    private final OffLoop offLoop;

    /** Used by jobs of {@link #offLoop} alone. */
    private final StrictSign strictSign = new StrictSign();

    private final Map<String, MessageHandler> subscriptions = new ConcurrentHashMap<>();
    private final Map<MessageId, CompletableFuture<Integer>> publishing = new HashMap<>();
    private final AtomicInteger publishingCount = new AtomicInteger();
    private volatile View view;
    private @Nullable ScheduledFuture<?> heartbeat;

    /** What other threads see of the state. */
    private record View(
            Map<String, Set<PeerId>> meshes, Map<String, Set<PeerId>> subscribers, GossipsubMetrics metrics) {}

    /**
     * Starts a router; it speaks as soon as the event loop gets to it.
     *
     * @param key the host's, which signs its messages
     * @param random decides who is grafted, pruned and told; it is used on the event loop alone
     * @param clock the time of day, which sequence numbers start from
     * @param nanoTime a clock that never goes back, in nanoseconds
     * @param executor where signatures are checked and message handlers run, one job at a time
     */
    public static Gossipsub start(
            Swarm swarm,
            GossipsubConfig config,
            PrivateKey key,
            RandomGenerator random,
            InstantSource clock,
            LongSupplier nanoTime,
            Executor executor) {
        Gossipsub gossipsub = new Gossipsub(swarm, config, key, random, clock, nanoTime, executor);
        swarm.eventLoop().execute(gossipsub::begin);
        return gossipsub;
    }

    private Gossipsub(
            Swarm swarm,
            GossipsubConfig config,
            PrivateKey key,
            RandomGenerator random,
            InstantSource clock,
            LongSupplier nanoTime,
            Executor executor) {
        Counters counters = new Counters();
        this.swarm = swarm;
        this.config = config;
        this.state = new GossipsubState(swarm.localPeer(), config, random, counters);
        this.handler = new GossipsubHandler(swarm, config, state, counters, nanoTime, this::onOutput);
        this.signer = new MessageSigner(key, clock.instant());
        this.offLoop = new OffLoop(executor, swarm.eventLoop(), nanoTime);
        this.view = new View(Map.of(), Map.of(), state.metrics());
    }

    /**
     * Joins a topic.
     *
     * @param messages takes the topic's messages; own ones do not come back
     * @throws IllegalStateException where it is joined already, or {@link #MAX_TOPICS} are
     */
    public void subscribe(String topic, MessageHandler messages) {
        checkTopic(topic);
        if (subscriptions.size() >= MAX_TOPICS) {
            throw new IllegalStateException("no more than " + MAX_TOPICS + " topics can be joined");
        }
        if (subscriptions.putIfAbsent(topic, messages) != null) {
            throw new IllegalStateException("the topic is joined already: " + topic);
        }
        swarm.eventLoop().execute(() -> handler.apply(new Input.Subscribe(topic)));
    }

    /** Leaves a topic. Whoever joins it again within the back-off of 10 s may wait that long for its mesh. */
    public void unsubscribe(String topic) {
        if (subscriptions.remove(topic) != null) {
            swarm.eventLoop().execute(() -> handler.apply(new Input.Unsubscribe(topic)));
        }
    }

    /**
     * Signs data on the caller's thread and sends it to the topic, which need not be joined. Whoever publishes much does
     * well to wait for one message's result before the next: it comes when one of the peers has room for more, after a
     * heartbeat at the latest. Else the oldest messages give way in the queues.
     *
     * @return how many peers it went to; peers that come within the next heartbeats may still get it by gossip. Fails with
     *     {@link RejectedExecutionException} where more than {@link #MAX_PUBLISHING} messages are waiting
     * @throws IllegalArgumentException where the data is longer than the configuration allows
     */
    public CompletionStage<Integer> publish(String topic, byte[] data) {
        checkTopic(topic);
        int max = config.limits().maxDataBytes();
        if (data.length > max) {
            throw new IllegalArgumentException("a message of " + data.length + " bytes, above " + max);
        }
        if (publishingCount.incrementAndGet() > MAX_PUBLISHING) {
            publishingCount.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new RejectedExecutionException("more than " + MAX_PUBLISHING + " messages wait to be published"));
        }
        CompletableFuture<Integer> peers = new CompletableFuture<>();
        Message message = signer.sign(topic, data);
        swarm.eventLoop().execute(() -> publish(message, peers));
        return peers;
    }

    /**
     * Says what the application makes of a peer, which counts in its score (v1.1, P₅) until it says otherwise. Does
     * nothing where the peer is not known to gossipsub.
     *
     * @param value points, which may be negative; {@link ScoreConfig} weights them
     */
    public void rate(PeerId peer, double value) {
        swarm.eventLoop().execute(() -> handler.apply(new Input.Rated(peer, value)));
    }

    /** The joined topics with the peers in their meshes, as of the last heartbeat. */
    public Map<String, Set<PeerId>> meshes() {
        return view.meshes;
    }

    /** The connected peers that have joined a topic which this host has joined too, as of the last heartbeat. */
    public Set<PeerId> subscribers(String topic) {
        return view.subscribers.getOrDefault(topic, Set.of());
    }

    /** What has been counted, as of the last heartbeat. */
    public GossipsubMetrics metrics() {
        return view.metrics;
    }

    /** Gives up all streams and stops. Messages still being published go nowhere. */
    public void close() {
        swarm.eventLoop().execute(this::end);
    }

    private void begin() {
        handler.start();
        long millis = config.timing().heartbeat().toMillis();
        heartbeat = swarm.eventLoop().scheduleWithFixedDelay(this::beat, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void end() {
        if (heartbeat != null) {
            heartbeat.cancel(false);
        }
        handler.close();
        publishing.values().forEach(peers -> settle(peers, 0));
        publishing.clear();
    }

    /** A heartbeat that threw would be the last one, so it must not. */
    private void beat() {
        try {
            handler.apply(new Input.Heartbeat());
            handler.endWaits();
            handler.dropStuckPeers();
            Map<String, Set<PeerId>> subscribers = new HashMap<>();
            Map<String, Set<PeerId>> meshes = state.meshes();
            meshes.keySet().forEach(topic -> subscribers.put(topic, state.subscribers(topic)));
            view = new View(Map.copyOf(meshes), Map.copyOf(subscribers), state.metrics());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a gossipsub heartbeat failed", e);
        }
    }

    private void publish(Message message, CompletableFuture<Integer> peers) {
        publishing.put(message.id(), peers);
        handler.apply(new Input.Publish(message));
    }

    private void settle(CompletableFuture<Integer> result, int peers) {
        publishingCount.decrementAndGet();
        result.complete(peers);
    }

    private void onOutput(Output output) {
        switch (output) {
            case Output.Verify verify -> verify(verify);
            case Output.Deliver deliver -> deliver(deliver);
            case Output.Published published -> {
                CompletableFuture<Integer> done = publishing.remove(published.id());
                if (done != null) {
                    handler.whenRoom(
                            published.peers(),
                            () -> settle(done, published.peers().size()));
                }
            }
            default -> throw new IllegalStateException("not for the application: " + output);
        }
    }

    private void verify(Output.Verify verify) {
        offLoop.submitShort(() -> {
            boolean valid = strictSign.verify(verify.message());
            return () -> handler.apply(new Input.Verified(verify.id(), verify.source(), valid));
        });
    }

    private void deliver(Output.Deliver deliver) {
        offLoop.submit(() -> {
            judge(deliver.message()).whenComplete((verdict, failure) -> {
                Verdict judged = verdict == null ? Verdict.IGNORE : verdict;
                swarm.eventLoop().execute(() -> handler.apply(new Input.Judged(deliver.id(), judged)));
            });
            return () -> {};
        });
    }

    private CompletionStage<Verdict> judge(PubsubMessage message) {
        MessageHandler messages = subscriptions.get(message.topic());
        if (messages == null) {
            return CompletableFuture.completedFuture(Verdict.IGNORE);
        }
        try {
            return messages.handle(message);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the handler of topic " + message.topic() + " failed", e);
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void checkTopic(String topic) {
        if (topic.isEmpty() || topic.length() > PeerState.MAX_TOPIC_CHARS) {
            throw new IllegalArgumentException("a topic has 1 to " + PeerState.MAX_TOPIC_CHARS + " characters");
        }
    }
}
