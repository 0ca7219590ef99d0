package dev.grapevine.libp2p.identify;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** This host's own peer record, signed anew whenever its addresses have changed. */
final class OwnRecord {

    /** Addresses that are certified; further ones are left out, so that the record fits into a message of identify. */
    static final int MAX_ADDRESSES = 32;

    private final PrivateKey key;
    private final InstantSource clock;
    private @Nullable SignedPeerRecord last;

    /** @param clock gives the first number of a run, so that it is above those of earlier runs (RFC 0003, {@code seq}) */
    OwnRecord(PrivateKey key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /** The record of these addresses, without those that only this machine reaches where there are others. */
    SignedPeerRecord of(List<Multiaddr> addresses) {
        List<Multiaddr> reachable =
                addresses.stream().filter(address -> !address.isLoopback()).toList();
        List<Multiaddr> certified = (reachable.isEmpty() ? addresses : reachable)
                .stream().limit(MAX_ADDRESSES).toList();
        if (last == null || !last.record().addresses().equals(certified)) {
            long now = clock.millis();
            last = SignedPeerRecord.sign(
                    key, last == null ? now : Math.max(now, last.record().seq() + 1), certified);
        }
        return last;
    }
}
