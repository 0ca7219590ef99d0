package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.FrontierMessages.Node;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.Body;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.registry.PublicObjects;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyncMessagesTest {

    private static final IssuerId ISSUER =
            new IssuerId(PrivateKey.ofSeed(new byte[32]).publicKey());
    private static final Hash HASH = Hash.of("hash".getBytes(StandardCharsets.UTF_8));
    private static final UUID PROFILE = UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f");

    @Test
    void requestsComeBackAsTheyWere() {
        List<Request> requests = List.of(
                new FrontierRequest(List.of(new Node("", Optional.of(HASH)), new Node("0f", Optional.empty()))),
                new Request.Range(ISSUER, 0, 0),
                new Request.Range(ISSUER, Long.MAX_VALUE, Long.MAX_VALUE),
                new Request.Bodies(ISSUER, List.of(PROFILE)),
                new Request.Objects(List.of(HASH, Hash.of(new byte[0]))));
        assertThat(requests)
                .allSatisfy(
                        request -> assertThat(Request.decode(request.encode())).isEqualTo(request));
    }

    @Test
    void pagesComeBackAsTheyWere() {
        BodiesPage bodies =
                new BodiesPage(List.of(new Body(PROFILE, new Opening(new byte[] {'{', '}'}, new byte[32]))));
        assertThat(BodiesPage.decode(bodies.encode())).isEqualTo(bodies);
        assertThat(RangePage.decode(new byte[0]).entries()).isEmpty();
    }

    @Test
    void aRequestForARangeHasTheBytesOfTheProtoFile() {
        String key = HexFormat.of().formatHex(ISSUER.inception().encoded());
        assertThat(new Request.Range(ISSUER, 300, 301).encode())
                .asHexString()
                .isEqualToIgnoringCase("122c" + "0a24" + key + "10ac02" + "18ad02");
        byte[] withoutEnd = HexFormat.of().parseHex("1229" + "0a24" + key + "10ac02");
        assertThat(Request.decode(withoutEnd)).isEqualTo(new Request.Range(ISSUER, 300, Long.MAX_VALUE));
    }

    @Test
    void refusesMoreProfileIdsThanTheLimit() {
        List<UUID> ids = IntStream.rangeClosed(0, Request.Bodies.MAX_PROFILE_IDS)
                .mapToObj(i -> new UUID(0, i))
                .toList();
        byte[] atLimit = new Request.Bodies(ISSUER, ids.subList(1, ids.size())).encode();
        assertThat(Request.decode(atLimit)).isInstanceOf(Request.Bodies.class);
        byte[] beyond = new Request.Bodies(ISSUER, ids).encode();
        assertThatThrownBy(() -> Request.decode(beyond)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aRequestForAnObjectHasTheBytesOfTheProtoFile() {
        assertThat(new Request.Objects(List.of(HASH)).encode())
                .asHexString()
                .isEqualToIgnoringCase("3222" + "0a20" + HASH.hex());
        assertThat(new ObjectsPage(List.of(new byte[] {'{', '}'})).encode())
                .asHexString()
                .isEqualToIgnoringCase("0a027b7d");
    }

    @Test
    void refusesMoreDigestsThanTheLimitAndNone() {
        List<Hash> digests = IntStream.rangeClosed(0, Request.Objects.MAX_DIGESTS)
                .mapToObj(i -> Hash.of(new byte[] {(byte) i}))
                .toList();
        byte[] atLimit = new Request.Objects(digests.subList(1, digests.size())).encode();
        assertThat(Request.decode(atLimit)).isInstanceOf(Request.Objects.class);
        byte[] beyond = new Request.Objects(digests).encode();
        assertThatThrownBy(() -> Request.decode(beyond)).isInstanceOf(MalformedException.class);
        byte[] none = new Request.Objects(List.of()).encode();
        assertThatThrownBy(() -> Request.decode(none)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesAnObjectBeyondTheLimit() {
        byte[] atLimit = new ObjectsPage(List.of(new byte[PublicObjects.MAX_BYTES])).encode();
        assertThat(ObjectsPage.decode(atLimit).objects()).hasSize(1);
        byte[] beyond = new ObjectsPage(List.of(new byte[PublicObjects.MAX_BYTES + 1])).encode();
        assertThatThrownBy(() -> ObjectsPage.decode(beyond)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesWhatIsMissingOrOutOfRange() {
        List<byte[]> hostile = List.of(
                new byte[0],
                new ProtobufWriter().bytes(2, new byte[0]).toByteArray(),
                new ProtobufWriter().bytes(4, new byte[] {8, 1}).toByteArray(),
                new ProtobufWriter()
                        .bytes(
                                2,
                                new ProtobufWriter()
                                        .bytes(1, ISSUER.inception().encoded())
                                        .uint64(2, -1)
                                        .toByteArray())
                        .toByteArray());
        assertThat(hostile)
                .allSatisfy(frame ->
                        assertThatThrownBy(() -> Request.decode(frame)).isInstanceOf(MalformedException.class));
    }

    @Test
    void throwsNothingButMalformedForAnyBytes() {
        Random random = new Random(20261120);
        Part part = new Part("5", List.of(), List.of(new Head(ISSUER, 7, HASH)));
        byte[] whole = new FrontierPage(Optional.of(300L), List.of(part)).encode();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                FrontierPage.decode(bytes);
                Request.decode(bytes);
                BodiesPage.decode(bytes);
                RangePage.decode(bytes);
                ObjectsPage.decode(bytes);
            } catch (MalformedException expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }
}
