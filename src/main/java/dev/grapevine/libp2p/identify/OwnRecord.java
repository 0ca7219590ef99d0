package dev.grapevine.libp2p.identify;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** This host's own peer record, one for each audience, signed anew whenever its addresses have changed. */
final class OwnRecord {

    /** Addresses that are certified; further ones are left out, so that the record fits into a message of identify. */
    static final int MAX_ADDRESSES = 32;

    private final PrivateKey key;
    private final InstantSource clock;
    private final Map<Audience, SignedPeerRecord> last = new EnumMap<>(Audience.class);
    private long lastSeq;

    /** @param clock gives the first number of a run, so that it is above those of earlier runs (RFC 0003, {@code seq}) */
    OwnRecord(PrivateKey key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /** The record for an audience of addresses that mean something to it, without loopback where there are others. */
    SignedPeerRecord of(Audience audience, List<Multiaddr> addresses) {
        List<Multiaddr> reachable =
                addresses.stream().filter(address -> !address.isLoopback()).toList();
        List<Multiaddr> certified = (reachable.isEmpty() ? addresses : reachable)
                .stream().limit(MAX_ADDRESSES).toList();
        SignedPeerRecord record = last.get(audience);
        if (record == null || !record.record().addresses().equals(certified)) {
            record = last.values().stream()
                    .filter(other -> other.record().addresses().equals(certified))
                    .findFirst()
                    .orElseGet(() -> sign(certified));
            last.put(audience, record);
        }
        return record;
    }

    private SignedPeerRecord sign(List<Multiaddr> certified) {
        lastSeq = lastSeq == 0 ? clock.millis() : Math.max(clock.millis(), lastSeq + 1);
        return SignedPeerRecord.sign(key, lastSeq, certified);
    }
}
