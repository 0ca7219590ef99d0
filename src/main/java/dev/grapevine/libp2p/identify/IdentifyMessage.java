package dev.grapevine.libp2p.identify;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one message of identify and identify/push (specification identify, "The Identify Message"). Every field may be
 * missing; in a push that means unchanged.
 *
 * @param observedAddress where the sender sees the receiver
 * @param signedPeerRecord an envelope that was not opened yet; the array is shared, never changed
 */
record IdentifyMessage(
        @Nullable PublicKey publicKey,
        List<Multiaddr> listenAddresses,
        List<String> protocols,
        @Nullable Multiaddr observedAddress,
        @Nullable String protocolVersion,
        @Nullable String agentVersion,
        byte @Nullable [] signedPeerRecord) {

    /** The longest message taken. */
    static final int MAX_MESSAGE_BYTES = 8 * 1024;

    /** Listen addresses that are taken of a peer; further ones are passed over. */
    static final int MAX_ADDRESSES = 64;

    /** Protocols that are taken of a peer; further ones are passed over. */
    static final int MAX_PROTOCOLS = 256;

    private static final int PUBLIC_KEY = 1;
    private static final int LISTEN_ADDRS = 2;
    private static final int PROTOCOLS = 3;
    private static final int OBSERVED_ADDR = 4;
    private static final int PROTOCOL_VERSION = 5;
    private static final int AGENT_VERSION = 6;
    /** Not in the specification, but in everybody's identify.proto. */
    private static final int SIGNED_PEER_RECORD = 8;

    IdentifyMessage {
        listenAddresses = List.copyOf(listenAddresses);
        protocols = List.copyOf(protocols);
    }

    byte[] encode() {
        ProtobufWriter out = new ProtobufWriter();
        if (publicKey != null) {
            out.bytes(PUBLIC_KEY, publicKey.encoded());
        }
        listenAddresses.forEach(address -> out.bytes(LISTEN_ADDRS, address.bytes()));
        protocols.forEach(protocol -> out.string(PROTOCOLS, protocol));
        if (observedAddress != null) {
            out.bytes(OBSERVED_ADDR, observedAddress.bytes());
        }
        if (protocolVersion != null) {
            out.string(PROTOCOL_VERSION, protocolVersion);
        }
        if (agentVersion != null) {
            out.string(AGENT_VERSION, agentVersion);
        }
        if (signedPeerRecord != null) {
            out.bytes(SIGNED_PEER_RECORD, signedPeerRecord);
        }
        return out.toByteArray();
    }

    /**
     * Reads a message. Addresses of kinds that are not known here are passed over, for peers may speak transports that
     * this host does not.
     *
     * @param bytes one message, or several behind each other, which protobuf reads as one
     * @throws MalformedException where they are no message, or the public key is none
     */
    static IdentifyMessage decode(byte[] bytes) {
        PublicKey publicKey = null;
        List<Multiaddr> listenAddresses = new ArrayList<>();
        List<String> protocols = new ArrayList<>();
        Multiaddr observedAddress = null;
        String protocolVersion = null;
        String agentVersion = null;
        byte[] signedPeerRecord = null;
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            switch (in.field()) {
                case PUBLIC_KEY -> publicKey = PublicKey.decode(in.bytes());
                case LISTEN_ADDRS -> {
                    Multiaddr address = address(in.bytes());
                    if (address != null && listenAddresses.size() < MAX_ADDRESSES) {
                        listenAddresses.add(address);
                    }
                }
                case PROTOCOLS -> {
                    String protocol = in.string();
                    if (protocols.size() < MAX_PROTOCOLS) {
                        protocols.add(protocol);
                    }
                }
                case OBSERVED_ADDR -> observedAddress = address(in.bytes());
                case PROTOCOL_VERSION -> protocolVersion = in.string();
                case AGENT_VERSION -> agentVersion = in.string();
                case SIGNED_PEER_RECORD -> signedPeerRecord = in.bytes();
                default -> in.skip();
            }
        }
        return new IdentifyMessage(
                publicKey,
                listenAddresses,
                protocols,
                observedAddress,
                protocolVersion,
                agentVersion,
                signedPeerRecord);
    }

    private static @Nullable Multiaddr address(byte[] bytes) {
        try {
            return Multiaddr.decode(bytes);
        } catch (MalformedException unknown) {
            return null;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdentifyMessage that
                && Objects.equals(publicKey, that.publicKey)
                && listenAddresses.equals(that.listenAddresses)
                && protocols.equals(that.protocols)
                && Objects.equals(observedAddress, that.observedAddress)
                && Objects.equals(protocolVersion, that.protocolVersion)
                && Objects.equals(agentVersion, that.agentVersion)
                && Arrays.equals(signedPeerRecord, that.signedPeerRecord);
    }

    @Override
    public int hashCode() {
        return Objects.hash(publicKey, listenAddresses, protocols, Arrays.hashCode(signedPeerRecord));
    }
}
