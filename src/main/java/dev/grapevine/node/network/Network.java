package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/** Takes part in the network from when the registry is ready until the node stops. */
final class Network implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Network.class);

    private static final int PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;

    private final Libp2pHost host;
    private final NetworkProperties properties;
    private final ProfileGossip gossip;
    private final Sync sync;
    private volatile boolean running;

    Network(Libp2pHost host, NetworkProperties properties, ProfileGossip gossip, Sync sync) {
        this.host = host;
        this.properties = properties;
        this.gossip = gossip;
        this.sync = sync;
    }

    @Override
    public void start() {
        gossip.start();
        sync.start();
        properties.bootstrapAddresses().forEach(host::keepConnected);
        running = true;
        LOG.info("Peers reach this node at {}/p2p/{}", host.listenAddresses().getFirst(), host.peerId());
    }

    /** @param done is run when every connection has ended and told its peer */
    @Override
    public void stop(Runnable done) {
        stop();
        host.close().whenComplete((closed, failure) -> done.run());
    }

    @Override
    public void stop() {
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
