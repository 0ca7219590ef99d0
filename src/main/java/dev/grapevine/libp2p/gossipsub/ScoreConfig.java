package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.TopicScoreConfig.check;
import static dev.grapevine.libp2p.gossipsub.TopicScoreConfig.isDecay;

import dev.grapevine.libp2p.crypto.PeerId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * How peers are scored (v1.1, Peer Scoring). A score is the opinion of this router alone; peers are not told.
 *
 * @param topics topics with parameters of their own, by name
 * @param otherTopics the parameters of every other topic that is joined
 * @param topicCap the most that all topics together add to a score; what they take from it has no limit
 * @param applicationWeight P₅: of what the application makes of a peer
 * @param ratings what it makes of peers that it knows beforehand; {@link Gossipsub#rate} says so later
 * @param colocation P₆
 * @param behaviour P₇
 * @param thresholds what a score lets a peer do
 * @param decayInterval how often counters decay
 * @param decayToZero a counter below it is 0
 * @param retain how long the score of a peer is kept, as it is, after the peer has gone
 */
public record ScoreConfig(
        Map<String, TopicScoreConfig> topics,
        TopicScoreConfig otherTopics,
        double topicCap,
        double applicationWeight,
        Map<PeerId, Double> ratings,
        Colocation colocation,
        Behaviour behaviour,
        Thresholds thresholds,
        Duration decayInterval,
        double decayToZero,
        Duration retain) {

    static final Duration DECAY_INTERVAL = Duration.ofSeconds(1);

    public ScoreConfig {
        topics = Map.copyOf(topics);
        ratings = Map.copyOf(ratings);
        check(ratings.values().stream().allMatch(Double::isFinite), "ratings");
        check(topicCap > 0 && applicationWeight >= 0 && decayToZero > 0, "peers");
        check(!decayInterval.isZero() && !decayInterval.isNegative() && !retain.isNegative(), "peers");
    }

    /**
     * P₆: many peers at one IP address, by which somebody cheaply seems to be many. IPv6 counts by its /64, of which
     * every subscriber has one.
     *
     * <p>Addresses that are not worldwide ones (private, shared, link-local, loopback), by which a compose network or a
     * laboratory is told, are never counted, nor are peers behind a relay, whose address is the relay's.
     *
     * @param weight of the square of how many peers there are above the threshold, not positive; 0 switches it off
     * @param threshold how many connected peers an address may have
     * @param exempt addresses that are not counted: known NATs
     */
    public record Colocation(double weight, int threshold, Set<InetAddress> exempt) {

        public Colocation {
            exempt = Set.copyOf(exempt);
            check(weight <= 0 && threshold >= 1, "colocation");
        }
    }

    /**
     * P₇: GRAFTs within the back-off, and messages that were told by IHAVE and not sent when asked for.
     *
     * @param weight of the square of the count above the threshold, not positive
     * @param threshold how much is forgiven, for streams get lost and PRUNEs with them; the specification has none, which
     *     is 0
     * @param decay of the count, as in {@link TopicScoreConfig}
     */
    public record Behaviour(double weight, double threshold, double decay) {

        public Behaviour {
            check(weight <= 0 && threshold >= 0 && isDecay(decay), "behaviour");
        }
    }

    /**
     * What a score lets a peer do (v1.1, Score Thresholds). Below 0 it is in no mesh.
     *
     * @param gossip below it, no gossip goes to the peer or is taken from it; negative
     * @param publish below it, own messages do not go to the peer either; no higher than {@code gossip}
     * @param graylist below it, the peer's frames are ignored; lower than {@code publish}
     * @param exchange above it, the peers that the peer offers with a PRUNE are dialled (AcceptPXThreshold); not negative
     * @param opportunisticGraft a mesh whose median is below it takes in better peers; not negative
     */
    public record Thresholds(
            double gossip, double publish, double graylist, double exchange, double opportunisticGraft) {

        public Thresholds {
            check(gossip < 0 && publish <= gossip && graylist < publish, "thresholds");
            check(exchange >= 0 && opportunisticGraft >= 0, "thresholds");
        }
    }

    /**
     * Scoring in which merit is worth 25 points at most, and the thresholds are told in invalid messages of a peer of no
     * merit (P₄ counts their square): 6 cost it gossip, 8 own messages, 16 everything.
     *
     * <ul>
     *   <li>P₆ is off: Grapevine's nodes stand behind one university's NAT, or in one compose network, and who joins is
     *       told by issuers' signatures, not by addresses. Where it is switched on, choose a threshold above the
     *       largest NAT.
     *   <li>P₇ forgives 6, which decay with a half-life of 10 minutes; 12 graylist.
     *   <li>Only who is rated by the application may offer peers, for merit alone does not exceed the threshold of that.
     *   <li>Scores outlive connections by an hour, so that nobody gets rid of one by connecting again.
     * </ul>
     */
    public static ScoreConfig defaults() {
        return new ScoreConfig(
                Map.of(),
                TopicScoreConfig.defaults(),
                25,
                1,
                Map.of(),
                new Colocation(0, 64, Set.of()),
                new Behaviour(-10, 6, decay(Duration.ofMinutes(10), DECAY_INTERVAL)),
                new Thresholds(-32, -64, -256, 25, 2),
                DECAY_INTERVAL,
                0.1,
                Duration.ofHours(1));
    }

    /** The same with other ratings. */
    public ScoreConfig withRatings(Map<PeerId, Double> known) {
        return new ScoreConfig(
                topics,
                otherTopics,
                topicCap,
                applicationWeight,
                known,
                colocation,
                behaviour,
                thresholds,
                decayInterval,
                decayToZero,
                retain);
    }

    /** The factor that halves a counter in the given time where it is applied once an interval. */
    public static double decay(Duration halfLife, Duration interval) {
        return Math.pow(0.5, (double) interval.toMillis() / halfLife.toMillis());
    }

    TopicScoreConfig topic(String name) {
        return topics.getOrDefault(name, otherTopics);
    }
}
