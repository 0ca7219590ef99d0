package dev.grapevine.libp2p.autonat;

/** What has been counted since the start; {@link AutonatMetrics} explains each. */
final class Counters {

    long dialled;
    long refused;
    long rejected;
    long asked;
    long failed;
}
