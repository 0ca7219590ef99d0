package dev.grapevine.libp2p.gossipsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.gossipsub.Messages.Graft;
import dev.grapevine.libp2p.gossipsub.Messages.IDontWant;
import dev.grapevine.libp2p.gossipsub.Messages.IHave;
import dev.grapevine.libp2p.gossipsub.Messages.IWant;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.PeerInfo;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.gossipsub.Messages.Subscription;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The bytes of an RPC (pubsub, The RPC, The Message; v1.0 to v1.2, Protobuf). */
class CodecTest {

    private static final Rpc EVERYTHING = new Rpc(
            List.of(new Subscription(true, "t"), new Subscription(false, "u")),
            List.of(message()),
            List.of(new IHave("t", List.of(id("a"), id("b")))),
            List.of(new IWant(List.of(id("c")))),
            List.of(new Graft("t")),
            List.of(new Prune("t", 60, List.of())),
            List.of(new IDontWant(List.of(id("d"), id("e")))));

    @Test
    void encodesEveryFieldAsTheSpecificationsNumberThem() {
        assertThat(hex(Codec.encode(EVERYTHING)))
                .isEqualTo(""
                        + "0a05" + "0801" + "120174" // subscriptions: subscribe, topicid
                        + "0a05" + "0800" + "120175"
                        + "1216" + "0a0166" + "120164" + "1a080000000000000007" + "220174" + "2a0173" // publish
                        + "1a24" // control
                        + "0a09" + "0a0174" + "120161" + "120162" // ihave: topicID, messageIDs
                        + "1203" + "0a0163" // iwant: messageIDs
                        + "1a03" + "0a0174" // graft: topicID
                        + "2205" + "0a0174" + "183c" // prune: topicID, backoff
                        + "2a06" + "0a0164" + "0a0165"); // idontwant: messageIDs
    }

    @Test
    void decodesWhatItEncodes() {
        Rpc decoded = Codec.decode(Codec.encode(EVERYTHING));
        assertThat(decoded).usingRecursiveComparison().isEqualTo(EVERYTHING);
    }

    @Test
    void anEmptyFrameIsAnRpcThatSaysNothing() {
        Rpc decoded = Codec.decode(new byte[0]);
        assertThat(decoded.publish()).isEmpty();
        assertThat(Codec.encode(decoded)).isEmpty();
    }

    @Test
    void aPruneOfVersion10HasNoBackoffAndNoPeers() {
        byte[] v10 = prune(new ProtobufWriter().string(1, "t"));
        assertThat(Codec.decode(v10).prunes()).containsExactly(new Prune("t", 0, List.of()));
    }

    @Test
    void aPruneOffersPeersByTheirIdsAndRecords() {
        PeerInfo whole = new PeerInfo(TestPeers.peer(1), bytes("signed"));
        PeerInfo withoutRecord = PeerInfo.of(TestPeers.peer(2));
        byte[] encoded = prune(new ProtobufWriter()
                .string(1, "t")
                .bytes(
                        2,
                        new ProtobufWriter()
                                .bytes(1, whole.peer().bytes())
                                .bytes(2, bytes("signed"))
                                .toByteArray())
                .bytes(
                        2,
                        new ProtobufWriter()
                                .bytes(1, withoutRecord.peer().bytes())
                                .toByteArray())
                .uint64(3, 10));
        Prune prune = new Prune("t", 10, List.of(whole, withoutRecord));

        assertThat(Codec.encode(Router.control(List.of(), List.of(), List.of(), List.of(prune))))
                .isEqualTo(encoded);
        assertThat(Codec.decode(encoded).prunes())
                .singleElement()
                .usingRecursiveComparison()
                .isEqualTo(prune);
    }

    @Test
    void peersThatAreOfferedBeyondTheLimitArePassedOver() {
        List<PeerInfo> most = Collections.nCopies(Codec.MAX_PEERS, PeerInfo.of(TestPeers.peer(1)));
        List<Prune> prunes = List.of(new Prune("t", 1, most), new Prune("u", 2, most.subList(0, 1)));

        List<Prune> decoded = Codec.decode(Codec.encode(Router.control(List.of(), List.of(), List.of(), prunes)))
                .prunes();

        assertThat(decoded).extracting(Prune::topic).containsExactly("t", "u");
        assertThat(decoded.getFirst().peers()).hasSize(Codec.MAX_PEERS);
        assertThat(decoded.getLast().peers()).isEmpty();
    }

    @Test
    void aPeerThatIsOfferedWithoutAPeerIdMakesTheFrameMalformed() {
        for (byte[] peerInfo :
                List.of(new byte[0], new ProtobufWriter().bytes(1, new byte[34]).toByteArray())) {
            byte[] frame = prune(new ProtobufWriter().string(1, "t").bytes(2, peerInfo));
            assertThatThrownBy(() -> Codec.decode(frame)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void aPruneWithoutABackoffIsWrittenAsInVersion10() {
        Rpc rpc = Router.control(List.of(), List.of(), List.of(), List.of(new Prune("t", 0, List.of())));
        assertThat(Codec.encode(rpc)).isEqualTo(prune(new ProtobufWriter().string(1, "t")));
    }

    @Test
    void aBackoffBeyondAllMeasureIsALongOne() {
        byte[] frame = prune(new ProtobufWriter().string(1, "t").uint64(3, -1));
        assertThat(Codec.decode(frame).prunes()).containsExactly(new Prune("t", Long.MAX_VALUE, List.of()));
    }

    @Test
    void unknownFieldsArePassedOverAndStayInTheMessage() {
        byte[] message = new ProtobufWriter()
                .bytes(1, bytes("f"))
                .string(4, "t")
                .string(99, "new")
                .toByteArray();
        byte[] frame = new ProtobufWriter().bytes(2, message).uint64(77, 1).toByteArray();
        Rpc decoded = Codec.decode(frame);
        assertThat(decoded.publish()).singleElement().satisfies(it -> {
            assertThat(it.topic()).isEqualTo("t");
            assertThat(it.encoded()).isEqualTo(message);
        });
        assertThat(Codec.encode(Rpc.of(decoded.publish().getFirst())))
                .isEqualTo(new ProtobufWriter().bytes(2, message).toByteArray());
    }

    @Test
    void takesAsManyEntriesAsTheLimitAndNoMore() {
        Graft graft = new Graft("t");
        Rpc full = Router.control(List.of(), List.of(), Collections.nCopies(Codec.MAX_ENTRIES, graft), List.of());
        assertThat(Codec.decode(Codec.encode(full)).grafts()).hasSize(Codec.MAX_ENTRIES);
        Rpc over = Router.control(List.of(), List.of(), Collections.nCopies(Codec.MAX_ENTRIES + 1, graft), List.of());
        assertThatThrownBy(() -> Codec.decode(Codec.encode(over))).isInstanceOf(MalformedException.class);

        byte[] manyMessages = HexFormat.of().parseHex("1200".repeat(Codec.MAX_ENTRIES + 1));
        assertThatThrownBy(() -> Codec.decode(manyMessages)).isInstanceOf(MalformedException.class);
    }

    @Test
    void takesAsManyIdsAsTheLimitAndNoMore() {
        List<MessageId> ids =
                IntStream.range(0, Codec.MAX_IDS).mapToObj(i -> id("" + i)).toList();
        IWant full = new IWant(ids);
        Rpc rpc = Router.control(List.of(), List.of(full), List.of(), List.of());
        assertThat(Codec.decode(Codec.encode(rpc)).iwants().getFirst().ids()).hasSize(Codec.MAX_IDS);
        Rpc over = Router.control(List.of(new IHave("t", List.of(id("x")))), List.of(full), List.of(), List.of());
        assertThatThrownBy(() -> Codec.decode(Codec.encode(over))).isInstanceOf(MalformedException.class);
    }

    @Test
    void idsTooLongToBeOursArePassedOver() {
        IWant wanted = new IWant(List.of(id("x".repeat(Codec.MAX_ID_BYTES)), id("x".repeat(Codec.MAX_ID_BYTES + 1))));
        Rpc rpc = Router.control(List.of(), List.of(wanted), List.of(), List.of());
        assertThat(Codec.decode(Codec.encode(rpc)).iwants().getFirst().ids()).hasSize(1);
    }

    @Test
    void anythingElseIsMalformedAndNothingWorse() {
        byte[] whole = Codec.encode(EVERYTHING);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] hostile = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && hostile.length > 0; flips--) {
                hostile[random.nextInt(hostile.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(Codec.decode(hostile)).isNotNull();
            } catch (MalformedException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void aTopicThatIsNotUtf8IsMalformed() {
        byte[] frame = new ProtobufWriter()
                .bytes(
                        1,
                        new ProtobufWriter().bytes(2, new byte[] {(byte) 0xff}).toByteArray())
                .toByteArray();
        assertThatThrownBy(() -> Codec.decode(frame)).isInstanceOf(MalformedException.class);
    }

    private static Message message() {
        byte[] seqno = {0, 0, 0, 0, 0, 0, 0, 7};
        return Codec.message(bytes("f"), bytes("d"), seqno, "t", bytes("s"), new byte[0]);
    }

    private static byte[] prune(ProtobufWriter prune) {
        byte[] control = new ProtobufWriter().bytes(4, prune.toByteArray()).toByteArray();
        return new ProtobufWriter().bytes(3, control).toByteArray();
    }

    private static MessageId id(String text) {
        return MessageId.of(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
