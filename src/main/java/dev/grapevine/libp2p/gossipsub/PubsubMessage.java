package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;

/**
 * A message of a topic whose signature has been verified.
 *
 * @param author who signed it
 * @param source the peer that it came from
 * @param topic the topic
 * @param data what the author said; shared, so not to be changed
 * @param seqno the author's number for it, an unsigned 64-bit integer
 */
public record PubsubMessage(PeerId author, PeerId source, String topic, byte[] data, long seqno) {}
