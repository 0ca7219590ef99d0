package dev.grapevine.node.network;

/**
 * What a network's name is part of on the wire, so that networks never mix.
 *
 * @param profilesTopic the gossipsub topic of profile events
 * @param syncProtocol the protocol id of catch-up
 */
record NetworkNames(String profilesTopic, String syncProtocol) {

    static NetworkNames of(String network) {
        return new NetworkNames("grapevine/" + network + "/profiles/1", "/grapevine/" + network + "/sync/1");
    }
}
