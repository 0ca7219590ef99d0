package dev.grapevine.node.network;

/**
 * What a network's name is part of on the wire, so that networks never mix.
 *
 * @param profilesTopic the gossipsub topic of profile events
 * @param syncProtocol the protocol id of catch-up
 * @param kadProtocol the protocol id of the DHT by which nodes find each other
 */
record NetworkNames(String profilesTopic, String syncProtocol, String kadProtocol) {

    static NetworkNames of(String network) {
        return new NetworkNames(
                "grapevine/" + network + "/profiles/1",
                "/grapevine/" + network + "/sync/1",
                "/grapevine/" + network + "/kad/1.0.0");
    }
}
