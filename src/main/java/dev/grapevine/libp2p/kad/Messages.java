package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes over the wire (specification kad-dht, "RPC messages"). */
final class Messages {

    private Messages() {}

    enum MessageType {
        PUT_VALUE(0),
        GET_VALUE(1),
        ADD_PROVIDER(2),
        GET_PROVIDERS(3),
        FIND_NODE(4),
        PING(5);

        final int number;

        MessageType(int number) {
            this.number = number;
        }

        /** @throws MalformedException where there is none of that number */
        static MessageType of(int number) {
            return Arrays.stream(values())
                    .filter(type -> type.number == number)
                    .findFirst()
                    .orElseThrow(() -> new MalformedException("no type of message: " + number));
        }
    }

    /** Whether the sender is connected with the peer of whom it tells. */
    enum ConnectionType {
        NOT_CONNECTED(0),
        CONNECTED(1),
        CAN_CONNECT(2),
        CANNOT_CONNECT(3);

        final int number;

        ConnectionType(int number) {
            this.number = number;
        }

        /** What is not known here counts as the default. */
        static ConnectionType of(int number) {
            return Arrays.stream(values())
                    .filter(type -> type.number == number)
                    .findFirst()
                    .orElse(NOT_CONNECTED);
        }
    }

    /** A peer of whom the sender tells; the addresses are without {@code /p2p}. */
    record Peer(PeerId id, List<Multiaddr> addresses, ConnectionType connection) {

        Peer {
            addresses = List.copyOf(addresses);
        }

        /** Addresses are added where the message is sent. */
        static Peer of(PeerId id) {
            return new Peer(id, List.of(), ConnectionType.NOT_CONNECTED);
        }
    }

    /**
     * A value.
     *
     * @param receivedMillis when the sender took it, since 1970; -1 where it does not say
     */
    record ValueRecord(Bytes key, Bytes value, long receivedMillis) {}

    /** The one message of the protocol, request and response alike. */
    record Message(MessageType type, Bytes key, @Nullable ValueRecord record, List<Peer> closer, List<Peer> providers) {

        Message {
            closer = List.copyOf(closer);
            providers = List.copyOf(providers);
        }

        /** A request that only names its key. */
        static Message ask(MessageType type, Bytes key) {
            return new Message(type, key, null, List.of(), List.of());
        }

        static Message put(ValueRecord record) {
            return new Message(MessageType.PUT_VALUE, record.key(), record, List.of(), List.of());
        }

        static Message provide(Bytes key, PeerId self) {
            return new Message(MessageType.ADD_PROVIDER, key, null, List.of(), List.of(Peer.of(self)));
        }

        List<PeerId> closerIds() {
            return closer.stream().map(Peer::id).toList();
        }

        List<PeerId> providerIds() {
            return providers.stream().map(Peer::id).toList();
        }
    }
}
