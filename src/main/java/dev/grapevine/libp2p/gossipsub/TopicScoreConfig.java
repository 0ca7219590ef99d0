package dev.grapevine.libp2p.gossipsub;

import java.time.Duration;

/**
 * How a peer's conduct in one topic counts (v1.1, The Score Function). A decay is the factor, between 0 and 1, that a
 * counter is multiplied with in each {@link ScoreConfig#decayInterval()}.
 *
 * @param weight what the topic adds to the score, as a multiple of the sum of the parts below
 * @param timeInMesh P₁
 * @param firstDeliveries P₂
 * @param meshDeliveries P₃ and P₃b
 * @param invalidMessages P₄
 */
public record TopicScoreConfig(
        double weight,
        TimeInMesh timeInMesh,
        FirstDeliveries firstDeliveries,
        MeshDeliveries meshDeliveries,
        InvalidMessages invalidMessages) {

    /**
     * P₁: a peer that has been in the mesh for long is not pruned lightly.
     *
     * @param weight of each quantum, not negative
     * @param quantum the time that counts as one
     * @param cap how many quanta count
     */
    public record TimeInMesh(double weight, Duration quantum, double cap) {

        public TimeInMesh {
            check(weight >= 0 && cap >= 0 && !quantum.isZero() && !quantum.isNegative(), "time in mesh");
        }
    }

    /**
     * P₂: a peer that is the first to deliver valid messages is worth keeping.
     *
     * @param weight of each message, not negative
     * @param decay of the count
     * @param cap how many messages count
     */
    public record FirstDeliveries(double weight, double decay, double cap) {

        public FirstDeliveries {
            check(weight >= 0 && cap >= 0 && isDecay(decay), "first deliveries");
        }
    }

    /**
     * P₃ and P₃b: a mesh peer that delivers too little takes up a place. Weights of 0 switch both off.
     *
     * @param weight of the square of what is missing to the threshold, not positive
     * @param decay of the count of deliveries
     * @param threshold how many deliveries are expected
     * @param cap how many deliveries count, no less than the threshold
     * @param activation how long a peer is in the mesh before this counts
     * @param window how long after a message was judged valid a further copy counts as delivered by its sender
     * @param failureWeight of the squares of what was missing each time that the peer left the mesh, not positive
     * @param failureDecay of the sum of these squares
     */
    public record MeshDeliveries(
            double weight,
            double decay,
            double threshold,
            double cap,
            Duration activation,
            Duration window,
            double failureWeight,
            double failureDecay) {

        public MeshDeliveries {
            check(weight <= 0 && failureWeight <= 0 && cap >= threshold, "mesh deliveries");
            check(isDecay(decay) && isDecay(failureDecay) && !window.isNegative(), "mesh deliveries");
        }

        /** Both switched off: nothing is expected, nothing is held against anybody. */
        static MeshDeliveries off() {
            return new MeshDeliveries(0, 0.5, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0.5);
        }

        boolean isOff() {
            return weight == 0 && failureWeight == 0;
        }
    }

    /**
     * P₄: a peer that sends what is malformed or forged.
     *
     * @param weight of the square of the count, not positive
     * @param decay of the count
     */
    public record InvalidMessages(double weight, double decay) {

        public InvalidMessages {
            check(weight <= 0 && isDecay(decay), "invalid messages");
        }
    }

    /**
     * What fits a topic of which nobody knows how much will be said in it, as those of Grapevine: a registry is quiet for
     * hours, then an issuer imports a roster.
     *
     * <ul>
     *   <li>P₁ grows to 1 within 50 minutes: enough to settle a draw. It stays below the threshold of opportunistic
     *       grafting, so that sitting in the mesh in silence never counts as good service.
     *   <li>P₂ is a point for each message of the last minutes, up to 20, with a half-life of 10 minutes.
     *   <li>P₃ and P₃b are off. They need a rate that is known: with a threshold above what is said in a quiet hour,
     *       every honest peer would be pruned; with one below, they would see nothing. Peers that withhold messages
     *       are found by what they lack, P₂, and replaced by opportunistic grafting; gossip goes round them meanwhile.
     *   <li>P₄ is the count squared, with a half-life of 10 minutes: one such message of a peer of no merit prunes it,
     *       16 within minutes graylist it, and from then on one a minute keeps it so.
     * </ul>
     */
    public static TopicScoreConfig defaults() {
        double halfLifeOfTenMinutes = ScoreConfig.decay(Duration.ofMinutes(10), ScoreConfig.DECAY_INTERVAL);
        return new TopicScoreConfig(
                1,
                new TimeInMesh(0.02, Duration.ofMinutes(1), 50),
                new FirstDeliveries(1, halfLifeOfTenMinutes, 20),
                MeshDeliveries.off(),
                new InvalidMessages(-1, halfLifeOfTenMinutes));
    }

    static boolean isDecay(double factor) {
        return factor > 0 && factor < 1;
    }

    static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("scoring of " + what + " has a value out of its range");
        }
    }
}
