package dev.grapevine.libp2p.mdns;

import dev.grapevine.fuzz.Property;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.mdns.MdnsState.Input;
import dev.grapevine.libp2p.mdns.Messages.Packet;
import dev.grapevine.libp2p.multiformats.Multihash;
import java.util.List;
import java.util.Random;

/** A datagram of multicast DNS, and what a host does about it. */
public final class FuzzedPacket {

    private static final PeerId SELF =
            PeerId.decode(Multihash.sha256(new byte[1]).encode());

    private FuzzedPacket() {}

    public static void take(byte[] datagram) {
        Packet packet = Codec.decode(datagram);
        Property.holds(
                packet.questions().size()
                                + packet.answers().size()
                                + packet.additionals().size()
                        <= Codec.MAX_RECORDS,
                "records are bounded");
        MdnsState state = new MdnsState(SELF, new Random(1), 0);
        Property.holds(
                state.handle(new Input.Received(packet), 0).size() <= MdnsState.MAX_PEERS,
                "peers of a packet are bounded");
        state.handle(new Input.Tick(List.of()), MdnsState.MAX_INTERVAL_MILLIS);
    }
}
