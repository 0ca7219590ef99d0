package dev.grapevine.libp2p.identify;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one message of identify and identify/push (specification identify, "The Identify Message"). Every field may be
 * missing; in a push that means unchanged. A signed peer record, which some peers add, is passed over.
 *
 * @param observedAddress where the sender sees the receiver
 */
record IdentifyMessage(
        @Nullable PublicKey publicKey,
        List<Multiaddr> listenAddresses,
        List<String> protocols,
        @Nullable Multiaddr observedAddress,
        @Nullable String protocolVersion,
        @Nullable String agentVersion) {

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
                default -> in.skip();
            }
        }
        return new IdentifyMessage(
                publicKey, listenAddresses, protocols, observedAddress, protocolVersion, agentVersion);
    }

    private static @Nullable Multiaddr address(byte[] bytes) {
        try {
            return Multiaddr.decode(bytes);
        } catch (MalformedException unknown) {
            return null;
        }
    }
}
