package dev.grapevine.libp2p.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.libp2p.autonat.FuzzedAutonat;
import dev.grapevine.libp2p.crypto.Envelope;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.gossipsub.FuzzedRpc;
import dev.grapevine.libp2p.identify.FuzzedIdentify;
import dev.grapevine.libp2p.kad.FuzzedMessage;
import dev.grapevine.libp2p.mdns.FuzzedPacket;
import dev.grapevine.libp2p.multiformats.Base58;
import dev.grapevine.libp2p.multiformats.Cid;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.libp2p.multiformats.Multihash;
import dev.grapevine.libp2p.multiformats.Varint;
import dev.grapevine.libp2p.swarm.FuzzedNegotiation;
import dev.grapevine.libp2p.tls.CertificateChecker;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Every decoder of the library behind one door, as Jazzer calls it. The first byte chooses the decoder, the rest is its input.
 * A decoder may refuse by the exception that it documents; whatever else it throws is a defect, and so is a value that it
 * took and that does not come back as it was written.
 */
public final class DecoderFuzz {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    /** Decodes, or refuses. */
    @FunctionalInterface
    interface Decoder {
        void take(byte[] input) throws CertificateException;
    }

    /** New ones go to the end, or the corpus would be about others. */
    static final List<Decoder> DECODERS = List.of(
            FuzzedRpc::take,
            FuzzedMessage::take,
            FuzzedPacket::take,
            FuzzedIdentify::take,
            FuzzedNegotiation::take,
            DecoderFuzz::multiaddr,
            input -> Multiaddr.parse(new String(input, UTF_8)),
            input ->
                    same(PeerId.decode(input), PeerId.parse(PeerId.decode(input).toString())),
            input -> PeerId.parse(new String(input, UTF_8)),
            input -> PublicKey.decode(PublicKey.decode(input).encoded()),
            PrivateKey::decode,
            Envelope::decode,
            SignedPeerRecord::decode,
            input -> same(Cid.decode(input), Cid.parse(Cid.decode(input).toString())),
            input -> Cid.parse(new String(input, UTF_8)),
            Multihash::decode,
            input -> Multibase.decode(new String(input, UTF_8)),
            input -> Base58.decode(new String(input, UTF_8)),
            input -> Varint.read(ByteBuffer.wrap(input)),
            input -> CertificateChecker.check(input, NOW),
            FuzzedAutonat::take);

    private DecoderFuzz() {}

    /** Called by Jazzer for each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            Decoder decoder = DECODERS.get((input[0] & 0xff) % DECODERS.size());
            try {
                decoder.take(Arrays.copyOfRange(input, 1, input.length));
            } catch (MalformedException | CertificateException refused) {
                // as it should be
            }
        }
    }

    private static void multiaddr(byte[] input) {
        Multiaddr address = Multiaddr.decode(input);
        same(address, Multiaddr.decode(address.bytes()));
        if (address.toString().length() <= Multiaddr.MAX_BYTES) {
            same(address, Multiaddr.parse(address.toString()));
        }
    }

    private static void same(Object decoded, Object again) {
        if (!decoded.equals(again)) {
            throw new AssertionError(decoded + " comes back as " + again);
        }
    }
}
