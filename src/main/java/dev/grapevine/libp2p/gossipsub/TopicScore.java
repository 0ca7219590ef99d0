package dev.grapevine.libp2p.gossipsub;

/** What one peer has done in one topic: P₁ to P₄ (v1.1, Topic Parameter Calculation and Decay). */
final class TopicScore {

    private final TopicScoreConfig config;
    private boolean inMesh;
    private long graftedAt;
    private long meshMillis;
    private double firstDeliveries;
    private double meshDeliveries;
    private double meshFailures;
    private double invalidMessages;

    TopicScore(TopicScoreConfig config) {
        this.config = config;
    }

    void grafted(long now) {
        inMesh = true;
        graftedAt = now;
        meshMillis = 0;
    }

    /** v1.1, P₃b: what is missing when a peer leaves the mesh is remembered. */
    void leftMesh() {
        meshFailures += deficit() * deficit();
        inMesh = false;
        meshMillis = 0;
    }

    /** The peer was the first to deliver a valid message. */
    void firstDelivery() {
        firstDeliveries = Math.min(firstDeliveries + 1, config.firstDeliveries().cap());
        meshDelivery();
    }

    /** The peer has delivered a valid message, first or shortly after. */
    void meshDelivery() {
        if (inMesh) {
            meshDeliveries =
                    Math.min(meshDeliveries + 1, config.meshDeliveries().cap());
        }
    }

    void invalidMessage() {
        invalidMessages++;
    }

    /**
     * v1.1, Parameter Decay.
     *
     * @param intervals how many have passed since the last time
     */
    void decay(long now, long intervals, double toZero) {
        if (inMesh) {
            meshMillis = now - graftedAt;
        }
        firstDeliveries = decayed(firstDeliveries, config.firstDeliveries().decay(), intervals, toZero);
        meshDeliveries = decayed(meshDeliveries, config.meshDeliveries().decay(), intervals, toZero);
        meshFailures = decayed(meshFailures, config.meshDeliveries().failureDecay(), intervals, toZero);
        invalidMessages = decayed(invalidMessages, config.invalidMessages().decay(), intervals, toZero);
    }

    static double decayed(double value, double factor, long intervals, double toZero) {
        if (value == 0) {
            return 0;
        }
        double after = value * (intervals == 1 ? factor : Math.pow(factor, (double) intervals));
        return after < toZero ? 0 : after;
    }

    /** Whether nothing is left to remember. */
    boolean isBlank() {
        return !inMesh && firstDeliveries == 0 && meshDeliveries == 0 && meshFailures == 0 && invalidMessages == 0;
    }

    /** What the topic adds to the peer's score, its weight included. */
    double value() {
        TopicScoreConfig.TimeInMesh time = config.timeInMesh();
        double quanta = Math.min((double) meshMillis / time.quantum().toMillis(), time.cap());
        double sum = time.weight() * quanta
                + config.firstDeliveries().weight() * firstDeliveries
                + config.meshDeliveries().weight() * deficit() * deficit()
                + config.meshDeliveries().failureWeight() * meshFailures
                + config.invalidMessages().weight() * invalidMessages * invalidMessages;
        return config.weight() * sum;
    }

    /** How many deliveries are missing to what is expected of a mesh peer. */
    private double deficit() {
        TopicScoreConfig.MeshDeliveries expected = config.meshDeliveries();
        boolean active = inMesh && meshMillis > expected.activation().toMillis();
        return active ? Math.max(0, expected.threshold() - meshDeliveries) : 0;
    }
}
