package dev.grapevine.libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

    private static final byte[] TYPE = "/grapevine/test/1".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PAYLOAD = "the payload".getBytes(StandardCharsets.UTF_8);

    private final PrivateKey key = PrivateKey.ofSeed(new byte[32]);
    private final Envelope sealed = Envelope.seal(key, "domain", TYPE, PAYLOAD);

    @Test
    void comesBackAsItWasSealed() {
        Envelope decoded = Envelope.decode(sealed.encode());

        assertThat(decoded).isEqualTo(sealed);
        assertThat(decoded.verify("domain")).isTrue();
    }

    @Test
    void rejectsAnEnvelopeOfAnotherDomain() {
        assertThat(sealed.verify("domai")).isFalse();
        assertThat(sealed.verify("")).isFalse();
    }

    @Test
    void signsDomainTypeAndPayloadEachWithItsLength() {
        byte[] signed = "\u0006domain\u0011/grapevine/test/1\u000bthe payload".getBytes(StandardCharsets.UTF_8);

        assertThat(key.publicKey().verify(signed, sealed.signature())).isTrue();
    }

    @Test
    void rejectsWhatAnotherSignedOrWasChanged() {
        PublicKey other = PrivateKey.ofSeed(TYPE_SEED).publicKey();
        assertThat(new Envelope(other, TYPE, PAYLOAD, sealed.signature()).verify("domain"))
                .isFalse();
        assertThat(new Envelope(sealed.key(), PAYLOAD, TYPE, sealed.signature()).verify("domain"))
                .isFalse();
        assertThat(new Envelope(sealed.key(), TYPE, TYPE, sealed.signature()).verify("domain"))
                .isFalse();
    }

    @Test
    void refusesEveryTruncation() {
        byte[] encoded = sealed.encode();
        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> Envelope.decode(cut)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void refusesALengthBeyondTheEnd() {
        byte[] huge = {0x0a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07};
        assertThatThrownBy(() -> Envelope.decode(huge)).isInstanceOf(MalformedException.class);
    }

    @Test
    void passesOverFieldsOfALaterVersion() {
        byte[] later = new ProtobufWriter().bytes(9, PAYLOAD).toByteArray();
        byte[] encoded = sealed.encode();
        byte[] longer = Arrays.copyOf(encoded, encoded.length + later.length);
        System.arraycopy(later, 0, longer, encoded.length, later.length);

        assertThat(Envelope.decode(longer)).isEqualTo(sealed);
    }

    private static final byte[] TYPE_SEED = Arrays.copyOf(TYPE, 32);
}
