package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.gossipsub.Messages.PeerInfo;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.swarm.Swarm;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** Peer exchange towards the swarm, which has the signed records of peers, and dials. Lives on the event loop. */
final class PeerRecords {

    /** Records in one frame, together; a peer whose record finds no room is not offered. */
    static final int MAX_BYTES_PER_FRAME = Codec.MAX_FRAME_BYTES / 2;

    private static final System.Logger LOG = System.getLogger(PeerRecords.class.getName());

    private final Swarm swarm;
    private final Counters counters;

    PeerRecords(Swarm swarm, Counters counters) {
        this.swarm = swarm;
        this.counters = counters;
    }

    /** Adds the record of each peer that is offered; one that has none is not offered, for nobody could verify it. */
    Rpc addTo(Rpc rpc) {
        if (rpc.prunes().stream().allMatch(prune -> prune.peers().isEmpty())) {
            return rpc;
        }
        List<Prune> prunes = new ArrayList<>();
        int left = MAX_BYTES_PER_FRAME;
        for (Prune prune : rpc.prunes()) {
            List<PeerInfo> certified = new ArrayList<>();
            for (PeerInfo offered : prune.peers()) {
                byte[] record = swarm.record(offered.peer())
                        .map(SignedPeerRecord::encoded)
                        .orElse(new byte[0]);
                if (record.length > 0 && record.length <= left) {
                    left -= record.length;
                    certified.add(new PeerInfo(offered.peer(), record));
                }
            }
            prunes.add(new Prune(prune.topic(), prune.backoffSeconds(), certified));
        }
        return rpc.withPrunes(prunes);
    }

    /** Connects to a peer that was offered, at the addresses that it has signed itself. */
    void connect(PeerInfo offered) {
        try {
            SignedPeerRecord record = SignedPeerRecord.decode(offered.signedPeerRecord());
            if (!record.record().peer().equals(offered.peer())) {
                throw new MalformedException(
                        "the record is of " + record.record().peer());
            }
            swarm.connect(record)
                    .whenComplete((connection, failure) -> LOG.log(
                            Level.DEBUG,
                            () -> failure == null
                                    ? "connected with " + offered.peer() + ", who was offered"
                                    : "cannot reach " + offered.peer() + ", who was offered: " + failure.getMessage()));
        } catch (MalformedException refused) {
            counters.refuse(Refusal.EXCHANGE_RECORD);
            LOG.log(Level.DEBUG, () -> offered.peer() + ", who was offered, is not dialled: " + refused.getMessage());
        }
    }
}
