package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.ForkSearch;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.ForkEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What nodes say of forks, byte for byte as in {@code proto/sync.proto}. Decoding throws {@link MalformedException}. */
final class ForkMessages {

    private ForkMessages() {}

    /**
     * Asks for what the server knows of an issuer's forks; or, to find one, for hashes of events, or for one event.
     *
     * @param hashesAt sequences; at most {@link ForkSearch#MAX_ASKED}
     * @param statementAt a sequence
     */
    record ForksRequest(IssuerId issuer, List<Long> hashesAt, Optional<Long> statementAt)
            implements SyncMessages.Request {

        static ForksRequest evidence(IssuerId issuer) {
            return new ForksRequest(issuer, List.of(), Optional.empty());
        }

        ProtobufWriter message() {
            ProtobufWriter out =
                    new ProtobufWriter().bytes(1, issuer.inception().encoded());
            hashesAt.forEach(sequence -> out.uint64(2, sequence));
            statementAt.ifPresent(sequence -> out.uint64(3, sequence));
            return out;
        }

        static ForksRequest decode(byte[] message) {
            IssuerId issuer = null;
            List<Long> hashesAt = new ArrayList<>();
            Optional<Long> statementAt = Optional.empty();
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> issuer = new IssuerId(PublicKey.decode(in.bytes()));
                    case 2 -> hashesAt.add(sequence(in.uint64()));
                    case 3 -> statementAt = Optional.of(sequence(in.uint64()));
                    default -> in.skip();
                }
            }
            if (hashesAt.size() > ForkSearch.MAX_ASKED) {
                throw new MalformedException("more than " + ForkSearch.MAX_ASKED + " hashes asked for");
            }
            return new ForksRequest(present(issuer, "issuer"), hashesAt, statementAt);
        }
    }

    /**
     * Some of the answer.
     *
     * @param hashes of those events asked for that the server holds
     * @param statement the event asked for
     */
    record ForksPage(List<EventHash> hashes, Optional<BranchStatement> statement, ForkEvidence evidence) {

        private static final ForkEvidence NO_EVIDENCE = new ForkEvidence(Optional.empty(), List.of(), List.of());

        ForksPage(List<EventHash> hashes) {
            this(hashes, Optional.empty(), NO_EVIDENCE);
        }

        ForksPage(BranchStatement statement) {
            this(List.of(), Optional.of(statement), NO_EVIDENCE);
        }

        ForksPage(ForkEvidence evidence) {
            this(List.of(), Optional.empty(), evidence);
        }

        byte[] encode() {
            ProtobufWriter out = new ProtobufWriter();
            hashes.forEach(hash -> out.bytes(1, hash.encode()));
            statement.ifPresent(event -> out.bytes(2, event.encode()));
            evidence.proof().ifPresent(proof -> out.bytes(3, proof.encode()));
            evidence.finals().forEach(stated -> out.bytes(4, stated.encode()));
            evidence.recoveries().forEach(recovery -> out.bytes(5, recovery.encoded()));
            return out.toByteArray();
        }

        static ForksPage decode(byte[] frame) {
            List<EventHash> hashes = new ArrayList<>();
            Optional<BranchStatement> statement = Optional.empty();
            Optional<ForkProof> proof = Optional.empty();
            List<BranchStatement> finals = new ArrayList<>();
            List<SignedEvent> recoveries = new ArrayList<>();
            var in = new ProtobufReader(frame);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> hashes.add(EventHash.decode(in.bytes()));
                    case 2 -> statement = Optional.of(BranchStatement.decode(in.bytes()));
                    case 3 -> proof = Optional.of(ForkProof.decode(in.bytes()));
                    case 4 -> finals.add(BranchStatement.decode(in.bytes()));
                    case 5 -> recoveries.add(SignedEvent.decode(in.bytes()));
                    default -> in.skip();
                }
            }
            if (hashes.size() > ForkSearch.MAX_ASKED || finals.size() > ForkEvidence.MAX_FINALS) {
                throw new MalformedException(
                        hashes.size() + " hashes and " + finals.size() + " final statements in one page");
            }
            return new ForksPage(hashes, statement, new ForkEvidence(proof, finals, recoveries));
        }
    }

    /** The hash of the event at a sequence, as the server holds it. */
    record EventHash(long sequence, Hash hash) {

        private byte[] encode() {
            return new ProtobufWriter()
                    .uint64(1, sequence)
                    .bytes(2, hash.bytes())
                    .toByteArray();
        }

        private static EventHash decode(byte[] message) {
            long sequence = 0;
            Hash hash = null;
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> sequence = ForkMessages.sequence(in.uint64());
                    case 2 -> hash = Hash.wrap(in.bytes());
                    default -> in.skip();
                }
            }
            return new EventHash(sequence, present(hash, "hash"));
        }
    }

    private static long sequence(long uint64) {
        if (uint64 < 0) {
            throw new MalformedException("a sequence above 2^63 - 1");
        }
        return uint64;
    }

    private static <T> T present(@Nullable T value, String what) {
        if (value == null) {
            throw new MalformedException("no " + what);
        }
        return value;
    }
}
