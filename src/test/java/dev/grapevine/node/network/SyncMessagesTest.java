package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.Body;
import dev.grapevine.node.network.SyncMessages.Head;
import dev.grapevine.node.network.SyncMessages.HeadsPage;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry.Opening;
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
                new Request.Heads(HASH),
                new Request.Range(ISSUER, 0),
                new Request.Range(ISSUER, Long.MAX_VALUE),
                new Request.Bodies(ISSUER, List.of(PROFILE)));
        assertThat(requests)
                .allSatisfy(
                        request -> assertThat(Request.decode(request.encode())).isEqualTo(request));
    }

    @Test
    void pagesComeBackAsTheyWere() {
        HeadsPage heads = new HeadsPage(false, List.of(new Head(ISSUER, 7, HASH)), Optional.of(300L));
        assertThat(HeadsPage.decode(heads.encode())).isEqualTo(heads);
        HeadsPage equal = new HeadsPage(true, List.of(), Optional.empty());
        assertThat(HeadsPage.decode(equal.encode())).isEqualTo(equal);
        BodiesPage bodies =
                new BodiesPage(List.of(new Body(PROFILE, new Opening(new byte[] {'{', '}'}, new byte[32]))));
        assertThat(BodiesPage.decode(bodies.encode())).isEqualTo(bodies);
        assertThat(RangePage.decode(new byte[0]).entries()).isEmpty();
    }

    @Test
    void aServersClockHasTheBytesOfTheProtoFile() {
        assertThat(new HeadsPage(true, List.of(), Optional.of(300L)).encode())
                .asHexString()
                .isEqualToIgnoringCase("080118ac02");
        byte[] beyondLong = HexFormat.of().parseHex("18ffffffffffffffffff01");
        assertThat(HeadsPage.decode(beyondLong).timeMillis()).isEmpty();
    }

    @Test
    void aRequestForARangeHasTheBytesOfTheProtoFile() {
        String key = HexFormat.of().formatHex(ISSUER.inception().encoded());
        assertThat(new Request.Range(ISSUER, 300).encode())
                .asHexString()
                .isEqualToIgnoringCase("1229" + "0a24" + key + "10ac02");
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
    void refusesWhatIsMissingOrOutOfRange() {
        List<byte[]> hostile = List.of(
                new byte[0],
                new ProtobufWriter().bytes(2, new byte[0]).toByteArray(),
                new ProtobufWriter()
                        .bytes(1, new ProtobufWriter().bytes(1, new byte[31]).toByteArray())
                        .toByteArray(),
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
        byte[] whole = new HeadsPage(false, List.of(new Head(ISSUER, 7, HASH)), Optional.of(300L)).encode();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                HeadsPage.decode(bytes);
                Request.decode(bytes);
                BodiesPage.decode(bytes);
                RangePage.decode(bytes);
            } catch (MalformedException expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }
}
