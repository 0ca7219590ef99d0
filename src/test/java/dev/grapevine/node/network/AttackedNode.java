package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.api.RealNode;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.testapi.MovableClock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.TestPropertySource;

/**
 * A whole node with a database, one peer that is honest and one that is not, over QUIC. Whatever the bad one does, the node counts it
 * in a metric that says so, and honest traffic goes on.
 */
@Import(AttackedNode.Clocks.class)
@TestPropertySource(properties = {"grapevine.network=" + IssuerLogFixture.NETWORK, "grapevine.issuer.name=Attacked"})
abstract class AttackedNode extends RealNode {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final String TOPIC =
            NetworkNames.of(IssuerLogFixture.NETWORK).profilesTopic();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** No two tests have the same issuers, for they share the node. */
    private static final AtomicInteger ISSUERS = new AtomicInteger(1_000);

    @TestConfiguration
    static class Clocks {
        @Bean
        @Primary
        MovableClock movableClock() {
            return new MovableClock();
        }
    }

    @Autowired
    MovableClock clock;

    @Autowired
    Sync sync;

    @Autowired
    private Libp2pHost node;

    @Autowired
    private MeterRegistry meters;

    final SyncNode honest = new SyncNode();
    final ScriptedPeer bad = new ScriptedPeer();
    final int number = ISSUERS.incrementAndGet();

    /** The log that is attacked; its usernames are {@link #name}. */
    final IssuerLogFixture log = new IssuerLogFixture(number);

    @BeforeEach
    void begin() {
        honest.logs.admitting = false; // it tells, and does not take
        honest.start();
        List.of(honest.host, bad.host)
                .forEach(host -> host.gossipsub()
                        .subscribe(TOPIC, message -> CompletableFuture.completedFuture(Verdict.ACCEPT)));
        log.describe("University " + number);
        for (int i = 1; i <= 4; i++) {
            log.publish(name(i));
        }
    }

    @AfterEach
    void end() {
        bad.close();
        honest.close();
    }

    String name(int event) {
        return "n" + number + "." + event;
    }

    void connect(Libp2pHost peer) {
        Multiaddr address = node.listenAddresses().getFirst();
        peer.keepConnected(address.with(Protocol.P2P, node.peerId().toString()));
    }

    /** The bad peer claims to hold entries, and sends them from where it is asked. */
    void serve(List<LogEntry> entries) {
        bad.heads = List.of(head(entries.getLast()));
        bad.answer = (frames, request) -> {
            if (request instanceof Request.Range range) {
                List<LogEntry> sent = entries.stream()
                        .filter(entry -> entry.event().sequence() >= range.from())
                        .toList();
                frames.send(new RangePage(sent).encode());
            }
            frames.closeWrite();
        };
        connect(bad.host);
    }

    static Head head(LogEntry entry) {
        return new Head(
                entry.event().issuer(), entry.event().sequence(), entry.event().hash());
    }

    /** Says it on the profile topic once the node hears it. */
    void gossip(Libp2pHost peer, List<LogEntry> entries) {
        byte[] message = new ProfileMessage(entries).encode();
        await("the node takes gossip")
                .atMost(PATIENCE)
                .until(() -> peer.gossipsub()
                                .publish(TOPIC, message)
                                .toCompletableFuture()
                                .join()
                        > 0);
    }

    /** The honest peer has the whole log that was attacked, and tells of it. */
    void honestLogComes() {
        connect(honest.host);
        honest.logs.add(log.issuer, log.entries);
        gossip(honest.host, log.entries(log.entries.size() - 1, log.entries.size()));
        for (int i = 1; i <= 4; i++) {
            awaitShown(name(i));
        }
    }

    /** Another issuer, of whom nobody has heard, publishes. */
    void honestTrafficGoesOn() {
        connect(honest.host);
        int other = ISSUERS.incrementAndGet();
        IssuerLogFixture fresh = new IssuerLogFixture(other);
        fresh.describe("Honest " + other);
        fresh.publish("honest" + other);
        gossip(honest.host, fresh.entries);
        awaitShown("honest" + other);
    }

    void awaitShown(String username) {
        await(username + " is shown")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(lookup(username)).isEqualTo(200));
    }

    int lookup(String username) {
        return get("/api/v1/profiles/" + username).statusCode();
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).timeout(TIMEOUT).build());
    }

    HttpResponse<String> publish(String username) {
        String body = "{\"username\": \"%s\", \"displayName\": \"Somebody\"}".formatted(username);
        return send(HttpRequest.newBuilder(uri("/api/v1/profiles"))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", username)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A metric as the node shows it now; 0 where it has none yet. */
    double metric(String name, String... tags) {
        Meter meter = meters.find(name).tags(tags).meter();
        return meter == null ? 0 : meter.measure().iterator().next().getValue();
    }

    void awaitAbove(double before, String name, String... tags) {
        await(name + " grows")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(metric(name, tags)).isGreaterThan(before));
    }
}
