package dev.grapevine.libp2p.crypto;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer says that it is reached (RFC 0003, "Address Record Format").
 *
 * @param peer whose addresses these are
 * @param seq orders the records of one peer, the greatest being the newest; unsigned, and no time to anybody but the peer
 * @param addresses without {@code /p2p}
 */
public record PeerRecord(PeerId peer, long seq, List<Multiaddr> addresses) {

    /** Addresses that are taken of a record; further ones are passed over. */
    public static final int MAX_ADDRESSES = 64;

    private static final int PEER_ID = 1;
    private static final int SEQ = 2;
    private static final int ADDRESSES = 3;
    private static final int MULTIADDR = 1;

    public PeerRecord {
        addresses = List.copyOf(addresses);
    }

    /** Whether this one takes the other's place. */
    public boolean isNewerThan(PeerRecord other) {
        return Long.compareUnsigned(seq, other.seq) > 0;
    }

    byte[] encode() {
        ProtobufWriter out = new ProtobufWriter().bytes(PEER_ID, peer.bytes()).uint64(SEQ, seq);
        for (Multiaddr address : addresses) {
            out.bytes(
                    ADDRESSES,
                    new ProtobufWriter().bytes(MULTIADDR, address.bytes()).toByteArray());
        }
        return out.toByteArray();
    }

    /**
     * Reads a record. Addresses of kinds that are not known here, and those that name another peer, are passed over.
     *
     * @throws MalformedException where the bytes are no record
     */
    static PeerRecord decode(byte[] bytes) {
        PeerId peer = null;
        long seq = 0;
        List<byte[]> infos = new ArrayList<>();
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            switch (in.field()) {
                case PEER_ID -> peer = PeerId.decode(in.bytes());
                case SEQ -> seq = in.uint64();
                case ADDRESSES -> infos.add(in.bytes());
                default -> in.skip();
            }
        }
        if (peer == null) {
            throw new MalformedException("a peer record names no peer");
        }
        List<Multiaddr> addresses = new ArrayList<>();
        for (byte[] info : infos) {
            Multiaddr address = address(info, peer);
            if (address != null && addresses.size() < MAX_ADDRESSES) {
                addresses.add(address);
            }
        }
        return new PeerRecord(peer, seq, addresses);
    }

    private static @Nullable Multiaddr address(byte[] info, PeerId peer) {
        byte[] multiaddr = {};
        ProtobufReader in = new ProtobufReader(info);
        while (in.next()) {
            if (in.field() == MULTIADDR) {
                multiaddr = in.bytes();
            } else {
                in.skip();
            }
        }
        try {
            return Multiaddr.decode(multiaddr).of(peer.toString()).orElse(null);
        } catch (MalformedException unknown) {
            return null;
        }
    }
}
