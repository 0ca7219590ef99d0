package dev.grapevine.node.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HostileBytesTest {

    private final IssuerLogFixture log = new IssuerLogFixture(1);

    @Test
    void whatIsEncodedDecodesToTheSame() {
        log.describe("University");
        UUID id = log.publish("ada");
        log.update(id, "ada", "Ada L.");
        log.revoke(id);
        log.erase(id);
        log.rotate(IssuerLogFixture.privateKey(2), log.inceptionKey);
        ProfileMessage message = ProfileMessage.decode(new ProfileMessage(log.entries).encode());
        for (int i = 0; i < log.entries.size(); i++) {
            SignedEvent before = log.entries.get(i).event();
            SignedEvent after = message.entries().get(i).event();
            assertThat(after.hash()).isEqualTo(before.hash());
            assertThat(after.encoded()).isEqualTo(before.encoded());
            assertThat(after.event().change().getClass())
                    .isEqualTo(before.event().change().getClass());
            assertThat(message.entries().get(i).opening())
                    .isEqualTo(log.entries.get(i).opening());
        }
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsAMessageOrMalformed() {
        log.describe("University");
        log.publish("ada");
        byte[] good = new ProfileMessage(log.entries).encode();
        Random random = new Random(1);
        for (int i = 0; i < good.length; i++) {
            byte[] cut = IssuerLogFixture.truncated(good, i);
            decodesOrIsMalformed(cut);
            byte[] flipped = good.clone();
            flipped[i] ^= (byte) (1 << random.nextInt(8));
            decodesOrIsMalformed(flipped);
        }
    }

    @Test
    void noiseIsMalformed() {
        Random random = new Random(2);
        for (int i = 0; i < 5_000; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            decodesOrIsMalformed(noise);
        }
    }

    @Test
    void anUnknownKindIsAnEventAndTwoKindsAreNone() {
        log.describe("University");
        byte[] issuer = log.issuer.inception().encoded();
        byte[] previous = log.entries.getFirst().event().hash().bytes();
        ProtobufWriter event = new ProtobufWriter()
                .bytes(1, issuer)
                .uint64(2, 1)
                .bytes(3, previous)
                .uint64(4, IssuerLogFixture.NOON)
                .bytes(77, new byte[3]);
        assertThat(ProfileEvent.decode(event.toByteArray()).change()).isEqualTo(new Change.Unknown(77));
        byte[] two = event.bytes(20, new Change.Erased(new UUID(1, 2)).encode()).toByteArray();
        assertThatThrownBy(() -> ProfileEvent.decode(two)).isInstanceOf(MalformedException.class);
    }

    @Test
    void sequenceZeroDescribesTheIssuerAndHasNothingBeforeIt() {
        Hash hash = Hash.of(new byte[1]);
        Change describes = new Change.IssuerDescribed("Name", Optional.empty(), hash);
        assertThatCode(() -> new ProfileEvent(log.issuer, 0, Optional.empty(), 1, describes))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new ProfileEvent(log.issuer, 0, Optional.of(hash), 1, describes))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new ProfileEvent(log.issuer, 1, Optional.empty(), 1, describes))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new ProfileEvent(log.issuer, -1, Optional.of(hash), 1, describes))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new ProfileEvent(log.issuer, 0, Optional.empty(), 1, new Change.Unknown(99)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new ProfileEvent(log.issuer, 0, Optional.empty(), -1, describes))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void anEventOverFourKibibytesIsMalformed() {
        byte[] event = log.describe("University").event().encoded();
        byte[] padded = new ProtobufWriter()
                .bytes(99, new byte[ProfileLimits.MAX_EVENT_BYTES - event.length - 4])
                .toByteArray();
        byte[] atLimit = concat(event, padded);
        assertThat(atLimit).hasSize(ProfileLimits.MAX_EVENT_BYTES);
        assertThat(SignedEvent.decode(atLimit).sequence()).isZero();
        byte[] beyond = concat(
                event,
                new ProtobufWriter()
                        .bytes(99, new byte[ProfileLimits.MAX_EVENT_BYTES - event.length - 3])
                        .toByteArray());
        assertThat(beyond).hasSize(ProfileLimits.MAX_EVENT_BYTES + 1);
        assertThatThrownBy(() -> SignedEvent.decode(beyond)).isInstanceOf(MalformedException.class);
    }

    @Test
    void splitsIntoMessagesWithinTheLimit() {
        log.describe("University");
        for (int i = 0; i < 500; i++) {
            log.publish("person" + i);
        }
        var messages = ProfileMessage.split(log.entries);
        assertThat(messages).hasSizeGreaterThan(2).allSatisfy(message -> {
            assertThat(message.encode()).hasSizeLessThanOrEqualTo(ProfileLimits.MAX_MESSAGE_BYTES);
            assertThat(message.run().size()).isEqualTo(message.entries().size());
        });
        assertThat(messages.stream()
                        .mapToInt(message -> message.entries().size())
                        .sum())
                .isEqualTo(501);
        assertThatThrownBy(() -> ProfileMessage.decode(new byte[ProfileLimits.MAX_MESSAGE_BYTES + 1]))
                .isInstanceOf(MalformedException.class);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static void decodesOrIsMalformed(byte[] bytes) {
        try {
            assertThat(ProfileMessage.decode(bytes).entries()).isNotEmpty();
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
