package dev.grapevine.libp2p.autonat;

/**
 * What is known of this host's addresses, and what has been counted since it started.
 *
 * @param reachable public addresses at which servers reach this host
 * @param unreachable those at which they do not
 * @param unknown those that too few servers have tried, or do not agree on
 * @param dialled requests of clients for which this host has dialled, successfully or not
 * @param refused requests with no address that this host dials
 * @param rejected requests that came too often
 * @param asked requests sent to servers
 * @param failed those of them that were not answered, or not as the protocol wants it
 */
public record AutonatMetrics(
        int reachable,
        int unreachable,
        int unknown,
        long dialled,
        long refused,
        long rejected,
        long asked,
        long failed) {}
