package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two events of one issuer with one sequence and one event before them (design §4, "Forks"): the message ForkProof. Its form
 * is checked here; whether the issuer has signed both, by {@link #isAuthentic}.
 *
 * @param one the statement whose event has the lower hash
 * @param other that of the higher
 */
public record ForkProof(BranchStatement one, BranchStatement other) {

    /** @throws MalformedException where the two events are no fork */
    public ForkProof {
        SignedEvent first = one.event();
        SignedEvent second = other.event();
        if (!first.issuer().equals(second.issuer())) {
            throw new MalformedException("a fork of two issuers");
        }
        if (first.sequence() != second.sequence()) {
            throw new MalformedException("a fork of two sequences");
        }
        if (!first.event().previous().equals(second.event().previous())) {
            throw new MalformedException("a fork of two histories: it lies further back");
        }
        if (first.hash().equals(second.hash())) {
            throw new MalformedException("a fork of one event");
        }
        if (!one.rotations().isEmpty() || !other.rotations().isEmpty()) {
            throw new MalformedException("a fork with rotations: the key in force before it has signed both");
        }
        if (first.hash().compareTo(second.hash()) > 0) {
            BranchStatement lower = other;
            other = one;
            one = lower;
        }
    }

    /** @throws MalformedException where it is no proof, or beyond a limit */
    public static ForkProof decode(byte[] message) {
        BranchStatement one = null;
        BranchStatement other = null;
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> one = BranchStatement.decode(in.bytes());
                case 2 -> other = BranchStatement.decode(in.bytes());
                default -> in.skip();
            }
        }
        return new ForkProof(present(one), present(other));
    }

    private static BranchStatement present(@Nullable BranchStatement statement) {
        if (statement == null) {
            throw new MalformedException("half a fork proof");
        }
        return statement;
    }

    public byte[] encode() {
        return new ProtobufWriter()
                .bytes(1, one.encode())
                .bytes(2, other.encode())
                .toByteArray();
    }

    public IssuerId issuer() {
        return one.issuer();
    }

    /** Where the two histories part: the first sequence at which they differ. */
    public long sequence() {
        return one.event().sequence();
    }

    /** The hash of the last event that they have in common; empty where they have none. */
    public Optional<Hash> previous() {
        return one.event().event().previous();
    }

    /**
     * Whether one and the same issuer has stated both.
     *
     * @param atPoint the keys in force for the event at {@link #sequence}, in the log that ends with {@link #previous}
     */
    public boolean isAuthentic(LogKeys atPoint, RunVerifier verifier) {
        return one.isAuthentic(sequence(), atPoint, verifier) && other.isAuthentic(sequence(), atPoint, verifier);
    }

    /**
     * Whether no recovery can end it: two beginnings that name two recovery keys. Nobody can tell which of them is the
     * issuer's.
     */
    public boolean isFinal() {
        return one.event().event().change() instanceof Change.IssuerDescribed first
                && other.event().event().change() instanceof Change.IssuerDescribed second
                && sequence() == 0
                && !first.recoveryKeyDigest().equals(second.recoveryKeyDigest());
    }
}
