package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.Arrays;
import java.util.List;

/** What goes over the wire (pubsub, The RPC; gossipsub v1.0, Protobuf; v1.1, Protobuf; v1.2,
 * Protobuf Extension). {@link Codec} has the bytes. */
final class Messages {

    private Messages() {}

    /** One frame: announcements, messages, control. */
    record Rpc(
            List<Subscription> subscriptions,
            List<Message> publish,
            List<IHave> ihaves,
            List<IWant> iwants,
            List<Graft> grafts,
            List<Prune> prunes,
            List<IDontWant> idontwants) {

        static Rpc of(Message message) {
            return new Rpc(List.of(), List.of(message), List.of(), List.of(), List.of(), List.of(), List.of());
        }

        /** The same with other PRUNEs. */
        Rpc withPrunes(List<Prune> others) {
            return new Rpc(subscriptions, publish, ihaves, iwants, grafts, others, idontwants);
        }

        /** Whether the mesh stands without it: nothing but IHAVE and IWANT. */
        boolean isGossip() {
            return subscriptions.isEmpty()
                    && publish.isEmpty()
                    && grafts.isEmpty()
                    && prunes.isEmpty()
                    && idontwants.isEmpty();
        }
    }

    /** SubOpts: the sender has joined or left a topic. */
    record Subscription(boolean subscribe, String topic) {}

    /** The sender has these messages of the topic. */
    record IHave(String topic, List<MessageId> ids) {}

    /** The sender wants these messages. */
    record IWant(List<MessageId> ids) {}

    /** The sender has these messages and wants no copies (v1.2). */
    record IDontWant(List<MessageId> ids) {}

    /** The sender has put the receiver into its mesh. */
    record Graft(String topic) {}

    /**
     * The sender has taken the receiver out of its mesh.
     *
     * @param backoffSeconds how long not to graft again; 0 where it is left out, as in v1.0
     * @param peers offered in exchange
     */
    record Prune(String topic, long backoffSeconds, List<PeerInfo> peers) {}

    /**
     * A peer that is offered.
     *
     * @param signedPeerRecord as it came, not verified; empty where it is left out
     */
    record PeerInfo(PeerId peer, byte[] signedPeerRecord) {

        /** Without a record. */
        static PeerInfo of(PeerId peer) {
            return new PeerInfo(peer, new byte[0]);
        }

        @Override
        public String toString() {
            return "PeerInfo[%s, %d bytes]".formatted(peer, signedPeerRecord.length);
        }
    }

    /**
     * A published message. Fields that are absent are empty: StrictSign wants every one of them but {@code key}.
     *
     * @param from the author's peer id
     * @param data the application's bytes
     * @param seqno eight bytes, big endian
     * @param topic the topic
     * @param signature over {@link StrictSign#signedBytes}
     * @param key the author's public key, where the peer id does not contain it
     * @param encoded the message as it came, which is what is forwarded: unknown fields are signed too
     */
    record Message(byte[] from, byte[] data, byte[] seqno, String topic, byte[] signature, byte[] key, byte[] encoded) {

        MessageId id() {
            byte[] id = Arrays.copyOf(from, from.length + seqno.length);
            System.arraycopy(seqno, 0, id, from.length, seqno.length);
            return MessageId.of(id);
        }

        @Override
        public String toString() {
            return "Message[%s, %d bytes]".formatted(topic, data.length);
        }
    }
}
