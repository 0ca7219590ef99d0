package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Takes part in the network from when the registry is ready until the node stops. */
final class Network implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Network.class);

    /** How often the connected peers are saved for the next start. */
    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(30);

    private static final Duration LAST_SAVE = Duration.ofSeconds(2);

    private static final int PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;

    private final Libp2pHost host;
    private final NetworkProperties properties;
    private final ProfileGossip gossip;
    private final Sync sync;
    private final KnownPeers knownPeers;
    private Disposable saving = Disposables.disposed();
    private volatile boolean running;

    Network(Libp2pHost host, NetworkProperties properties, ProfileGossip gossip, Sync sync, KnownPeers knownPeers) {
        this.host = host;
        this.properties = properties;
        this.gossip = gossip;
        this.sync = sync;
        this.knownPeers = knownPeers;
    }

    @Override
    public void start() {
        gossip.start();
        sync.start();
        properties.bootstrapAddresses().forEach(host::keepConnected);
        saving = load().thenMany(Flux.interval(SAVE_INTERVAL).onBackpressureDrop())
                .concatMap(tick -> save())
                .subscribe();
        running = true;
        LOG.info("Peers reach this node at {}/p2p/{}", host.listenAddresses().getFirst(), host.peerId());
    }

    /** @param done is run when every connection has ended and told its peer */
    @Override
    public void stop(Runnable done) {
        stop();
        save().timeout(LAST_SAVE)
                .onErrorComplete()
                .then(Mono.fromCompletionStage(host::close))
                .doFinally(end -> done.run())
                .subscribe();
    }

    private Mono<Void> load() {
        return knownPeers
                .load()
                .doOnNext(host::remember)
                .doOnError(failure -> LOG.warn("The peers of the last run cannot be read: {}", failure.getMessage()))
                .onErrorComplete()
                .then();
    }

    private Mono<Void> save() {
        return Mono.fromCompletionStage(host::knownPeers)
                .flatMap(knownPeers::save)
                .doOnError(
                        failure -> LOG.warn("The peers cannot be saved for the next start: {}", failure.getMessage()))
                .onErrorComplete();
    }

    @Override
    public void stop() {
        saving.dispose();
        gossip.stop();
        sync.stop();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server starts and after it has stopped, so that the last publish is gossiped too. */
    @Override
    public int getPhase() {
        return PHASE;
    }
}
