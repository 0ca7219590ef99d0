package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.fuzz.Property;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import java.util.Set;

/** A gossipsub frame, from bytes to checked signatures, to what a router makes of it, and to whom it has dialled. */
public final class FuzzedRpc {

    private static final PeerId SENDER = TestPeers.peer(0);
    private static final GossipsubConfig TRUSTING = GossipsubConfig.defaults().withPeerExchange(Set.of(SENDER));

    private FuzzedRpc() {}

    public static void take(byte[] frame) {
        Rpc rpc = Property.comesBack(frame, Codec::decode, Codec::encode);
        StrictSign strictSign = new StrictSign();
        rpc.publish().stream()
                .filter(message -> StrictSign.authorIfComplete(message).isPresent())
                .forEach(strictSign::verify);

        Router router = new Router(TRUSTING);
        router.happens(new Input.Subscribe(Router.TOPIC));
        router.subscriber(0);
        router.happens(new Input.Received(SENDER, rpc));
        PeerRecords records = new PeerRecords(new MemorySwarms().host(1), router.counters);
        router.all(Output.Connect.class).forEach(connect -> connect.peers().forEach(records::connect));
    }
}
