package dev.grapevine.libp2p;

/**
 * What a host knows of peers' addresses.
 *
 * @param knownPeers peers with an address, connected or not
 * @param refusedRecords peer records from identify that were forged, malformed, of another peer or outdated
 */
public record DiscoveryCounters(int knownPeers, long refusedRecords) {}
