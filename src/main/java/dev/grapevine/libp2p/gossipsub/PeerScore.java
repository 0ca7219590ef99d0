package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.HashMap;
import java.util.Map;

/** What one peer has done: in each topic, and beside (v1.1, The Score Function). */
final class PeerScore {

    private final ScoreConfig config;
    private final Map<String, TopicScore> topics = new HashMap<>(2);
    private double misbehaviour;
    private double application;

    PeerScore(PeerId peer, ScoreConfig config) {
        this.config = config;
        this.application = config.ratings().getOrDefault(peer, 0.0);
    }

    TopicScore in(String topic) {
        return topics.computeIfAbsent(topic, name -> new TopicScore(config.topic(name)));
    }

    /** v1.1, P₇. */
    void misbehaved() {
        misbehaviour++;
    }

    /** v1.1, P₅. */
    void rate(double value) {
        application = value;
    }

    void decay(long now, long intervals) {
        topics.values().forEach(topic -> topic.decay(now, intervals, config.decayToZero()));
        topics.values().removeIf(TopicScore::isBlank);
        misbehaviour = TopicScore.decayed(misbehaviour, config.behaviour().decay(), intervals, config.decayToZero());
    }

    /** @param colocated how many peers too many share its address */
    double value(int colocated) {
        double sum = 0;
        for (TopicScore topic : topics.values()) {
            sum += topic.value();
        }
        double excess = Math.max(0, misbehaviour - config.behaviour().threshold());
        return Math.min(sum, config.topicCap())
                + config.applicationWeight() * application
                + config.colocation().weight() * colocated * colocated
                + config.behaviour().weight() * excess * excess;
    }
}
