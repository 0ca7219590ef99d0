package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.FrontierMessages.Node;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.FrontierTree;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The messages of the frontier have the bytes of the .proto file, and nothing else is one. */
class FrontierMessagesTest {

    private static final IssuerId ISSUER = new IssuerId(PublicKey.ed25519(new byte[32]));
    private static final Hash HASH = Hash.wrap(filled(0xab));
    private static final Head HEAD = new Head(ISSUER, 300, HASH);

    @Test
    void aRequestHasTheBytesOfTheProtoFile() {
        Request request =
                new FrontierRequest(List.of(new Node("", Optional.of(HASH)), new Node("0f", Optional.empty())));
        String root = "0a24" + "0a00" + "1220" + "ab".repeat(32);
        String below = "0a04" + "0a02" + "3066";
        assertThat(request.encode()).asHexString().isEqualToIgnoringCase("222c" + root + below);
        assertThat(Request.decode(request.encode())).isEqualTo(request);
    }

    @Test
    void aPageHasTheBytesOfTheProtoFile() {
        FrontierPage equal = new FrontierPage(Optional.of(300L), List.of());
        assertThat(equal.encode()).asHexString().isEqualToIgnoringCase("08ac02");
        FrontierPage heads = new FrontierPage(Optional.empty(), List.of(new Part("a", List.of(), List.of(HEAD))));
        String key = "0a24" + "08011220" + "00".repeat(32);
        String head = "1a4b" + key + "10ac02" + "1a20" + "ab".repeat(32);
        assertThat(heads.encode()).asHexString().isEqualToIgnoringCase("1250" + "0a0161" + head);
        FrontierPage children = new FrontierPage(
                Optional.of(1L), List.of(new Part("", Collections.nCopies(FrontierTree.CHILDREN, HASH), List.of())));
        assertThat(children.encode())
                .asHexString()
                .isEqualToIgnoringCase("0801" + "128504" + "0a00" + "128004" + "ab".repeat(512));
        assertThat(List.of(equal, heads, children))
                .allSatisfy(
                        page -> assertThat(FrontierPage.decode(page.encode())).isEqualTo(page));
    }

    @Test
    void aClockBeyondLongIsNone() {
        byte[] page = new ProtobufWriter().uint64(1, -1).toByteArray();
        assertThat(FrontierPage.decode(page).timeMillis()).isEmpty();
    }

    @Test
    void aRequestIsBounded() {
        List<Node> nodes = IntStream.rangeClosed(0, FrontierRequest.MAX_NODES)
                .mapToObj(i -> new Node("%03x".formatted(i), Optional.empty()))
                .toList();
        byte[] atLimit = new FrontierRequest(nodes.subList(1, nodes.size())).encode();
        assertThatCode(() -> Request.decode(atLimit)).doesNotThrowAnyException();
        refused(new FrontierRequest(nodes).encode());
    }

    @Test
    void aPathIsAKeyAtMostInLowerCaseHexadecimalDigits() {
        String key = "0123456789abcdef".repeat(4);
        assertThatCode(() -> Request.decode(asking(key))).doesNotThrowAnyException();
        refused(asking(key + "0"));
        refused(asking("A"));
        refused(asking("g"));
        refused(asking("٣")); // a digit, but of another script
    }

    @Test
    void aPageIsBounded() {
        List<Part> parts = Collections.nCopies(FrontierPage.MAX_PARTS + 1, new Part("", List.of(), List.of()));
        assertThatCode(() -> FrontierPage.decode(page(parts.subList(1, parts.size()))))
                .doesNotThrowAnyException();
        refusedPage(page(parts));
        List<Head> heads = Collections.nCopies(FrontierTree.MAX_LEAF_HEADS + 1, HEAD);
        Part full = new Part("", List.of(), heads.subList(1, heads.size()));
        assertThatCode(() -> FrontierPage.decode(page(List.of(full)))).doesNotThrowAnyException();
        refusedPage(page(List.of(new Part("", List.of(), heads))));
    }

    @Test
    void refusesWhatIsNoPart() {
        List<Hash> children = Collections.nCopies(FrontierTree.CHILDREN, HASH);
        refusedPage(page(List.of(new Part("", children, List.of(HEAD)))));
        refusedPage(page(List.of(new Part("", children.subList(1, children.size()), List.of()))));
        refusedPage(page(List.of(new Part("", Collections.nCopies(FrontierTree.CHILDREN + 1, HASH), List.of()))));
        byte[] noHash = new ProtobufWriter()
                .bytes(1, ISSUER.inception().encoded())
                .uint64(2, 1)
                .toByteArray();
        byte[] beyondLong = new ProtobufWriter()
                .bytes(1, ISSUER.inception().encoded())
                .uint64(2, -1)
                .bytes(3, HASH.bytes())
                .toByteArray();
        for (byte[] head : List.of(noHash, beyondLong, new byte[0])) {
            byte[] part = new ProtobufWriter().bytes(3, head).toByteArray();
            refusedPage(new ProtobufWriter().bytes(2, part).toByteArray());
        }
        byte[] shortDigest = new ProtobufWriter().bytes(2, new byte[31]).toByteArray();
        byte[] nodes = new ProtobufWriter().bytes(1, shortDigest).toByteArray();
        refused(new ProtobufWriter().bytes(4, nodes).toByteArray());
    }

    @Test
    void aTruncatedPageIsNone() {
        byte[] whole = page(List.of(new Part("5", List.of(), List.of(HEAD))));
        for (int length = 1; length < whole.length; length++) {
            refusedPage(Arrays.copyOf(whole, length));
        }
    }

    private static byte[] asking(String path) {
        return new FrontierRequest(List.of(new Node(path, Optional.empty()))).encode();
    }

    private static byte[] page(List<Part> parts) {
        return new FrontierPage(Optional.empty(), parts).encode();
    }

    private static void refused(byte[] request) {
        assertThatThrownBy(() -> Request.decode(request)).isInstanceOf(MalformedException.class);
    }

    private static void refusedPage(byte[] page) {
        assertThatThrownBy(() -> FrontierPage.decode(page)).isInstanceOf(MalformedException.class);
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[Hash.BYTES];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
