package dev.grapevine.libp2p.kad;

/**
 * What the DHT has counted since it started, and how full it is, at one moment.
 *
 * @param peers in the routing table
 * @param values kept for others
 * @param valueBytes keys and values of them
 * @param providers pairs of key and provider kept for others
 * @param lookups running
 * @param answered requests of peers that were taken
 * @param refusedRate requests of peers that asked too often
 * @param refusedRecords values that were not valid, not better or too many, and providers that were not the sender or too many
 * @param refusedPeers times that a peer found no place in the routing table, for its network has as many as it may
 * @param malformed frames that were no message of the protocol, each of which cost a stream
 * @param lookupsStarted lookups, those that keep the routing table fresh among them
 * @param asked requests sent
 * @param failed requests sent that were not answered
 */
public record KadMetrics(
        int peers,
        int values,
        int valueBytes,
        int providers,
        int lookups,
        long answered,
        long refusedRate,
        long refusedRecords,
        long refusedPeers,
        long malformed,
        long lookupsStarted,
        long asked,
        long failed) {}
