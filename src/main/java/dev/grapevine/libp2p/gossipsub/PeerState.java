package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.LinkedHashSet;
import java.util.Set;

/** What the router knows of one connected peer. */
final class PeerState {

    /** Beyond this a peer's further topics are not remembered: it gets nothing of them. */
    static final int MAX_TOPICS = 512;

    /** A longer topic name is not remembered. */
    static final int MAX_TOPIC_CHARS = 256;

    private final PeerId id;
    private boolean dialled;
    private Version version;
    private final Set<String> topics = new LinkedHashSet<>();
    private final UnwantedIds unwanted = new UnwantedIds();

    /** Counts since the last heartbeat. */
    int ihavesHeard;

    int idsAsked;
    int idsTold;
    int idsWanted;
    int idontwantsHeard;
    int idontwantsTold;
    long bytesRetransmitted;

    PeerState(PeerId id, boolean dialled, Version version) {
        this.id = id;
        this.dialled = dialled;
        this.version = version;
    }

    PeerId id() {
        return id;
    }

    /** Whether this host dialled the peer, so that an attacker cannot have chosen the connection. */
    boolean dialled() {
        return dialled;
    }

    /** What the peer understands. */
    Version version() {
        return version;
    }

    /** Another connection or stream counts now. */
    void reconnected(boolean byDialling, Version spoken) {
        dialled = byDialling;
        version = spoken;
    }

    boolean isSubscribedTo(String topic) {
        return topics.contains(topic);
    }

    void subscribed(String topic) {
        if (topics.size() < MAX_TOPICS && topic.length() <= MAX_TOPIC_CHARS) {
            topics.add(topic);
        }
    }

    void unsubscribed(String topic) {
        topics.remove(topic);
    }

    /** What the peer has said it has. */
    UnwantedIds unwanted() {
        return unwanted;
    }

    int topicCount() {
        return topics.size();
    }

    void onHeartbeat() {
        ihavesHeard = 0;
        idsAsked = 0;
        idsTold = 0;
        idsWanted = 0;
        idontwantsHeard = 0;
        idontwantsTold = 0;
        unwanted.onHeartbeat();
        bytesRetransmitted = 0;
    }
}
