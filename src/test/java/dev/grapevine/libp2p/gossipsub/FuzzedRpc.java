package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.fuzz.Property;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;

/** A gossipsub frame, from bytes to checked signatures. */
public final class FuzzedRpc {

    private FuzzedRpc() {}

    public static void take(byte[] frame) {
        Rpc rpc = Property.comesBack(frame, Codec::decode, Codec::encode);
        StrictSign strictSign = new StrictSign();
        rpc.publish().stream().filter(StrictSign::isComplete).forEach(strictSign::verify);
    }
}
