package dev.grapevine.libp2p.gossipsub;

/** What one simulated node knows of one message. */
final class Receipt {

    /** How often it arrived. */
    int copies;

    /** How often it was handed to the application. */
    int deliveries;

    /** How many links it had come along when it first arrived. */
    int hops;

    /** When it first arrived. */
    long atMillis = -1;

    void arrived(long now, int linksCrossed) {
        if (copies++ == 0) {
            atMillis = now;
            hops = linksCrossed;
        }
    }
}
