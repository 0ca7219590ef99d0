package dev.grapevine.libp2p.kad;

/** What the DHT has counted since it started; {@link KadMetrics} explains each. */
final class Counters {

    long answered;
    long refusedRate;
    long refusedRecords;
    long refusedPeers;
    long malformed;
    long lookups;
    long asked;
    long failed;
}
